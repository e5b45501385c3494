"""Whose operator lets no SMS through: the figure of a campaign, its list, and a campaign for them in one press."""

import re
from html import unescape

import pytest

from consents.enums import StopReason
from consents.models import Customer
from notify.enums import CampaignState, MessageState
from notify.models import Campaign, Message
from portal.models.user import Role
from tests.factories.consents import ContactPointFactory, StopFactory
from tests.factories.notify import campaign_running, people_make, step_of
from tests.factories.staff import client_of
from tests.portal.staff.matrix import CAMPAIGN
from tests.portal.staff.world import World


@pytest.fixture
def customers(world: World) -> list[Customer]:
    """Two people whose operators let no SMS through; the first has an address."""
    found = people_make(2, channel="sms")
    ContactPointFactory(customer=found[0], email=True)
    for one in found:
        phone = one.contact_points.get(kind="phone")
        StopFactory(customer=None, kind="phone", value=phone.value, reason=StopReason.BARRED)
    return found


@pytest.fixture
def campaign(customers: list[Customer]) -> Campaign:
    """The SMS campaign that did not reach them, finished."""
    found = campaign_running(customers, channel="sms")
    Message.objects.filter(campaign=found).update(state=MessageState.SKIPPED, skip_reason="suppressed")
    Campaign.objects.filter(pk=found.pk).update(state=CampaignState.FINISHED)
    return found


def _page(world: World, campaign: Campaign, role: Role = Role.MARKETING) -> str:
    return client_of(world.people[role]).get(f"/staff/campaigns/{campaign.pk}/").content.decode()


def _begun(page: str) -> list[str]:
    return [unescape(url) for url in re.findall(r'href="(/staff/campaigns/new/\?barred=[^"]+)"', page)]


def test_the_campaign_says_how_many_and_over_what_they_can_be_reached(world: World, campaign: Campaign) -> None:
    page = _page(world, campaign)

    assert "Кампания не дошла до 2\N{NO-BREAK SPACE}клиентов" in page
    assert "Можно написать по почте" in page
    assert "Можно написать в MAX" not in page


def test_the_list_names_the_channels_of_each(world: World, campaign: Campaign, customers: list[Customer]) -> None:
    client = client_of(world.people[Role.MARKETING])

    page = client.get(f"/staff/campaigns/{campaign.pk}/people/barred/").content.decode()

    rows = dict(
        re.findall(r"<tr>\s*<th scope=\"row\".*?<a[^>]+>([^<]+)</a>.*?<div>([^<]*)</div></td>\s*</tr>", page, re.DOTALL)
    )
    assert rows == {customers[0].external_id: "по почте", customers[1].external_id: "—"}


def test_one_press_begins_a_campaign_with_exactly_these_people(world: World, campaign: Campaign) -> None:
    client = client_of(world.people[Role.MARKETING])
    (url,) = _begun(_page(world, campaign))

    page = client.get(url).content.decode()
    assert f"Только клиенты кампании № {campaign.pk}, которым оператор не пропускает СМС." in page
    assert step_of(campaign).text.splitlines()[0] in unescape(page)
    answer = client.post(url, CAMPAIGN)

    begun = Campaign.objects.latest("id")
    assert answer.status_code == 302
    assert (step_of(begun).channel, begun.audience) == ("email", {"barred_in": campaign.pk})
    card = client.get(answer["Location"]).content.decode()
    assert f"клиенты кампании № {campaign.pk}, которым оператор не пропускает СМС" in card


def test_the_figures_beside_the_editor_are_of_these_people(world: World, campaign: Campaign) -> None:
    client = client_of(world.people[Role.MARKETING])
    (url,) = _begun(_page(world, campaign))
    (check,) = re.findall(r'data-check="([^"]+)"', client.get(url).content.decode())

    answer = client.post(unescape(check), CAMPAIGN).content.decode()

    assert "уйдёт сообщений; под условия подходят: 2" in answer


def test_a_draft_for_them_keeps_them_when_it_is_changed(world: World, campaign: Campaign) -> None:
    client = client_of(world.people[Role.MARKETING])
    client.post(f"/staff/campaigns/new/?barred={campaign.pk}&channel=email", CAMPAIGN)
    draft = Campaign.objects.latest("id")
    edit = f"/staff/campaigns/{draft.pk}/edit/"
    (check,) = re.findall(r'data-check="([^"]+)"', client.get(edit).content.decode())

    client.post(edit, CAMPAIGN | {"answered": "no"})

    draft.refresh_from_db()
    assert draft.audience == {"barred_in": campaign.pk, "answered": False}
    assert "под условия подходят: 2" in client.post(unescape(check), CAMPAIGN).content.decode()


def test_while_the_campaign_runs_there_is_a_figure_and_no_press(world: World, campaign: Campaign) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(state=CampaignState.RUNNING)

    page = _page(world, campaign)

    assert _begun(page) == []
    assert "можно начать здесь, когда эта закончится" in page


def test_whoever_writes_no_campaigns_finds_no_press(world: World, campaign: Campaign) -> None:
    page = _page(world, campaign, Role.DPO)

    assert "Можно написать по почте" in page
    assert _begun(page) == []


@pytest.mark.parametrize("asked", ["barred=x&channel=email", "barred=7&channel=fax", "channel=email"])
def test_an_address_that_names_nothing_begins_an_empty_campaign(world: World, asked: str) -> None:
    page = client_of(world.author).get(f"/staff/campaigns/new/?{asked}").content.decode()

    assert "Только клиенты кампании" not in page


def test_a_campaign_that_reached_everybody_says_nothing_of_it(world: World, campaign: Campaign) -> None:
    Message.objects.filter(campaign=campaign).update(state=MessageState.ACCEPTED, skip_reason="")

    assert "Оператор не пропускает СМС" not in _page(world, campaign)


class TestTheCard:
    """A customer whose operator lets no SMS through."""

    @pytest.mark.parametrize("page", ["customers", "register"])
    def test_names_the_other_channel(self, world: World, customers: list[Customer], page: str) -> None:
        client = client_of(world.people[Role.DPO])
        address = f"/staff/{page}/{customers[0].pk}/"

        card = client.get(address).content.decode()

        assert "абонент запретил рассылки у оператора" in card
        assert "Оператор не пропускает СМС. Можно написать по почте." in card

    def test_says_that_there_is_none(self, world: World, customers: list[Customer]) -> None:
        card = client_of(world.people[Role.OPERATOR]).get(f"/staff/customers/{customers[1].pk}/").content.decode()

        assert "а другого канала, по которому можно написать, сейчас нет." in card

    def test_says_nothing_of_the_operator_to_those_without_a_ban(self, world: World) -> None:
        card = client_of(world.people[Role.DPO]).get(f"/staff/customers/{world.customer.pk}/").content.decode()

        assert "Запреты на сообщения" in card
        assert "Оператор не пропускает СМС" not in card
