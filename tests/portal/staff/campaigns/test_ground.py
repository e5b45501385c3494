"""What a campaign stands on, in the console: asked of the author, shown to the second person, written down."""

import re
from typing import Any

import pytest

from notify.campaigns.lifecycle import campaign_submit
from notify.enums import CampaignState
from notify.models import Campaign
from portal.models import StaffAction
from portal.models.user import Role
from tests.factories.notify import CampaignFactory, step_of
from tests.factories.staff import client_of
from tests.portal.staff.matrix import CAMPAIGN
from tests.portal.staff.world import World

NEW = "/staff/campaigns/new/"
OFFER = CAMPAIGN | {"text": "Скидка 10 % до конца недели"}
REASON = "это ответ на жалобы клиентов"
SMS = CAMPAIGN | {
    "channel": "sms",
    "text": "Выберите канал: ((ссылка))",
    "subscriber_consent": "contract",
    "contract_clause": "Договор обслуживания, пункт 4.2",
    "contract_date": "2026-02-01",
}
LAW = CAMPAIGN | {"legal_basis": "law", "norm": "161-ФЗ, статья 9, часть 4"}


def post(world: World, data: dict[str, Any], path: str = NEW) -> Any:
    return client_of(world.people[Role.MARKETING]).post(path, data)


def saved() -> Campaign:
    return Campaign.objects.latest("id")


def review(world: World, **fields: object) -> Campaign:
    campaign = CampaignFactory(created_by=world.author, audience={"customer_ids": [world.customer.pk]}, **fields)
    campaign_submit(campaign_id=campaign.pk)
    campaign.refresh_from_db()
    return campaign


def launched(world: World, role: Role, campaign: Campaign) -> int:
    url = f"/staff/campaigns/{campaign.pk}/launch/"
    return client_of(world.people[role]).post(url, {"content_sha256": campaign.content_sha256}).status_code


class TestWordsOfOffers:
    """Make the author choose again; a reason is kept and read by whoever signs."""

    def test_are_named_and_nothing_is_saved_until_the_author_chooses(self, world: World) -> None:
        assert "Почему это не реклама" not in client_of(world.author).get(NEW).content.decode()
        before = Campaign.objects.count()

        page = post(world, OFFER).content.decode()

        assert "Похоже на рекламу: скидка" in page
        assert re.search(r'name="offer_choice" value="advertising"', page)
        assert "Почему это не реклама" in page
        assert Campaign.objects.count() == before

    @pytest.mark.parametrize(
        "again",
        [{"offer_choice": "service"}, {"offer_choice": "service", "offer_reason": "нет"}, {"offer_reason": REASON}],
    )
    def test_are_not_answered_by_half_a_choice(self, world: World, again: dict[str, str]) -> None:
        before = Campaign.objects.count()

        assert "Похоже на рекламу" in post(world, OFFER | again).content.decode()
        assert Campaign.objects.count() == before

    def test_become_advertising_when_the_author_says_so(self, world: World) -> None:
        post(world, OFFER | {"offer_choice": "advertising"})

        step = step_of(saved())
        assert (step.text_kind, step.legal_basis, step.offer_reason) == (
            "advertising",
            "consent",
            "",
        )

    def test_stay_service_with_a_reason_that_is_kept(self, world: World) -> None:
        post(world, OFFER | {"offer_choice": "service", "offer_reason": REASON})

        assert (step_of(saved()).text_kind, step_of(saved()).offer_reason) == ("service", REASON)
        details = StaffAction.objects.latest("id").details
        assert (details["offers"], details["offer_reason"]) == (["скидка"], REASON)

    def test_that_are_new_need_a_reason_of_their_own(self, world: World) -> None:
        answered = {"offer_choice": "service", "offer_reason": REASON}
        post(world, OFFER | answered)
        path = f"/staff/campaigns/{saved().pk}/edit/"

        assert post(world, OFFER | answered | {"text": "Скидка до пятницы"}, path).status_code == 302
        page = post(world, OFFER | answered | {"text": "Скидка и подарок"}, path).content.decode()

        assert "Похоже на рекламу: скидка, подарок" in page
        assert step_of(saved()).text == "Скидка до пятницы"

    def test_are_said_while_somebody_types(self, world: World) -> None:
        assert "Похоже на рекламу" in post(world, OFFER, "/staff/campaigns/check/").content.decode()

    @pytest.mark.parametrize("page", ["", "launch/"])
    def test_stand_on_both_pages_with_the_reason(self, world: World, page: str) -> None:
        campaign = review(world, text="Скидка 10 %", offer_reason=REASON)

        shown = client_of(world.people[Role.DPO]).get(f"/staff/campaigns/{campaign.pk}/{page}").content.decode()

        assert "Похоже на рекламу: скидка" in shown
        assert REASON in shown


