"""The pages of senders' names, and what a campaign says of the name, the price and the parts."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from notify.campaigns.sms.pricing import step_price_ask
from notify.enums import CampaignState
from notify.models import Campaign, CampaignPrice, Message, ProviderSetup, ProviderState, SenderName
from notify.provider_setups import setup_create
from notify.sender_names.registry import sender_name_create, template_add
from portal.models import StaffAction
from portal.models.user import Role
from portal.ui.words import money
from tests.factories.notify import CampaignFactory, campaign_running, people_make, step_of
from tests.factories.providers import sender_fields
from tests.factories.staff import client_of, user_make

pytestmark = pytest.mark.django_db

NAMES = "/staff/channels/names/"
TEXT = "Проверьте контакты: ((ссылка))"


@pytest.fixture
def setup() -> str:
    """A provider of SMS that sends as Romashka."""
    return setup_create(kind="smsru", title="Наши СМС", fields={"api_id": "key", "sender": "Romashka"})


@pytest.fixture
def client(setup: str) -> Client:
    """The browser of an administrator."""
    return client_of(user_make(Role.ADMINISTRATOR))


def campaign_page(campaign: Campaign) -> str:
    """The page of a campaign as its author sees it."""
    return client_of(campaign.created_by).get(f"/staff/campaigns/{campaign.pk}/").content.decode()


def sms_campaign(**fields: object) -> Campaign:
    """A draft over SMS to three people."""
    people = people_make(3, channel="sms")
    return CampaignFactory(
        channel="sms",
        text=TEXT,
        audience={"customer_ids": [one.pk for one in people]},
        created_by=user_make(Role.MARKETING),
        **fields,
    )


def priced(campaign: Campaign, **fields: object) -> None:
    """The provider has told its price: 100 for twenty messages."""
    told = {"provider": "smsru", "sample": 20, "parts": 1, "price": Decimal(100), **fields}
    at = timezone.now() - timedelta(minutes=5)
    CampaignPrice.objects.create(
        step=step_of(campaign), revision=campaign.revision, asked_at=at, answered_at=at, **told
    )


class TestTheRegistry:
    """Is kept by the administrator, and every act is written down."""

    def test_takes_a_name_and_its_templates(self, client: Client, setup: str) -> None:
        fields = {"provider": setup, "name": "Romashka", "operator": "mts", "traffic": "service", "state": "approved"}
        answer = client.post(NAMES + "new/", fields)
        number = SenderName.objects.get().pk
        assert answer["Location"] == f"{NAMES}{number}/"
        assert StaffAction.objects.latest("id").details["new"]["sender_name"] == "Romashka"

        client.post(f"{NAMES}{number}/templates/", {"text": "Код %d", "is_approved": "on"})
        page = client.get(f"{NAMES}{number}/").content.decode()

        assert "Код %d" in page
        assert "Снять согласование" in page
        assert "1 из 1" in client.get(NAMES).content.decode()

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"name": "Ромашка"}, "латинских букв"),
            ({"name": "12345"}, "хотя бы одна буква"),
            ({"name": "Romashka"}, "уже внесено"),
        ],
    )
    def test_says_why_a_name_is_not_kept(self, client: Client, setup: str, fields: dict[str, str], words: str) -> None:
        sender_name_create(fields=sender_fields())
        typed = {"provider": setup, "operator": "all", "traffic": "service", "state": "requested"}

        answer = client.post(NAMES + "new/", typed | fields)

        assert words in answer.content.decode()
        assert SenderName.objects.count() == 1

    def test_says_why_a_template_is_not_kept(self, client: Client) -> None:
        number = sender_name_create(fields=sender_fields())

        answer = client.post(f"{NAMES}{number}/templates/", {"text": "%w{9,1}"})

        assert "сначала меньшее число" in answer.content.decode()

    def test_names_the_set_ups_that_send_under_a_name_that_nobody_approved(self, client: Client) -> None:
        for page in (NAMES, "/staff/channels/"):
            assert "«Наши СМС» отправляет СМС от имени Romashka" in client.get(page).content.decode()

        sender_name_create(fields=sender_fields())

        assert "отправляет СМС от имени" not in client.get(NAMES).content.decode()

    def test_shows_an_approval_that_is_over_as_over(self, client: Client) -> None:
        sender_name_create(fields=sender_fields(valid_until=timezone.localdate().replace(year=2020)))

        assert "срок прошёл" in client.get(NAMES).content.decode()

    def test_an_unknown_name_is_not_found(self, client: Client) -> None:
        assert client.get(NAMES + "77/").status_code == 404

    def test_a_name_of_a_set_up_that_is_gone_can_still_be_ended(self, client: Client) -> None:
        number = sender_name_create(fields=sender_fields())
        ProviderSetup.objects.all().delete()

        answer = client.post(f"{NAMES}{number}/", sender_fields(state="ended", valid_until=""))

        assert answer.status_code == 302
        assert SenderName.objects.get().state == "ended"


@pytest.mark.usefixtures("setup")
class TestACampaignOverSms:
    """Warns of the name and the template before the launch; says what it costs."""

    def test_warns_that_no_approved_name_covers_it(self) -> None:
        page = campaign_page(sms_campaign())

        assert "Имя «Romashka» не согласовано для такого трафика. Операторы: все." in page

    def test_warns_of_single_operators_and_of_a_text_without_a_template(self) -> None:
        number = sender_name_create(fields=sender_fields(operator="mts"))
        template_add(sender_name_id=number, text="Код %d", is_approved=True)

        page = campaign_page(sms_campaign())

        assert "не согласовано для такого трафика. Операторы: МегаФон, Билайн, T2, Yota" in page
        assert "не подходит ни под один согласованный шаблон имени «Romashka». Операторы: МТС" in page

    def test_says_nothing_where_name_and_template_cover_it(self) -> None:
        number = sender_name_create(fields=sender_fields())
        template_add(sender_name_id=number, text="Проверьте контакты: %w", is_approved=True)

        page = campaign_page(sms_campaign())

        assert "не согласовано" not in page
        assert "согласованный шаблон" not in page

    def test_does_not_forbid_the_review(self) -> None:
        campaign = sms_campaign()

        client_of(campaign.created_by).post(f"/staff/campaigns/{campaign.pk}/submit/")

        campaign.refresh_from_db()
        assert campaign.state == CampaignState.REVIEW

    def test_counts_the_parts_of_all(self) -> None:
        page = campaign_page(sms_campaign()).replace("\N{NO-BREAK SPACE}", " ")

        assert "Одно СМС — 1 часть." in page
        assert "На всех — 3 части." in page

    def test_asks_for_the_price_and_waits(self) -> None:
        campaign = sms_campaign()
        page = campaign_page(campaign)

        assert "Считаем цену…" in page
        assert f'data-live="/staff/campaigns/{campaign.pk}/price/?step=1"' in page
        fragment = client_of(campaign.created_by).get(f"/staff/campaigns/{campaign.pk}/price/").content.decode()
        assert "data-live-done" not in fragment

        priced(campaign)
        fragment = client_of(campaign.created_by).get(f"/staff/campaigns/{campaign.pk}/price/").content.decode()
        assert "data-live-done" in fragment

    def test_multiplies_the_price_by_people_and_compares_the_account(self) -> None:
        campaign = sms_campaign()
        priced(campaign)
        account = {"balance": "10.00", "currency": "RUB"}
        ProviderState.objects.create(name="smsru", account=account, account_at=timezone.now())

        page = campaign_page(campaign)

        assert money(Decimal(15), "RUB") in page
        assert money(Decimal(10), "RUB") in page
        assert "Денег на счёте не хватит" in page

    def test_shows_parts_alone_where_the_provider_tells_no_price(self) -> None:
        campaign = sms_campaign()
        priced(campaign, price=None, sample=0, trouble="untold")

        page = campaign_page(campaign)

        assert "не сообщает цену заранее" in page
        assert "Пересчитать" not in page

    def test_says_why_the_price_is_not_known(self) -> None:
        campaign = sms_campaign()
        priced(campaign, price=None, sample=0, trouble="no_connection")

        assert "Цену узнать не удалось: нет связи с провайдером." in campaign_page(campaign)

    def test_forgets_the_price_when_somebody_asks_anew(self) -> None:
        campaign = sms_campaign()
        priced(campaign)
        client = client_of(campaign.created_by)

        answer = client.post(f"/staff/campaigns/{campaign.pk}/price/again/", {"back": "campaign"})

        assert answer["Location"] == f"/staff/campaigns/{campaign.pk}/"
        assert not CampaignPrice.objects.exists()
        assert StaffAction.objects.latest("id").action == "campaign.priced"

    def test_says_that_a_fresh_price_is_not_asked_for_again(self) -> None:
        campaign = sms_campaign()
        priced(campaign)
        CampaignPrice.objects.update(asked_at=Now())
        client = client_of(campaign.created_by)

        answer = client.post(f"/staff/campaigns/{campaign.pk}/price/again/", {"back": "campaign"}, follow=True)

        assert "меньше минуты назад" in answer.content.decode()
        assert CampaignPrice.objects.exists()

    def test_shows_the_price_to_the_second_person_and_in_the_preview(self) -> None:
        campaign = sms_campaign(state=CampaignState.REVIEW)
        priced(campaign)
        client = client_of(user_make(Role.DPO))

        for page in ("launch", "preview"):
            assert money(Decimal(15), "RUB") in client.get(f"/staff/campaigns/{campaign.pk}/{page}/").content.decode()

    def test_a_letter_has_no_price(self) -> None:
        campaign = CampaignFactory(created_by=user_make(Role.MARKETING))

        assert "Считаем цену" not in campaign_page(campaign)
        assert not step_price_ask(step_id=step_of(campaign).pk)

    @pytest.mark.parametrize(("parts", "words"), [(3, "считает части иначе"), (0, "не сообщил, сколько частей")])
    def test_compares_the_parts_charged_once_it_has_sent(self, parts: int, words: str) -> None:
        campaign = campaign_running(people_make(2, channel="sms"), channel="sms", text=TEXT)
        Message.objects.update(state="delivered", parts=parts, counted_parts=2)
        page = f"/staff/campaigns/{campaign.pk}/"
        client = client_of(user_make(Role.DPO))
        assert "Части СМС" not in client.get(page).content.decode()

        Campaign.objects.update(state=CampaignState.FINISHED)

        assert words in client.get(page).content.decode()
