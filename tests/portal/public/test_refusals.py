"""Saying no with nothing but a link: at once, without proof, once in the ledger."""

import re
from pathlib import Path

import pytest
from django.test import Client

from consents.enums import ContactKind, EventKind, StateValue, StopReason, StopScope
from consents.models import ConsentEvent, ConsentState, ContactPoint, Customer, Stop
from notify.links import tokens
from notify.models import Link
from portal.flows.sign_in import answer_sign_ins
from tests.factories.consents import ContactPointFactory
from tests.factories.notify import CampaignFactory
from tests.portal.public.people import (
    Walker,
    answered,
    code_now,
    contact_of,
    customer_make,
    letter_link,
    link_for,
    link_sent_to,
    newest_link,
    walked_to_level_one,
)

ROOT = Path(__file__).resolve().parents[3]
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def test_one_click_works_without_cookie_and_csrf_and_three_times_is_once(customer: Customer) -> None:
    link = letter_link(customer)
    client = Client(enforce_csrf_checks=True)

    answers = [client.post(f"/u/{link.token}", ONE_CLICK) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    stop = Stop.objects.get()
    assert (stop.customer, stop.scope) == (customer, StopScope.ALL)
    assert (stop.kind, stop.value) == ("email", "ivan@yandex.ru")
    assert stop.reason == StopReason.UNSUBSCRIBED
    events = ConsentEvent.objects.order_by("id")
    assert [(event.kind, event.purpose) for event in events] == [
        (EventKind.REFUSED, "service"),
        (EventKind.REFUSED, "promotion"),
        (EventKind.REFUSED, "advertising"),
        (EventKind.STOP_SET, ""),
    ]
    assert {(event.channel, event.level, event.method) for event in events} == {("email", 0, "one_click")}


def test_one_click_in_a_letter_leaves_consents_on_other_channels(customer: Customer) -> None:
    answered(customer)

    Client().post(f"/u/{letter_link(customer).token}", ONE_CLICK)

    assert ConsentState.objects.get(purpose="service", channel="sms").value == StateValue.GRANTED
    assert not Stop.objects.filter(value="").exists()


def test_one_click_by_the_link_of_an_sms_stops_sms(customer: Customer) -> None:
    answered(customer)

    Client().post(f"/u/{letter_link(customer, ContactKind.PHONE).token}", ONE_CLICK)

    assert ConsentState.objects.get(purpose="service", channel="sms").value == StateValue.WITHDRAWN
    assert Stop.objects.get().value == "+79161234512"


def test_one_click_by_a_link_that_went_to_no_contact_on_file_spares_nothing(customer: Customer) -> None:
    Client().post(f"/u/{link_for(customer).token}", ONE_CLICK)

    stop = Stop.objects.get()
    assert (stop.customer, stop.value) == (customer, "")


def test_one_click_and_its_page_say_what_stops_and_where_everything_can_be_stopped(customer: Customer) -> None:
    address = f"/u/{letter_link(customer).token}"
    question, answer = Client().get(address), Client().post(address, ONE_CLICK)

    for text in (question.content.decode(), answer.content.decode()):
        assert "на этот адрес" in text
        assert "СМС и сообщений в MAX это не касается" in text
        assert "личной странице" in text


def test_one_click_in_the_other_encoding_of_the_rule_works_too(customer: Customer) -> None:
    link = link_for(customer)

    answer = Client().post(
        f"/u/{link.token}", "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 200
    assert Stop.objects.exists()


@pytest.mark.parametrize(
    "body", [{}, {"List-Unsubscribe": "Two-Click"}, ONE_CLICK | {"more": "1"}, {"other": "One-Click"}]
)
def test_any_other_body_changes_nothing(customer: Customer, body: dict[str, str]) -> None:
    assert Client().post(f"/u/{link_for(customer).token}", body).status_code == 400
    assert not Stop.objects.exists()


def test_a_get_of_the_unsubscribe_address_shows_a_button_and_changes_nothing(customer: Customer) -> None:
    answer = Client().get(f"/u/{link_for(customer).token}")

    assert "Отписаться" in answer.content.decode()
    assert not Stop.objects.exists()


def test_the_button_of_the_page_sends_what_a_mail_program_sends(customer: Customer) -> None:
    link = link_for(customer)
    page = Client().get(f"/u/{link.token}").content.decode()

    assert '<input type="hidden" name="List-Unsubscribe" value="One-Click">' in page
    assert "csrfmiddlewaretoken" not in page


def test_an_expired_and_a_revoked_link_still_unsubscribe(customer: Customer) -> None:
    link = link_for(customer)
    Link.objects.update(expires_at="2020-01-01T00:00Z", revoked_at="2020-01-01T00:00Z")

    assert Client().post(f"/u/{link.token}", ONE_CLICK).status_code == 200
    assert Stop.objects.exists()


def test_an_unknown_token_gets_the_same_answer_and_changes_nothing(customer: Customer) -> None:
    known = Client().post(f"/u/{letter_link(customer).token}", ONE_CLICK)
    before = ConsentEvent.objects.count()

    unknown = Client().post(f"/u/{tokens.token_new()}", ONE_CLICK)

    assert (unknown.status_code, unknown.content) == (known.status_code, known.content)
    assert ConsentEvent.objects.count() == before


def test_one_click_in_an_advertisement_stops_advertising_to_that_address_only(customer: Customer) -> None:
    link = letter_link(customer, campaign=CampaignFactory(text_kind="advertising"))

    Client().post(f"/u/{link.token}", ONE_CLICK)

    stop = Stop.objects.get()
    assert (stop.scope, stop.value) == (StopScope.ADVERTISING, "ivan@yandex.ru")
    assert not ConsentEvent.objects.filter(purpose__in=["service", ""]).exists()


def test_the_token_is_not_in_the_evidence_of_an_unsubscribe(customer: Customer) -> None:
    link = link_for(customer)

    Client().post(f"/u/{link.token}", ONE_CLICK)

    assert link.token not in str([event.evidence.personal for event in ConsentEvent.objects.all()])


def test_refusing_everything_takes_two_presses_and_stops_what_was_allowed(customer: Customer) -> None:
    walked = walked_to_level_one(customer)
    walked.choose("sms")
    walked.accept_rules()
    walked.answer("grant")
    stranger = Walker()
    stranger.open_link(link_for(customer))

    assert "Отказаться от сообщений?" in stranger.get("/me/refuse/").content.decode()
    assert ConsentState.objects.get(purpose="service", channel="sms").value == StateValue.GRANTED
    stranger.press("/me/refuse/")

    assert stranger.where == "/me/refused/"
    assert ConsentState.objects.get(purpose="service", channel="sms").value == StateValue.WITHDRAWN
    assert Stop.objects.get().scope == StopScope.ALL
    assert newest_link().visited_at is not None


PHONE, EMAIL = "+7 9•• •••-••-12", "i•••@y•••.ru"


@pytest.mark.parametrize(
    ("kind", "named", "spared"), [(ContactKind.EMAIL, EMAIL, PHONE), (ContactKind.PHONE, PHONE, EMAIL)]
)
def test_it_is_not_me_names_and_closes_only_the_contact_that_the_link_was_sent_to(
    customer: Customer, walker: Walker, kind: ContactKind, named: str, spared: str
) -> None:
    contact = contact_of(customer, kind)
    walker.open_link(link_sent_to(contact))

    walker.get("/me/deny/")
    assert named in walker.text
    assert spared not in walker.text
    assert contact.value not in walker.text
    walker.press("/me/deny/")

    assert walker.where == "/me/denied/"
    assert "Номер отказа" in walker.text
    assert list(ConsentEvent.objects.values_list("kind", "contact")) == [
        ("contact_denied", contact.uuid),
        ("stop_set", contact.uuid),
    ]
    assert Stop.objects.get().value == contact.value
    assert not ContactPoint.objects.get(pk=contact.pk).is_current
    assert ContactPoint.objects.filter(customer=customer, is_current=True).count() == 1


def test_it_is_not_me_withdraws_what_was_allowed_for_that_contact_and_no_more(
    customer: Customer, walker: Walker
) -> None:
    inside = walked_to_level_one(customer)
    inside.choose("sms", "email")
    inside.press("/me/code/send/", contact=str(contact_of(customer, ContactKind.EMAIL).uuid))
    inside.press("/me/code/enter/", code=code_now())
    inside.accept_rules()
    inside.answer("grant")
    inside.answer("grant")
    walker.open_link(link_sent_to(contact_of(customer, ContactKind.EMAIL)))

    walker.press("/me/deny/")

    assert dict(ConsentState.objects.values_list("channel", "value")) == {"sms": "granted", "email": "withdrawn"}


def test_it_is_not_me_by_an_old_letter_is_about_the_address_of_that_letter(customer: Customer, walker: Walker) -> None:
    old = contact_of(customer, ContactKind.EMAIL)
    link = link_sent_to(old)
    ContactPoint.objects.filter(pk=old.pk).update(is_current=False)
    new = ContactPointFactory(customer=customer, email=True)
    walker.open_link(link)

    walker.get("/me/deny/")
    assert EMAIL in walker.text
    walker.press("/me/deny/")

    assert Stop.objects.get().value == old.value
    assert ContactPoint.objects.get(pk=new.pk).is_current


def test_it_is_not_me_at_the_entrance_is_about_the_contact_that_the_code_reached(
    customer: Customer, walker: Walker
) -> None:
    walker.press("/", value="8 (916) 123-45-12")
    answer_sign_ins()
    walker.press("/me/code/enter/", code=code_now())

    walker.get("/me/deny/")
    assert PHONE in walker.text
    assert EMAIL not in walker.text
    walker.press("/me/deny/")

    assert walker.where == "/me/denied/"
    assert Stop.objects.get().kind == ContactKind.PHONE
    assert contact_of(customer, ContactKind.EMAIL)


def test_it_is_not_me_says_so_where_there_is_nothing_to_close(company: None, walker: Walker) -> None:
    walker.open_link(link_for(customer_make(phone="", email="")))

    walker.get("/me/deny/")
    assert "Закрывать нечего" in walker.text
    walker.press("/me/deny/")

    assert walker.where == "/me/denied/"
    assert not ConsentEvent.objects.exists()


def test_it_is_not_me_by_a_link_on_paper_names_and_closes_every_phone_and_address(
    customer: Customer, walker: Walker
) -> None:
    walker.open_link(link_for(customer))

    walker.get("/me/deny/")
    assert PHONE in walker.text
    assert EMAIL in walker.text
    walker.press("/me/deny/")

    assert walker.where == "/me/denied/"
    assert "Войти по коду" not in walker.text
    assert "Позвоните нам" in walker.text or "Напишите на" in walker.text
    assert not ContactPoint.objects.filter(customer=customer, is_current=True).exists()
    assert set(Stop.objects.values_list("reason", flat=True)) == {StopReason.NOT_MINE}
    assert ConsentEvent.objects.filter(kind=EventKind.CONTACT_DENIED, level=0).count() == 2


def test_saying_no_ends_the_visit(customer: Customer, walker: Walker) -> None:
    walker.open_link(link_for(customer))
    walker.press("/me/refuse/")

    assert walker.get("/me/").status_code == 403


@pytest.mark.usefixtures("clock")
def test_a_live_link_unsubscribes_from_a_source_that_has_used_up_its_unknown_ones(customer: Customer) -> None:
    link = link_for(customer)
    service = Client(REMOTE_ADDR="198.51.100.7")
    answers = [service.post(f"/u/{tokens.token_new()}", ONE_CLICK) for _ in range(25)]
    assert service.get(f"/k/{tokens.token_new()}").status_code == 429

    answers.append(service.post(f"/u/{link.token}", ONE_CLICK))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert Stop.objects.get().customer == customer
    assert service.get(f"/u/{link.token}").status_code == 200


def test_the_sample_of_the_proxy_slows_no_unsubscribe_down() -> None:
    text = (ROOT / "deploy" / "nginx.conf").read_text()

    slowed = [part.partition("{")[0] for part in text.split("location ")[1:] if "limit_req " in part.partition("}")[0]]

    assert len(slowed) == 1
    assert not re.match(slowed[0].removeprefix("~").strip(), "/u/token")
    assert re.match(slowed[0].removeprefix("~").strip(), "/k/token")


@pytest.mark.parametrize("address", ["/me/refuse/", "/me/deny/"])
def test_a_page_left_open_in_another_tab_says_no_for_nobody_else(
    customer: Customer, walker: Walker, address: str
) -> None:
    walker.open_link(link_for(customer))
    mark = walker.hidden_of(address, "visit")
    assert mark
    other = customer_make(phone="+79160000001", email="other@yandex.ru")
    walker.open_link(link_for(other))

    answers = [walker.press(address, visit=value) for value in (mark, "", "link:1", mark + "x")]

    assert {answer.status_code for answer in answers} == {409}
    assert "Страница устарела" in walker.text
    assert not Stop.objects.exists()
    assert not ConsentEvent.objects.exists()


def test_a_form_of_the_same_link_is_taken_after_the_visit_has_begun(customer: Customer, walker: Walker) -> None:
    walker.open_link(link_for(customer))
    mark = walker.hidden_of("/me/refuse/", "visit")
    walker.press("/me/continue/")

    walker.press("/me/refuse/", visit=mark)

    assert walker.where == "/me/refused/"


def test_it_is_not_me_ends_every_visit_of_the_customer(customer: Customer, walker: Walker) -> None:
    inside = walked_to_level_one(customer)
    other = walked_to_level_one(customer_make(phone="+79160000001", email="other@yandex.ru"))
    walker.open_link(link_for(customer))

    walker.press("/me/deny/")

    assert inside.get("/me/home/").status_code == 403
    assert other.get("/me/home/").status_code == 200