class TestTheSignatureOfTheDpo:
    """Is needed for what is obliged and for what looks like advertising, and given by nobody else."""

    @pytest.mark.parametrize(
        "fields",
        [
            {"text": "Скидка 10 %", "offer_reason": REASON},
            {"legal_basis": "law", "norm": "161-ФЗ, статья 9, часть 4"},
        ],
    )
    def test_is_asked_for_by_page_and_service(self, world: World, fields: dict[str, str]) -> None:
        campaign = review(world, **fields)
        url = f"/staff/campaigns/{campaign.pk}/launch/"

        page = client_of(world.people[Role.MARKETING]).get(url).content.decode()
        assert "Запустить её может только ответственный за персональные данные." in page
        assert "Запустить: 1" not in page
        assert launched(world, Role.MARKETING, campaign) == 403
        campaign.refresh_from_db()
        assert campaign.state == CampaignState.REVIEW

        assert "Запустить: 1" in client_of(world.people[Role.DPO]).get(url).content.decode()
        assert launched(world, Role.DPO, campaign) == 302
        assert StaffAction.objects.get(action="campaign.launched").details["is_dpo"] is True

    def test_is_not_asked_for_a_plain_campaign(self, world: World) -> None:
        assert launched(world, Role.MARKETING, world.review) == 302
        assert "is_dpo" not in StaffAction.objects.get(action="campaign.launched").details


class TestWhatIsObliged:
    """Names its norm, which everybody who decides can read."""

    @pytest.mark.parametrize(("norm", "said"), [("", "Заполните это поле."), ("по закону", "Здесь нет номера.")])
    def test_needs_a_norm_with_a_number(self, world: World, norm: str, said: str) -> None:
        assert said in post(world, LAW | {"norm": norm}).content.decode()

    def test_keeps_its_norm_in_the_campaign_and_the_journal(self, world: World) -> None:
        post(world, LAW)

        assert step_of(saved()).norm == LAW["norm"]
        details = StaffAction.objects.latest("id").details
        assert (details["basis"], details["norm"]) == ("law", LAW["norm"])
        page = client_of(world.people[Role.DPO]).get(f"/staff/campaigns/{saved().pk}/").content.decode()
        assert LAW["norm"] in page

    def test_is_not_what_the_editor_begins_with(self, world: World) -> None:
        page = client_of(world.author).get(NEW).content.decode()

        (chosen,) = re.findall(r'name="legal_basis" value="(\w+)"[^>]* checked', page)
        assert chosen == "contract"
        assert not re.search(r'name="subscriber_consent"[^>]* checked', page)


class TestTheSubscribersConsent:
    """Is asked for of an SMS that no consent of the customer carries."""

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"subscriber_consent": ""}, "Рассылка по СМС требует согласия абонента"),
            ({"contract_clause": ""}, "Заполните это поле."),
            ({"contract_clause": "Договор"}, "Здесь нет номера."),
            ({"contract_date": ""}, "Заполните это поле."),
            ({"contract_date": "2099-01-01"}, "Этот день ещё не наступил."),
        ],
    )
    def test_must_be_whole(self, world: World, changes: dict[str, str], said: str) -> None:
        before = Campaign.objects.count()

        assert said in post(world, SMS | changes).content.decode()
        assert Campaign.objects.count() == before

    def test_is_kept_shown_to_the_second_person_and_written_down(self, world: World) -> None:
        post(world, SMS)
        details = StaffAction.objects.latest("id").details
        campaign_submit(campaign_id=saved().pk)
        page = client_of(world.people[Role.DPO]).get(f"/staff/campaigns/{saved().pk}/launch/").content.decode()

        assert "пункт договора с клиентом: Договор обслуживания, пункт 4.2, 01.02.2026" in page
        assert details["contract_clause"] == SMS["contract_clause"]
        assert details["contract_date"] == "2026-02-01"

    def test_is_not_asked_of_a_letter(self, world: World) -> None:
        assert post(world, CAMPAIGN).status_code == 302
