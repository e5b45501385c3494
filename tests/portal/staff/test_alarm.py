"""Whoever opens the cards of more than a hundred people within an hour is noticed, wherever the cards are."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from portal.audit.acts import AuditedAction
from portal.models import StaffAction, User
from portal.models.user import Role
from portal.staff.alarm import CARDS_AN_HOUR, LOOKS_AN_HOUR, cards_watch
from tests.factories.consents import CustomerFactory
from tests.factories.staff import client_of, user_make
from tests.portal.staff.world import World


def _looks(user: User, count: int, *, act: str = AuditedAction.CUSTOMER_REVEALED) -> None:
    """So many people whom this user has looked at just now."""
    StaffAction.objects.bulk_create(
        StaffAction(user=user, actor=user.email, action=act, object_kind="customer", object_id=f"-{number}")
        for number in range(count)
    )


def _alarms() -> list[dict[str, int]]:
    return list(StaffAction.objects.filter(action="alarm.many_cards").values_list("details", flat=True))


LOOKS: list[tuple[Role, Callable[[World], str], str]] = [
    (Role.OPERATOR, lambda w: f"/staff/customers/{w.customer.pk}/open/", "post"),
    (Role.DPO, lambda w: f"/staff/register/{w.customer.pk}/", "get"),
    (Role.DPO, lambda w: f"/staff/register/{w.customer.pk}/event/{w.event}/", "get"),
]


@pytest.mark.parametrize(("role", "path", "method"), LOOKS, ids=["desk", "person", "event"])
def test_one_card_too_many_raises_the_alarm_once(
    world: World, role: Role, path: Callable[[World], str], method: str, caplog: pytest.LogCaptureFixture
) -> None:
    user = world.people[role]
    _looks(user, CARDS_AN_HOUR, act=AuditedAction.REGISTER_VIEWED)
    client = client_of(user)

    for _ in range(3):
        getattr(client, method)(path(world), {"reason": "клиент звонит"})

    assert _alarms() == [{"opened": CARDS_AN_HOUR + 1}]
    assert f"user {user.pk} opened {CARDS_AN_HOUR + 1} cards" in caplog.text


@pytest.mark.django_db
def test_two_looks_that_were_committed_together_are_noticed_by_the_next() -> None:
    """Neither of the two could count the other; the limit is passed without anyone standing on it."""
    user = user_make(Role.DPO)
    _looks(user, CARDS_AN_HOUR + 2)

    assert cards_watch(user=user)
    assert _alarms() == [{"opened": CARDS_AN_HOUR + 2}]


@pytest.mark.django_db
def test_many_pages_of_one_person_are_one_card() -> None:
    user = user_make(Role.DPO)
    customer = CustomerFactory()
    StaffAction.objects.bulk_create(
        StaffAction(user=user, actor=user.email, action=AuditedAction.REGISTER_TEXT_VIEWED, object_id=str(customer.pk))
        for _ in range(CARDS_AN_HOUR * 2)
    )

    assert not cards_watch(user=user)


@pytest.mark.django_db
def test_masked_cards_and_cards_of_others_do_not_count() -> None:
    user, other = user_make(Role.OPERATOR), user_make(Role.OPERATOR)
    _looks(user, CARDS_AN_HOUR)
    _looks(user, CARDS_AN_HOUR + 9, act=AuditedAction.CUSTOMER_VIEWED)
    _looks(other, CARDS_AN_HOUR)

    assert not cards_watch(user=user)


@pytest.mark.django_db
def test_an_hour_later_the_alarm_may_sound_again(monkeypatch: pytest.MonkeyPatch) -> None:
    user = user_make(Role.OPERATOR)
    _looks(user, CARDS_AN_HOUR + 1)
    assert cards_watch(user=user)
    later = timezone.now() + timedelta(minutes=61)
    monkeypatch.setattr("consents.database.clock._now", lambda: later)

    assert not cards_watch(user=user)
    _looks(user, CARDS_AN_HOUR + 1)
    assert cards_watch(user=user)


MASKED: list[tuple[Role, Callable[[World], str], str]] = [
    (Role.MARKETING, lambda w: f"/staff/customers/{w.customer.pk}/", "get"),
    (Role.OPERATOR, lambda _: "/staff/customers/", "post"),
    (Role.MARKETING, lambda _: "/staff/customers/group/email/", "get"),
    (Role.DPO, lambda _: "/staff/register/", "post"),
]


@pytest.mark.parametrize(("role", "path", "method"), MASKED, ids=["card", "search", "list", "register"])
def test_one_look_or_search_too_many_raises_another_alarm_once(
    world: World, role: Role, path: Callable[[World], str], method: str, caplog: pytest.LogCaptureFixture
) -> None:
    user = world.people[role]
    _looks(user, LOOKS_AN_HOUR, act=AuditedAction.CUSTOMER_SEARCHED)
    client = client_of(user)

    for _ in range(3):
        assert getattr(client, method)(path(world), {"text": "+79161234512"}).status_code == 200

    raised = StaffAction.objects.filter(action="alarm.many_looks").values_list("details", flat=True)
    assert list(raised) == [{"opened": LOOKS_AN_HOUR + 1}]
    assert f"staff alarm: user {user.pk} looked at or searched for" in caplog.text
