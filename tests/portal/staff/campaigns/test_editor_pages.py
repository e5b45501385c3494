"""What the editor offers: a text to begin with, the cities of the base, names instead of codes, a name for a copy."""

import html
import re
from urllib.parse import unquote

import pytest
from pytest_django.fixtures import Settings

from consents.models import Customer
from notify.campaigns.lifecycle import campaign_launch, campaign_submit
from notify.enums import CampaignState
from notify.errors import TooManyParts
from notify.models import Campaign, CampaignStep
from portal.models.user import Role
from tests.factories.consents import CustomerFactory
from tests.factories.notify import CampaignFactory, step_of
from tests.factories.staff import client_of
from tests.portal.staff.matrix import CAMPAIGN
from tests.portal.staff.world import World

SMS = {"channel": "sms", "subscriber_consent": "own"}
LONG = "Очень длинный рассказ о переезде. " * 15 + "((ссылка))"


def _saved() -> Campaign:
    return Campaign.objects.latest("id")


class TestAText:
    def test_a_new_one_begins_with_a_greeting_and_the_link(self, world: World) -> None:
        page = client_of(world.author).get("/staff/campaigns/new/").content.decode()

        assert "((приветствие))\n\nПроверьте ваши контакты" in page
        assert 'data-insert="((приветствие))"' in page

    def test_what_a_channel_does_not_print_is_not_kept(self, world: World) -> None:
        typed = CAMPAIGN | SMS | {"text": "Выберите: ((ссылка))", "subject": "Скидка", "button": "Купить"}

        client_of(world.author).post("/staff/campaigns/new/", typed)

        assert (step_of(_saved()).channel, step_of(_saved()).subject, step_of(_saved()).button) == ("sms", "", "")


@pytest.fixture
def cities(world: World) -> World:
    """A base with two more cities."""
    for city in ("Орёл", "Москва", "Москва"):
        CustomerFactory(city=city)
    return world


class TestCities:
    def test_those_of_the_base_are_boxes_and_others_are_spelled_as_there(self, cities: World) -> None:
        client = client_of(cities.author)

        page = client.get("/staff/campaigns/new/").content.decode()
        client.post("/staff/campaigns/new/", CAMPAIGN | {"city_choices": ["Москва"], "cities": "орел,  москва; Тула"})

        assert 'name="city_choices" value="Орёл"' in page
        assert _saved().audience == {"cities": ["Москва", "Орёл", "Тула"]}
        again = client.get(f"/staff/campaigns/{_saved().pk}/edit/").content.decode()
        assert 'name="cities" value="Тула"' in again

    def test_one_that_nobody_has_is_told_with_those_alike(self, cities: World) -> None:
        page = client_of(cities.author).post("/staff/campaigns/check/", CAMPAIGN | {"cities": "Масква"})

        assert "Города «Масква» нет ни у одного клиента. Похожие: Москва." in page.content.decode()


class TestTooManyParts:
    """A long SMS stays a draft, on the page and in the services."""

    def test_a_draft_is_kept_and_goes_no_further(self, world: World) -> None:
        client = client_of(world.author)
        answer = client.post("/staff/campaigns/new/", CAMPAIGN | SMS | {"text": LONG})

        page = client.get(answer["Location"]).content.decode()
        refused = client.post(f"{answer['Location']}submit/")

        assert "в одном СМС можно не больше 6 частей" in page
        assert (refused.status_code, "Сообщение слишком длинное" in refused.content.decode()) == (400, True)
        assert (_saved().state, step_of(_saved()).text) == (CampaignState.DRAFT, LONG)

    def test_one_under_review_is_not_launched(self, world: World) -> None:
        campaign = CampaignFactory(**SMS, text="Коротко: ((ссылка))", created_by=world.author)
        content = campaign_submit(campaign_id=campaign.pk)
        CampaignStep.objects.filter(campaign_id=campaign.pk).update(text=LONG)

        with pytest.raises(TooManyParts):
            campaign_launch(
                campaign_id=campaign.pk,
                launched_by_id=world.people[Role.DPO].pk,
                content_sha256=content.sha256,
                is_dpo=True,
            )

    def test_the_second_person_sees_parts_and_people_multiplied(self, world: World) -> None:
        campaign = CampaignFactory(**SMS, text="Очень подробно. " * 8 + "((ссылка))", created_by=world.author)
        campaign_submit(campaign_id=campaign.pk)

        page = client_of(world.people[Role.DPO]).get(f"/staff/campaigns/{campaign.pk}/launch/").content.decode()

        people = int(re.findall(r"Запустить: (\d+)", page)[0])
        assert people > 0
        assert f"На всех — {3 * people}" in page

    def test_the_limit_is_a_setting(self, world: World, settings: Settings) -> None:
        settings.SMS_PARTS_MOST = 20

        page = client_of(world.author).post("/staff/campaigns/check/", CAMPAIGN | SMS | {"text": LONG})

        assert "можно не больше" not in page.content.decode()


class TestACopy:
    def test_has_a_name_of_its_own(self, world: World) -> None:
        client = client_of(world.author)
        origin = CampaignFactory(name="Весна", created_by=world.author)
        names = []
        for copied in (origin, None, None):
            number = (copied or _saved()).pk
            page = html.unescape(client.get(f"/staff/campaigns/new/?copy={number}").content.decode())
            names.append(page.partition('name="name" value="')[2].partition('"')[0])
            client.post(f"/staff/campaigns/new/?copy={number}", CAMPAIGN | {"name": names[-1]})

        assert names == ["Весна (копия)", "Весна (копия 2)", "Весна (копия 3)"]

    def test_of_the_longest_name_still_fits(self, world: World) -> None:
        origin = CampaignFactory(name="В" * 120, created_by=world.author)

        answer = client_of(world.author).get(f"/staff/campaigns/new/?copy={origin.pk}")

        assert f'value="{"В" * 106} (копия)"' in answer.content.decode()


def test_messengers_are_called_by_their_names(world: World) -> None:
    campaign = CampaignFactory(audience={"messengers": ["ms_teams", "skype_business"]}, created_by=world.author)
    Customer.objects.filter(pk=world.customer.pk).update(messenger="ms_teams")
    client = client_of(world.author)

    for path in (f"/staff/campaigns/{campaign.pk}/", "/staff/customers/group/sms/"):
        page = client.get(path).content.decode()
        assert ("Microsoft Teams" in page, "ms_teams" in page) == (True, False)


def test_the_report_is_called_after_the_campaign(world: World) -> None:
    Campaign.objects.filter(pk=world.running.pk).update(name="Переезд: «весна»/2")

    answer = client_of(world.author).get(f"/staff/campaigns/{world.running.pk}/report.csv")

    assert "Переезд «весна» 2, отчёт " in unquote(answer["Content-Disposition"])


def test_whose_draft_it_is_is_said_to_whoever_opens_it(world: World) -> None:
    other = client_of(world.author)

    answer = other.get(f"/staff/campaigns/{world.draft.pk}/edit/")

    assert answer.status_code == 403
    assert "Это черновик другого сотрудника" in answer.content.decode()
