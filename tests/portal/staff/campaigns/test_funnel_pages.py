"""The funnel on the page of a campaign: its figures, and the lists behind them."""

import re

from django.utils import timezone

from consents.enums import Channel
from notify.links.issuing import link_make
from notify.models import Link
from portal.models.user import Role
from portal.staff.campaigns.view import stages_shown
from tests.factories.staff import client_of
from tests.portal.staff.world import World
from tests.support.clock import tomorrow


def _figure(page: str, label: str) -> str:
    found = re.search(rf"{label}</a></span>.*?bars__value\">(\d+)", page, re.DOTALL)
    assert found
    return found[1]


def _dialogue_ended(world: World) -> None:
    """The customer of the running campaign has stopped the bot since."""
    touchpoint = world.running.touchpoints.get()
    link_make(customer_id=world.customer.pk, expires_at=tomorrow(), touchpoint_id=touchpoint.pk)
    Link.objects.filter(touchpoint=touchpoint).update(message=world.unknown, dialogue_ended_at=timezone.now())


def test_who_has_ended_the_dialogue_is_a_figure_with_a_list(world: World) -> None:
    client = client_of(world.people[Role.DPO])
    url = f"/staff/campaigns/{world.running.pk}/"
    assert _figure(client.get(url).content.decode(), "Закрыли диалог") == "0"

    _dialogue_ended(world)

    page = client.get(url).content.decode()
    assert _figure(page, "Закрыли диалог") == "1"
    assert "Кто снова начал диалог, здесь не считается." in page
    (listed,) = set(re.findall(r'href="([^"]+/people/dialogue_ended/)"', page))
    assert world.customer.external_id in client.get(listed).content.decode()


def test_the_overview_shows_it_too(world: World) -> None:
    _dialogue_ended(world)

    page = client_of(world.people[Role.MARKETING]).get("/staff/").content.decode()

    assert _figure(page, "Закрыли диалог") == "1"


def test_steps_of_accounts_are_shown_only_where_a_channel_has_accounts() -> None:
    def shown(*codes: str) -> set[str]:
        return {name for name, _label in stages_shown([Channel(code) for code in codes])}

    assert {"max_linked", "dialogue_ended"} & shown("email", "sms") == set()
    assert {"max_linked", "dialogue_ended"} & shown("email", "vk") == {"dialogue_ended"}
    assert {"max_linked", "dialogue_ended"} <= shown("max")
