"""Every address of the console times every role, from one table."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from consents.models import Company, ContactPoint, Edition, Sender, Stop
from notify.models import (
    Campaign,
    CampaignPrice,
    ChannelContract,
    ChannelSetting,
    Dialogue,
    DialogueNote,
    Link,
    Message,
    ProviderSetup,
    ProviderState,
    ReadyAnswer,
    Reply,
    SenderName,
    SenderTemplate,
    StaffMaxToken,
)
from portal.audit.permissions import Right
from portal.models import ExportJob, StaffAction, StaffContact, StaffPhoneProof, User
from portal.staff import urls
from tests.factories.staff import client_of
from tests.portal.staff.matrix import MATRIX, ROLES, Row
from tests.portal.staff.world import World

WRITTEN = (
    ContactPoint, Stop, Edition, Company, Sender, Campaign, ChannelContract, ChannelSetting, Message, Link,
    ExportJob, Dialogue, DialogueNote, Reply, ReadyAnswer, ProviderSetup, ProviderState,
    CampaignPrice, SenderName, SenderTemplate, StaffMaxToken, StaffContact, StaffPhoneProof,
)  # fmt: skip


def _patterns(found: list[Any]) -> Iterator[URLPattern]:
    for pattern in found:
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns)
        else:
            yield pattern


def _ask(client: Client, row: Row, world: World) -> Any:
    """Ask, and read the answer to its end, as a browser does."""
    url = reverse(f"staff:{row.name}", kwargs=row.where(world))
    answer = client.get(url) if row.method == "GET" else client.post(url, row.data)
    if answer.streaming:
        b"".join(answer)
    return answer


def test_each_role_gets_what_the_table_says(world: World) -> None:
    clients = {role: client_of(world.people[role]) for role in ROLES}
    answers: dict[str, int] = {}
    for row in MATRIX:
        for role in ROLES:
            with transaction.atomic():
                answers[f"{row}, {role}"] = _ask(clients[role], row, world).status_code
                transaction.set_rollback(True)

    assert answers == {
        f"{row}, {role}": expected for row in MATRIX for role, expected in zip(ROLES, row.answers, strict=True)
    }


def test_anonymous_visitors_are_sent_to_the_login_page(world: World) -> None:
    before = _state()
    answers = {str(row): _ask(Client(), row, world) for row in MATRIX}

    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 302)
    assert all(answer.url.startswith("/accounts/login/?next=/staff/") for answer in answers.values())
    assert _state() == before


def test_every_address_has_a_row() -> None:
    names = {pattern.name for pattern in _patterns(urls.urlpatterns)}

    assert names == {row.name for row in MATRIX}


def test_no_address_listens_to_a_method_without_a_row(world: World) -> None:
    """A POST on a page that only showed something would otherwise be nobody's row."""
    unlisted = []
    for row in {row.name: row for row in MATRIX}.values():
        known = [other for other in MATRIX if other.name == row.name]
        role = next(role for role, answer in zip(ROLES, row.answers, strict=True) if answer != 403)
        for method in {"GET", "POST"} - {other.method for other in known}:
            client = client_of(world.people[role])
            answer = client.generic(method, reverse(f"staff:{row.name}", kwargs=row.where(world)))
            if answer.status_code != 405:
                unlisted.append(f"{method} {row.name}: {answer.status_code}")

    assert unlisted == []


def test_every_view_declares_its_right() -> None:
    missing = [
        pattern.name
        for pattern in _patterns(urls.urlpatterns)
        if not isinstance(getattr(pattern.callback, "required_right", None), Right)
    ]

    assert missing == []


def test_every_row_of_a_page_that_writes_has_a_refusal() -> None:
    """A right that everybody has would make the table blind."""
    assert [str(row) for row in MATRIX if row.method == "POST" and 403 not in row.answers] == []


def test_a_refusal_changes_nothing_but_the_journal(world: World) -> None:
    before = _state()
    for role in ROLES:
        client = client_of(world.people[role])
        for row in MATRIX:
            if row.method != "POST" or row.answers[ROLES.index(role)] != 403:
                continue

            _ask(client, row, world)

            assert _state() == before, str(row)
            denied = StaffAction.objects.latest("id")
            assert (denied.action, denied.user_id) == ("access.denied", world.people[role].pk)


def _state() -> dict[str, Any]:
    """Everything that the console can write, as one value."""
    found: dict[str, Any] = {}
    for model in WRITTEN:
        found[model._meta.label] = list(model.objects.order_by("pk").values())
    found["people"] = list(User.objects.order_by("pk").values("role", "is_active", "password"))
    found["actions"] = StaffAction.objects.exclude(action="access.denied").count()
    return found
