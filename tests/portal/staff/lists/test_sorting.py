"""Lists are sorted by the heads of their columns: plain links, and nothing but the columns that a page names."""

import re

import pytest
from django.test import RequestFactory

from notify.models import Campaign
from portal.models.user import Role
from portal.staff.lists.sorting import sorting_of
from tests.factories.notify import CampaignFactory
from tests.factories.staff import client_of
from tests.portal.staff.world import World

COLUMNS = {"name": "name", "planned": "-planned_count"}
HEAD = re.compile(r'<th scope="col"[^>]*><a href="\?([^"]+)">')


@pytest.mark.parametrize("asked", ["", "text", "-", "--name", "created_by__password", "-created_by__password"])
def test_no_other_column_is_taken(asked: str) -> None:
    assert sorting_of(RequestFactory().get("/", {"sort": asked}), COLUMNS, own=("-id",)).order == ["-id"]


@pytest.mark.parametrize(
    ("asked", "column", "pressed"),
    [("", "name", "name"), ("name", "name", "-name"), ("-name", "name", "name"), ("name", "planned", "-planned")],
)
def test_a_press_turns_the_order_round(asked: str, column: str, pressed: str) -> None:
    assert sorting_of(RequestFactory().get("/", {"sort": asked}), COLUMNS, own=("-id",)).pressed(column) == pressed


def test_campaigns_are_sorted_and_what_has_no_value_comes_last(world: World) -> None:
    Campaign.objects.all().update(planned_count=None)
    few, many = (
        CampaignFactory(name=name, planned_count=count, created_by=world.author)
        for name, count in (("А", 2), ("Б", 30))
    )
    client = client_of(world.author)

    for asked, order in (("planned", [few, many]), ("-planned", [many, few])):
        page = client.get("/staff/campaigns/", {"sort": asked, "state": "draft"}).content.decode()
        places = [page.index(f"/staff/campaigns/{campaign.pk}/") for campaign in [*order, world.draft]]
        assert places == sorted(places)
    assert 'aria-sort="descending"' in page
    assert "sort=planned&amp;state=draft" in page


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.MARKETING, "/staff/campaigns/"),
        (Role.MARKETING, "/staff/imports/"),
        (Role.MARKETING, "/staff/customers/group/sms/"),
        (Role.ADMINISTRATOR, "/staff/users/"),
    ],
)
def test_every_head_opens_its_list(world: World, role: Role, path: str) -> None:
    client = client_of(world.people[role])
    heads = HEAD.findall(client.get(path).content.decode())

    assert len(heads) >= 3
    assert {client.get(f"{path}?{head}").status_code for head in heads} == {200}
