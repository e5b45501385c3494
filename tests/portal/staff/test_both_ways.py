"""What a page and a command both do leaves the same row in the journal, whichever of them did it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from notify.enums import CampaignState
from notify.models import Campaign
from portal.models import StaffAction, User
from portal.models.user import Role
from tests.factories.staff import client_of
from tests.portal.staff.matrix import CAMPAIGN
from tests.portal.staff.world import World
from tests.support.confirming import confirm

Act = Callable[[World], object]


def post(who: Callable[[World], User], address: Callable[[World], str], *, asks: Any = False, **data: Any) -> Act:
    """Press a button of a page; one that ``asks`` first is opened before."""

    def act(world: World) -> None:
        fields = {name: value(world) if callable(value) else value for name, value in data.items()}
        press: Callable[..., Any] = confirm if asks else Client.post
        assert press(client_of(who(world)), f"/staff/{address(world)}", fields).status_code in {200, 302}

    return act


def author(world: World) -> User:
    return world.people[Role.MARKETING]


def second(world: World) -> User:
    return world.people[Role.DPO]


def spec(world: World) -> str:
    """The file of a campaign as the page would write it, to the same people."""
    path = Path("spec.json")
    words = {"name": "Новая", "channel": "email", "subject": "Тема", "text": "Здравствуйте, ((имя))!"}
    path.write_text(json.dumps(words | {"audience": world.draft.audience}))
    return str(path)


WAYS: dict[str, tuple[Act, Act]] = {
    "campaign.created": (
        post(author, lambda _: "campaigns/new/", **CAMPAIGN),
        lambda world: call_command("campaign_create", spec(world), "--draft", "--as", author(world).email),
    ),
    "campaign.submitted": (
        post(author, lambda world: f"campaigns/{world.draft.pk}/submit/"),
        lambda world: call_command("campaign_create", spec(world), "--as", author(world).email),
    ),
    "campaign.launched": (
        post(
            second,
            lambda world: f"campaigns/{world.review.pk}/launch/",
            content_sha256=lambda world: world.review.content_sha256,
        ),
        lambda world: call_command(
            "campaign_launch", world.review.pk, "--as", second(world).email, "--sha256", world.review.content_sha256
        ),
    ),
    "campaign.links_revoked": (
        post(second, lambda world: f"campaigns/{world.running.pk}/links/revoke/", asks=True),
        lambda world: call_command("campaign_links_revoke", world.running.pk, "--as", second(world).email),
    ),
    "user.created": (
        post(
            lambda world: world.people[Role.ADMINISTRATOR],
            lambda _: "users/new/",
            name="Новый",
            email="new@romashka.example",
            role="operator",
        ),
        lambda _: call_command("staff_create", "new@romashka.example", "--name", "Новый", "--role", "operator"),
    ),
}


def row_of(act: Act, world: World) -> dict[str, Any]:
    """Act, read the row that is left, and take the act back, so that the other way in finds the same company."""
    with transaction.atomic():
        act(world)
        row = StaffAction.objects.latest("id")
        details = dict(row.details)
        if row.object_kind == "campaign":
            campaign = Campaign.objects.get(pk=row.object_id)
            if "content_sha256" in details:
                details["content_sha256"] = details["content_sha256"] == campaign.content_sha256
            about = campaign.state
        else:
            about = User.objects.get(pk=row.object_id).email
        transaction.set_rollback(True)
    who = row.user_id if row.action != "user.created" else None
    return {"action": row.action, "who": who, "kind": row.object_kind, "about": about} | {
        "reason": row.reason,
        "details": details,
    }


@pytest.mark.parametrize("name", WAYS)
def test_a_page_and_a_command_leave_the_same_row(
    name: str, world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    page, command = WAYS[name]

    by_page, by_command = row_of(page, world), row_of(command, world)

    assert by_page == by_command
    assert by_page["action"] == name


@pytest.mark.parametrize("ways", [(0, 1), (1, 0), (1, 1), (0, 0)])
def test_one_launch_leaves_one_row_however_often_it_is_asked_for(ways: tuple[int, int], world: World) -> None:
    for way in ways:
        WAYS["campaign.launched"][way](world)

    row = StaffAction.objects.get(action="campaign.launched", object_id=world.review.pk)
    assert row.details == {"content_sha256": world.review.content_sha256, "is_new": True}
    assert Campaign.objects.get(pk=world.review.pk).state == CampaignState.PLANNING


def test_what_a_command_does_in_nobodys_name_is_under_the_command(db: None) -> None:
    call_command("staff_create", "new@romashka.example", "--name", "Новый", "--role", "operator")

    row = StaffAction.objects.get()
    assert (row.user_id, row.actor, row.ip) == (None, "manage.py staff_create", None)
