"""Pages of campaigns count no messages: they read figures that are kept, however many look."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notify.enums import CampaignState, MessageState
from notify.models import Campaign, Message
from notify.sweeping import sweep
from portal.models.user import Role
from tests.factories.staff import client_of
from tests.portal.staff.world import World

LOOKS = 50
ROWS = re.compile(r'(FROM|JOIN) "?notify_(message|link)\b')


@pytest.mark.parametrize("page", ["", "{number}/", "{number}/progress/?state=running"])
def test_no_look_reads_rows_of_messages_or_links(world: World, page: str) -> None:
    client = client_of(world.people[Role.MARKETING])
    url = f"/staff/campaigns/{page.format(number=world.running.pk)}"
    with CaptureQueriesContext(connection) as queries:
        for _ in range(LOOKS):
            assert client.get(url).status_code == 200

    assert len(queries) > LOOKS
    assert [query["sql"] for query in queries if ROWS.search(query["sql"])] == []


def test_a_look_right_after_a_move_shows_it(world: World) -> None:
    client = client_of(world.people[Role.MARKETING])
    url = f"/staff/campaigns/{world.running.pk}/"
    client.get(url)
    Message.objects.filter(campaign=world.running).update(state=MessageState.ACCEPTED)
    sent = Message.objects.filter(campaign=world.running).count()

    assert f"отправлено {sent} +" in client.get(url).content.decode()


def test_the_state_and_the_figures_after_the_end_are_the_last_ones(world: World) -> None:
    client = client_of(world.people[Role.MARKETING])
    url = f"/staff/campaigns/{world.running.pk}/"
    client.get(url)
    Message.objects.filter(campaign=world.running).update(state=MessageState.FAILED, error_code="smtp_550")
    sweep()
    failed = Message.objects.filter(campaign=world.running).count()

    page = client.get(url).content.decode()

    assert Campaign.objects.get(pk=world.running.pk).state == CampaignState.FINISHED
    assert "завершена" in page
    assert f"не доставлено {failed} +" in page
    # A report that comes late.
    Message.objects.filter(campaign=world.running).update(state=MessageState.DELIVERED)
    assert f"отправлено {failed} +" in client.get(url).content.decode()


def test_whoever_stops_it_sees_it_stopped_at_once(world: World) -> None:
    client = client_of(world.people[Role.MARKETING])
    url = f"/staff/campaigns/{world.running.pk}/"
    client.get(url)
    page = client.post(f"{url}pause/", follow=True).content.decode()

    assert "приостановлена" in page
