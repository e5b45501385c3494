"""The personal page: off at once, on by a new consent, history, own data."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from consents.answers.preferences import AnswerState
from consents.customers.messenger_accounts import account_link
from consents.enums import ContactKind, EventKind, LineType, StateValue
from consents.models import ConsentEvent, ConsentState, ContactPoint, Customer, Receipt
from consents.types import Circumstances
from notify.enums import MessageState
from notify.models import Message
from portal.ui.zones import in_zone
from tests.consents.gate import gate_reason
from tests.consents.tampering import as_superuser
from tests.factories.consents import (
    CompanyFactory,
    ContactPointFactory,
    StopFactory,
    circumstances_make,
    edition_of,
    rules_accept_make,
)
from tests.portal.public.people import (
    Walker,
    code_now,
    contact_of,
    customer_make,
    letter_link,
    walked_to_level_one,
)

EVENING_IN_MOSCOW = datetime(2026, 11, 24, 19, 30, tzinfo=UTC)
"""The next day has begun in Omsk, where the customers of these tests live."""


def at_home(customer: Customer) -> Walker:
    """A browser on the personal page, with service messages by SMS allowed."""
    walker = walked_to_level_one(customer)
    walker.choose("sms")
    walker.answer("grant")
    walker.get("/me/home/")
    return walker


def withdraw(walker: Walker) -> None:
    """Press «Выключить»."""
    walker.press("/me/home/withdraw/", purpose="service", channel="sms", key=walker.hidden("key"))


def test_switching_off_is_one_press_and_acts_at_once(customer: Customer) -> None:
    walker = at_home(customer)

    withdraw(walker)

    assert walker.where == "/me/home/"
    assert ConsentState.objects.get().value == StateValue.WITHDRAWN
    assert "отозвано" in walker.text


def test_days_and_times_of_the_personal_page_are_those_of_the_persons_clock(customer: Customer) -> None:
    walker = at_home(customer)
    ConsentState.objects.update(since=EVENING_IN_MOSCOW)
    as_superuser("UPDATE consents_receipt SET created_at = %s", EVENING_IN_MOSCOW)

    walker.get("/me/home/")
    assert "с 25.11.2026" in walker.text
    assert "от 25.11.2026" in walker.text

    withdraw(walker)
    assert "UTC+6, номер" in walker.text


def test_a_double_press_is_one_event(customer: Customer) -> None:
    walker = at_home(customer)
    key = walker.hidden("key")

    for _ in range(2):
        walker.press("/me/home/withdraw/", purpose="service", channel="sms", key=key)

    assert ConsentEvent.objects.filter(kind=EventKind.WITHDRAWN).count() == 1


def test_allowing_again_leads_to_the_text_and_only_an_answer_there_counts(customer: Customer) -> None:
    walker = at_home(customer)
    withdraw(walker)

    walker.press("/me/home/allow/", purpose="service", channel="sms")
    assert walker.where.startswith("/me/consent/")
    assert ConsentState.objects.get().value == StateValue.WITHDRAWN

    walker.answer("grant")
    assert walker.where == "/me/home/"
    assert ConsentState.objects.get().value == StateValue.GRANTED
    assert Receipt.objects.count() == 3


def test_allowing_what_was_refused_a_minute_ago_asks_again(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.choose("sms")
    walker.answer("refuse")

    walker.press("/me/home/allow/", purpose="service", channel="sms")

    assert walker.where.startswith("/me/consent/")


def test_allowing_advertising_shows_the_text_about_the_data_first(customer: Customer) -> None:
    walker = at_home(customer)

    walker.press("/me/home/allow/", purpose="advertising", channel="sms")
    assert "для подбора предложений" in walker.text
    walker.answer("grant")
    assert "Согласие на получение рекламы" in walker.text
    walker.answer("grant")

    assert walker.where == "/me/home/"
    assert set(ConsentState.objects.values_list("purpose", flat=True)) == {"service", "promotion", "advertising"}


def test_switching_max_off_withdraws_what_was_allowed_there(customer: Customer) -> None:
    walker = at_home(customer)
    _max_linked(customer)
    walker.press("/me/home/allow/", purpose="service", channel="max")
    walker.answer("grant")
    assert ConsentState.objects.get(channel="max").value == StateValue.GRANTED
    walker.get("/me/home/")

    walker.press("/me/home/max/off/", key=walker.hidden("key"))

    assert ConsentState.objects.get(channel="max").value == StateValue.WITHDRAWN
    assert "Отключить MAX" not in walker.text


def test_the_history_leads_to_the_exact_text(customer: Customer) -> None:
    walker = at_home(customer)
    event = ConsentEvent.objects.get(kind=EventKind.GRANTED)

    walker.get("/me/history/")
    assert "Вы дали согласие" in walker.text
    walker.get(f"/me/history/{event.uuid}/")

    assert event.evidence.personal["text_sha256"] in walker.text
    assert customer.name in walker.text


def test_the_history_goes_by_the_clock_of_the_person(customer: Customer) -> None:
    Customer.objects.filter(pk=customer.pk).update(time_zone="Asia/Vladivostok")
    walker = at_home(customer)

    walker.get("/me/history/")

    assert "UTC+10" in walker.text


def test_own_data_shows_what_is_kept(customer: Customer) -> None:
    walker = at_home(customer)

    walker.get("/me/data/")

    assert customer.external_id in walker.text
    assert "ivan@yandex.ru" in walker.text


def test_days_of_own_data_are_those_of_the_persons_clock(customer: Customer) -> None:
    walker = at_home(customer)
    StopFactory(customer=customer, reason="imported", created_at=EVENING_IN_MOSCOW)
    ContactPoint.objects.filter(customer=customer).update(confirmed_at=EVENING_IN_MOSCOW)
    ContactPointFactory(customer=customer, value="+79031112233", is_current=False, closed_at=EVENING_IN_MOSCOW)
    Message.objects.update(state=MessageState.DELIVERED, sending_at=EVENING_IN_MOSCOW)

    walker.get("/me/data/")

    for words in ("подтверждён 25.11.2026", "закрыт 25.11.2026", "отказ из файла, с 25.11.2026", "25.11.2026 01:30:00"):
        assert words in walker.text
    assert "24.11.2026" not in walker.text


def test_own_data_shows_the_past_too(customer: Customer) -> None:
    now = timezone.now()
    Customer.objects.filter(pk=customer.pk).update(messenger="whatsapp", source="Выгрузка 7")
    ContactPointFactory(customer=customer, value="+79031112233", is_current=False, closed_at=now)
    Client().post(f"/u/{letter_link(customer).token}", {"List-Unsubscribe": "One-Click"})
    walker = walked_to_level_one(customer)
    Message.objects.update(state=MessageState.DELIVERED, sending_at=now)

    walker.get("/me/data/")

    for words in (
        "WhatsApp",
        "Выгрузка 7",
        "111‑22‑33",
        "закрыт",
        "ivan@yandex.ru: отписка одним нажатием",
        "код по СМС, доставлено",
    ):
        assert words in walker.text


@pytest.mark.parametrize(("channel", "where"), [("sms", "/me/contacts/phone/"), ("email", "/me/contacts/email/")])
def test_allowing_a_channel_without_a_contact_asks_for_the_contact_first(
    company: None, channel: str, where: str
) -> None:
    if channel == "sms":
        walker = walked_to_level_one(customer_make(phone=""), ContactKind.EMAIL)
    else:
        walker = walked_to_level_one(customer_make(email=""))

    walker.press("/me/home/allow/", purpose="service", channel=channel)

    assert walker.where == where


def test_a_landline_is_no_contact_for_sms(company: None) -> None:
    customer = customer_make(phone="")
    ContactPointFactory(customer=customer, value="+74951234567", line_type=LineType.FIXED)
    walker = walked_to_level_one(customer, ContactKind.EMAIL)

    walker.press("/me/home/allow/", purpose="service", channel="sms")

    assert walker.where == "/me/contacts/phone/"


def test_after_the_missing_contact_is_proven_its_text_is_asked(company: None) -> None:
    walker = walked_to_level_one(customer_make(email=""))
    walker.press("/me/home/allow/", purpose="service", channel="email")
    walker.press(walker.where, value="novaya@yandex.ru")
    walker.press("/me/code/enter/", code=code_now())

    assert "Контакт сохранён" in walker.text
    walker.answer("grant")

    assert ConsentState.objects.get(channel="email").value == StateValue.GRANTED


def test_the_page_says_whose_it_is(customer: Customer) -> None:
    walker = at_home(customer)

    assert f"{customer.name}, номер клиента {customer.external_id}</p>" in walker.get("/me/home/").content.decode()


def test_rules_of_the_signature_are_offered_only_where_the_company_asks(customer: Customer) -> None:
    walker = at_home(customer)

    assert "/me/rules/" not in walker.get("/me/home/").content.decode()
    assert walker.get("/me/rules/").request["PATH_INFO"] == "/me/home/"


def test_rules_of_the_signature_are_accepted_and_left_beside_the_way(customer: Customer) -> None:
    CompanyFactory(signature_rules="ask")
    walker = at_home(customer)
    assert "/me/rules/" in walker.get("/me/home/").content.decode()

    walker.get("/me/rules/")
    walker.press("/me/rules/", decision="grant", read="on", shown=walker.hidden("shown"))
    accepted = ConsentEvent.objects.get(kind=EventKind.RULES_ACCEPTED)
    page = walker.get("/me/rules/").content.decode()
    walker.press("/me/rules/", decision="refuse", shown=walker.hidden("shown"))

    left = ConsentEvent.objects.get(kind=EventKind.RULES_REFUSED)
    assert accepted.evidence.personal["button"] == "Принимаю правила"
    assert "Вы приняли эти правила" in page
    assert "Принимаю правила<" not in page
    assert left.evidence.personal["button"] == "Отказаться от правил"
    assert "Отказ от правил записан" in walker.text
    assert "Не обязательно" in walker.get("/me/rules/").content.decode()
    assert "Отказ от правил подписи" in walker.get("/me/history/").content.decode()


def test_who_does_not_accept_the_rules_loses_nothing_and_leaves_a_trace(customer: Customer) -> None:
    CompanyFactory(signature_rules="ask")
    walker = at_home(customer)
    walker.get("/me/rules/")

    walker.press("/me/rules/", decision="refuse", shown=walker.hidden("shown"))

    assert walker.where == "/me/home/"
    assert not ConsentEvent.objects.filter(kind=EventKind.RULES_ACCEPTED).exists()
    assert ConsentEvent.objects.get(kind=EventKind.RULES_REFUSED).evidence.personal["button"] == "Не принимаю"
    assert ConsentState.objects.get().value == StateValue.GRANTED


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("acts", ["yn", "ny", "yny", "nyn", "ynyn"])
def test_every_answer_to_the_rules_of_one_visit_counts(customer: Customer, acts: str, language: str) -> None:
    CompanyFactory(signature_rules="ask")
    walker = at_home(customer)
    walker.client.post("/i18n/setlang/", {"language": language})

    for act in acts:
        walker.get("/me/rules/")
        values = {"decision": "grant", "read": "on"} if act == "y" else {"decision": "refuse"}
        walker.press("/me/rules/", shown=walker.hidden("shown"), **values)

    kinds = {"y": EventKind.RULES_ACCEPTED, "n": EventKind.RULES_REFUSED}
    events = ConsentEvent.objects.filter(kind__in=kinds.values()).order_by("id")
    assert [event.kind for event in events] == [kinds[act] for act in acts]
    assert {event.evidence.personal["page_language"] for event in events} == {language}
    assert {event.id for event in events} <= {one for receipt in Receipt.objects.all() for one in receipt.event_ids}
    assert AnswerState(customer.pk).accepted_rules == (edition_of("pep_rules").pk if acts.endswith("y") else None)


def test_a_no_from_the_page_that_a_yes_was_given_on_is_taken(customer: Customer) -> None:
    CompanyFactory(signature_rules="ask")
    walker = at_home(customer)
    walker.get("/me/rules/")
    shown = walker.hidden("shown")
    walker.press("/me/rules/", decision="grant", read="on", shown=shown)

    walker.press("/me/rules/", decision="refuse", shown=shown)
    walker.press("/me/rules/", decision="refuse", shown=shown)

    assert "Отказ от правил записан" in walker.text
    assert ConsentEvent.objects.filter(kind=EventKind.RULES_REFUSED).count() == 1
    assert AnswerState(customer.pk).accepted_rules is None


def test_rules_that_the_company_offers_no_more_can_still_be_left(customer: Customer) -> None:
    walker = at_home(customer)
    rules_accept_make(customer)
    assert "/me/rules/" in walker.get("/me/home/").content.decode()

    walker.get("/me/rules/")
    walker.press("/me/rules/", decision="refuse", shown=walker.hidden("shown"))

    left = ConsentEvent.objects.get(kind=EventKind.RULES_REFUSED)
    assert left.evidence.personal["button"] == "Отказаться от правил"
    assert "box_default" not in left.evidence.personal
    assert "/me/rules/" not in walker.get("/me/home/").content.decode()


def test_a_button_that_the_page_did_not_have_answers_no_rules(customer: Customer) -> None:
    walker = at_home(customer)
    rules_accept_make(customer)
    walker.get("/me/rules/")

    walker.press("/me/rules/", decision="grant", read="on", shown=walker.hidden("shown"))

    assert not ConsentEvent.objects.filter(kind=EventKind.RULES_REFUSED).exists()
    assert AnswerState(customer.pk).accepted_rules == edition_of("pep_rules").pk


def test_the_field_of_a_consent_answers_no_rules(customer: Customer) -> None:
    CompanyFactory(signature_rules="ask")
    walker = at_home(customer)
    walker.press("/me/home/allow/", purpose="promotion", channel="sms")

    walker.press("/me/rules/", decision="refuse", shown=walker.hidden("shown"))

    assert not ConsentEvent.objects.filter(kind=EventKind.RULES_REFUSED).exists()


def test_a_channel_that_was_never_answered_for_can_be_refused(customer: Customer) -> None:
    walker = at_home(customer)
    walker.get("/me/home/")
    assert "Не писать сюда" in walker.text
    key = re.findall(r'name="channel" value="email">\s*<input type="hidden" name="key" value="([^"]+)"', walker.text)[0]

    for _ in range(2):
        walker.press("/me/home/withdraw/", purpose="service", channel="email", key=key, no_here="")

    event = ConsentEvent.objects.get(kind=EventKind.REFUSED, channel="email")
    assert event.contact == contact_of(customer, ContactKind.EMAIL).uuid
    assert event.evidence.personal["button"] == "Не писать сюда"
    assert "Отказ принят" in walker.text
    assert "Не писать сюда" not in walker.text
    assert Receipt.objects.latest("id").event_ids == [event.id]
    assert gate_reason(
        customer_id=customer.pk,
        contact_point_id=contact_of(customer, ContactKind.EMAIL).pk,
        channel="email",
        purpose="service",
        legal_basis="contract",
    )


def test_a_permission_that_has_run_out_is_named(customer: Customer) -> None:
    walker = at_home(customer)
    ConsentState.objects.update(valid_until=timezone.now() - timedelta(days=1))

    walker.get("/me/home/")

    assert "срок истёк" in walker.text


def test_words_that_no_page_sends_are_refused_and_change_nothing(customer: Customer) -> None:
    walker = at_home(customer)

    for values in ({"purpose": "all", "channel": "sms"}, {"purpose": "service", "channel": "telegram"}, {}):
        walker.press("/me/home/withdraw/", key="x", **values)
        assert walker.page.status_code == 409

    assert ConsentState.objects.get().value == StateValue.GRANTED


def test_the_receipt_can_be_taken_home_as_paper_and_as_data(customer: Customer) -> None:
    walker = at_home(customer)
    receipt = Receipt.objects.get()

    paper = walker.client.get(f"/me/receipt/{receipt.uuid}.pdf")
    data = walker.client.get(f"/me/receipt/{receipt.uuid}.json")

    assert paper.content.startswith(b"%PDF")
    assert paper.headers["Content-Disposition"].startswith("attachment; filename")
    assert paper.headers["Content-Disposition"].endswith(".pdf")
    assert data.json()["dct:identifier"] == receipt.number


def _max_linked(customer: Customer) -> None:
    how: Circumstances = circumstances_make(method="link+max_bot")
    account_link(
        customer_id=customer.pk, kind=ContactKind.MAX, account="212000001", chat="472000001", circumstances=how
    )


def test_a_channel_that_is_stopped_reads_so_and_a_new_yes_lifts_a_stop_of_the_person(customer: Customer) -> None:
    walker = at_home(customer)
    assert "включено" in walker.text
    stop = StopFactory(customer=customer, reason="imported")

    walker.get("/me/home/")
    assert "включено" not in walker.text
    assert "остановлено" in walker.text
    assert f"с {in_zone(stop.created_at, customer.time_zone):%d.%m.%Y}" in walker.text
    assert "Новое согласие снимет запрет" in walker.text
    walker.press("/me/home/allow/", purpose="service", channel="sms")
    assert walker.where.startswith("/me/consent/")
    walker.answer("grant")

    assert walker.where == "/me/home/"
    assert "включено" in walker.text
    assert "остановлено" not in walker.text


def test_a_channel_whose_contact_is_wrong_offers_no_yes_that_would_not_help(customer: Customer) -> None:
    walker = at_home(customer)
    phone = contact_of(customer)
    StopFactory(customer=customer, kind="phone", value=phone.value, reason="not_mine")

    walker.get("/me/home/")

    assert "остановлено" in walker.text
    assert "Новое согласие не поможет" in walker.text
    service = walker.text.partition("Сервисные сообщения")[2].partition("</section>")[0]
    assert "Выключить" in service
    walker.get("/me/data/")
    assert "«Это не я»" in walker.text
