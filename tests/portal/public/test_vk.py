"""VK and the company's application on the pages of customers: there where they are connected, nowhere else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consents.models import ConsentEvent, ContactPoint, Customer
from notify.channels.events import DialogueEvent
from notify.inbound.account_dialogues import dialogue_apply
from notify.models import AccountLinkToken, ProviderSetup
from tests.factories.consents import ContactPointFactory
from tests.factories.providers import app_set_up, vk_set_up
from tests.portal.public.people import Walker, walked_to_level_one

pytestmark = pytest.mark.django_db

PAGES = ("/me/channels/", "/me/home/", "/me/contacts/", "/me/history/", "/me/data/")


@pytest.fixture
def community(company: None) -> None:
    """The company has connected its community."""
    vk_set_up()


def started(walker: Walker, account: str = "42") -> None:
    """Somebody brings the token of the page into the dialogue."""
    payload = walker.text.split("https://vk.me/club777?ref=")[1].split('"')[0]
    event = DialogueEvent(
        channel="vk", kind="started", account=account, chat=account, occurred_at=timezone.now(), payload=payload
    )
    dialogue_apply(event=event)


def test_nothing_of_them_is_there_where_nobody_has_connected_them(customer: Customer) -> None:
    walker = walked_to_level_one(customer)

    shown = [walker.get(page).content.decode() for page in PAGES]

    assert not any(word in text for text in shown for word in ("ВКонтакте", "риложени"))
    assert walker.client.get("/me/vk/").status_code == 404


def test_vk_is_chosen_linked_and_agreed_to(community: None, customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.get("/me/channels/")
    assert "Соцсеть ВКонтакте" in walker.text

    walker.choose("vk")
    assert walker.where == "/me/vk/"
    assert "Ждём вашего сообщения в диалоге с сообществом" in walker.get("/me/vk/state/").content.decode()

    walker.get("/me/vk/")
    started(walker)
    assert "ВКонтакте подключён" in walker.get("/me/vk/state/").content.decode()

    walker.get("/me/next/")
    assert "социальная сеть ВКонтакте, служебный номер профиля 42" in walker.text
    walker.answer("grant")
    assert "Сервисные сообщения в соцсети ВКонтакте" in walker.get("/me/done/").content.decode()


def test_it_is_linked_and_cut_off_on_the_personal_page(community: None, customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.get("/me/home/")
    assert "Подключить ВКонтакте" in walker.text
    walker.press("/me/vk/")
    started(walker)

    walker.get("/me/home/")
    assert "Отключить ВКонтакте" in walker.text
    key = walker.text.split('action="/me/home/vk/off/"')[1].split('name="key" value="')[1].split('"')[0]
    walker.press("/me/home/vk/off/", key=key)

    assert "Отзыв принят" in walker.text
    assert not ContactPoint.objects.filter(kind="vk", is_current=True).exists()
    event = ConsentEvent.objects.select_related("evidence").get(kind="account_unlinked")
    assert event.evidence.personal["button"] == "Отключить ВКонтакте"


def test_its_history_names_the_channel_once(community: None, customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.press("/me/vk/")
    started(walker)

    walker.get("/me/history/")

    assert "Профиль подключён" in walker.text
    assert walker.text.count("ВКонтакте") == 1


def test_left_out_it_leads_back_to_the_channels(community: None, customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.choose("vk", "sms")

    walker.press("/me/vk/skip/")

    assert walker.where == "/me/channels/"
    assert walker.client.get("/me/vk/skip/").headers["location"] == "/me/vk/"


def test_a_page_whose_token_has_run_out_offers_a_new_one(community: None, customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.press("/me/vk/")
    AccountLinkToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    walker.get("/me/vk/")

    assert "Прежняя ссылка больше не действует" in walker.text
    assert "vk.me" not in walker.text


def test_where_only_a_go_between_carries_vk_nobody_is_asked_to_link(company: None, customer: Customer) -> None:
    vk_set_up()
    ProviderSetup.objects.update(kind="chatapp", channels=["vk"])
    walker = walked_to_level_one(customer)

    assert not any("ВКонтакте" in walker.get(page).content.decode() for page in PAGES)


def test_an_account_that_is_linked_can_be_cut_off_after_the_provider_is_gone(customer: Customer) -> None:
    ContactPointFactory(customer=customer, vk=True)
    walker = walked_to_level_one(customer)

    assert "Отключить ВКонтакте" in walker.get("/me/home/").content.decode()
    assert "Соцсеть ВКонтакте" not in walker.get("/me/channels/").content.decode()


def test_the_application_says_what_to_do_there_until_its_chat_is_open(customer: Customer) -> None:
    app_set_up()
    walker = walked_to_level_one(customer)
    walker.get("/me/channels/")
    assert "Сначала откройте чат в приложении" in walker.text
    walker.choose("app")
    assert "Выберите хотя бы один канал" in walker.text
    assert "Приложение компании" not in walker.get("/me/home/").content.decode()

    ContactPointFactory(customer=customer, app=True)

    walker.choose("app")
    assert "приложение компании, служебный номер учётной записи" in walker.text
    walker.answer("grant")
    assert "Сервисные сообщения в приложении компании" in walker.get("/me/done/").content.decode()
