"""Saying no with nothing but a link: at once, without proof, once in the ledger."""

import html
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from consents.enums import ContactKind, EventKind, StateValue, StopReason, StopScope
from consents.models import ConsentEvent, ConsentState, ContactPoint, Customer, Receipt, Stop
from notify.links import tokens
from notify.models import Link, Message
from portal.flows.sign_in import answer_sign_ins
from tests.consents.gate import gate_reason
from tests.factories.consents import ContactPointFactory, StopFactory
from tests.factories.notify import CampaignFactory
from tests.portal.public.people import (
    HIDDEN,
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
        assert "Сообщений по другим каналам это не касается" in text
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
    inside.press("/me/code/enter/", code=code_now())
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


def test_it_is_not_me_by_a_link_on_paper_closes_the_link_and_nothing_else(customer: Customer, walker: Walker) -> None:
    link = link_for(customer)
    walker.open_link(link)

    walker.get("/me/deny/")
    assert PHONE not in walker.text
    assert "Мы закроем эту ссылку" in walker.text
    walker.press("/me/deny/")

    assert walker.where == "/me/denied/"
    assert "ссылка закрыта" in walker.text
    assert ContactPoint.objects.filter(customer=customer, is_current=True).count() == 2
    assert not Stop.objects.exists()
    assert not ConsentEvent.objects.exists()
    assert "Ссылка не открылась" in Walker().open_link(link).content.decode()


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

    assert {answer.status_code for answer in answers} == {404}
    assert service.post(f"/u/{link.token}", ONE_CLICK).status_code == 200
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

    walker.press("/me/refuse/", visit=mark)

    assert walker.where == "/me/refused/"


def test_it_is_not_me_ends_every_visit_of_the_customer(customer: Customer, walker: Walker) -> None:
    inside = walked_to_level_one(customer)
    other = walked_to_level_one(customer_make(phone="+79160000001", email="other@yandex.ru"))
    walker.open_link(link_for(customer))

    walker.press("/me/deny/")

    assert inside.get("/me/home/").status_code == 403
    assert other.get("/me/home/").status_code == 200


def evidence() -> list[dict[str, str]]:
    """What is kept of each event, the oldest first."""
    return [event.evidence.personal for event in ConsentEvent.objects.order_by("id")]


def buttons(page: str) -> dict[str, str]:
    """Captions of the buttons of a page by their value."""
    found = re.findall(r'<button[^>]*type="submit"([^>]*)>([^<]*)</button>', page)
    return {(re.findall(r'value="([^"]*)"', attributes) or [""])[0]: caption.strip() for attributes, caption in found}


def in_language(walker: Walker, language: str) -> None:
    walker.client.cookies["django_language"] = language


@pytest.mark.parametrize("scope", ["advertising", "all"])
@pytest.mark.parametrize("kind", [ContactKind.PHONE, ContactKind.EMAIL, ContactKind.MAX])
def test_two_presses_from_any_message_refuse_advertising_or_everything(
    customer: Customer, walker: Walker, kind: ContactKind, scope: str
) -> None:
    if kind == ContactKind.MAX:
        ContactPointFactory(customer=customer, max=True, confirmed=True)
    walker.open_link(link_sent_to(contact_of(customer, kind)))
    assert 'href="/me/refuse/"' in walker.text

    assert set(buttons(walker.get("/me/refuse/").content.decode())) >= {"advertising", "all"}
    walker.press("/me/refuse/", scope=scope)

    assert walker.where == "/me/refused/"
    assert "Номер отказа" in walker.text
    assert Stop.objects.get().scope == scope
    purposes = set(ConsentState.objects.values_list("purpose", flat=True))
    assert purposes == {"promotion", "advertising"} | ({"service"} if scope == "all" else set())


def test_the_two_ways_to_refuse_are_of_one_weight(customer: Customer, walker: Walker) -> None:
    walker.open_link(link_for(customer))

    page = walker.get("/me/refuse/").content.decode()

    drawn = re.findall(r'<button class="([^"]*)" type="submit" name="scope"', page)
    assert len(drawn) == 2
    assert len(set(drawn)) == 1


def test_a_no_to_advertising_alone_leaves_the_visit_and_says_what_goes_on(customer: Customer, walker: Walker) -> None:
    walker.open_link(link_for(customer))

    walker.press("/me/refuse/", scope="advertising")

    assert "рекламы больше не будет" in walker.text
    assert "Сообщения о договоре и операциях продолжат приходить" in walker.text
    assert walker.get("/me/").status_code == 200


def test_both_noes_after_one_another_are_two_refusals(customer: Customer, walker: Walker) -> None:
    walker.open_link(link_for(customer))

    walker.press("/me/refuse/", scope="advertising")
    walker.press("/me/refuse/", scope="all")

    assert set(Stop.objects.values_list("scope", flat=True)) == {"advertising", "all"}
    assert Receipt.objects.count() == 2


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("scope", ["advertising", "all"])
def test_the_button_that_is_kept_is_the_one_on_the_page(
    customer: Customer, walker: Walker, language: str, scope: str
) -> None:
    in_language(walker, language)
    walker.open_link(link_for(customer))
    page = walker.get("/me/refuse/").content.decode()

    walker.press("/me/refuse/", scope=scope, buttons=walker.hidden("buttons"))

    kept = evidence()
    assert kept
    assert {facts["button"] for facts in kept} == {html.unescape(buttons(page)[scope])}
    assert {facts["page_language"] for facts in kept} == {language}


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_button_of_not_me_that_is_kept_is_the_one_on_the_page(
    customer: Customer, walker: Walker, language: str
) -> None:
    in_language(walker, language)
    walker.open_link(letter_link(customer))
    page = walker.get("/me/deny/").content.decode()

    walker.press("/me/deny/", buttons=walker.hidden("buttons"))

    assert {facts["button"] for facts in evidence()} == {html.unescape(buttons(page)[""])}


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_button_of_one_click_that_is_kept_is_the_one_on_the_page(customer: Customer, language: str) -> None:
    client, address = Client(), f"/u/{letter_link(customer).token}"
    client.cookies["django_language"] = language
    page = client.get(address).content.decode()

    client.post(address, ONE_CLICK | {"buttons": html.unescape(dict(HIDDEN.findall(page))["buttons"])})

    assert {facts["button"] for facts in evidence()} == {html.unescape(buttons(page)[""])}


def test_a_mail_program_has_pressed_no_button(customer: Customer) -> None:
    Client().post(f"/u/{letter_link(customer).token}", ONE_CLICK)

    assert not [facts for facts in evidence() if "button" in facts or "page_language" in facts]


@pytest.mark.parametrize("named", [{"scope": "nothing"}, {"scope": "all", "buttons": "made-up"}, {"buttons": ""}])
def test_a_form_that_no_page_made_is_obeyed_and_no_caption_is_claimed(
    customer: Customer, walker: Walker, named: dict[str, str]
) -> None:
    walker.open_link(link_for(customer))

    walker.press("/me/refuse/", **named)

    assert Stop.objects.get().scope == StopScope.ALL
    assert not [facts for facts in evidence() if "button" in facts]


@pytest.mark.parametrize(
    ("text_kind", "said", "silent"),
    [("advertising", "Отписаться от рекламы", "рассылки"), ("service", "рассылки", "реклам")],
)
def test_one_click_says_which_of_the_two_this_letter_is(
    customer: Customer, text_kind: str, said: str, silent: str
) -> None:
    address = f"/u/{letter_link(customer, campaign=CampaignFactory(text_kind=text_kind)).token}"

    question, answer = Client().get(address).content.decode(), Client().post(address, ONE_CLICK).content.decode()

    assert said in question
    assert silent not in question
    assert silent not in answer
    assert ("рекламы на этот адрес" in answer) == (text_kind == "advertising")


def test_whoever_was_forwarded_a_letter_is_told_to_close_the_page(customer: Customer, walker: Walker) -> None:
    walker.open_link(link_for(customer))

    assert "Вам переслали сообщение? Просто закройте страницу" in walker.get("/me/deny/").content.decode()


def denied_by_letter(customer: Customer, walker: Walker, **confirmed: bool) -> ContactPoint:
    """A letter was forwarded, and its reader said «Это не я»."""
    for kind, is_confirmed in confirmed.items():
        point = ContactPoint.objects.filter(customer=customer, kind=kind)
        point.update(confirmed_at="2026-11-01T00:00Z" if is_confirmed else None)
    closed = contact_of(customer, ContactKind.EMAIL)
    walker.open_link(link_sent_to(closed))
    walker.press("/me/deny/")
    return closed


def told() -> list[Message]:
    return [row for row in Message.objects.order_by("id") if row.context.get("notice") == "contact_denied"]


@pytest.mark.parametrize("is_phone_confirmed", [True, False])
def test_the_owner_of_a_confirmed_contact_is_told_over_another_one(
    customer: Customer, walker: Walker, is_phone_confirmed: bool
) -> None:
    phone = contact_of(customer, ContactKind.PHONE)

    denied_by_letter(customer, walker, email=True, phone=is_phone_confirmed)

    (notice,) = told()
    assert (notice.channel, notice.contact_point_id) == ("sms", phone.pk)
    assert notice.context["mask"] == EMAIL


def test_of_a_contact_that_nobody_confirmed_nobody_is_told(customer: Customer, walker: Walker) -> None:
    denied_by_letter(customer, walker, email=False, phone=True)

    assert not told()


def test_a_confirmed_contact_without_another_one_is_stopped_and_not_closed(company: None, walker: Walker) -> None:
    customer = customer_make(phone="")

    kept = denied_by_letter(customer, walker, email=True)

    assert ContactPoint.objects.get(pk=kept.pk).is_current
    assert Stop.objects.get().reason == StopReason.REFUSED_ALL
    assert "сюда больше не пишем" in walker.text
    assert "Войти по коду" in walker.text
    assert not told()
    assert gate_reason(
        customer_id=customer.pk, contact_point_id=kept.pk, channel="email", purpose="service", legal_basis="contract"
    )


@pytest.mark.parametrize("wrong", ["a fixed line", "a stopped address"])
def test_a_contact_that_no_word_can_reach_closes_no_confirmed_one(
    customer: Customer, walker: Walker, wrong: str
) -> None:
    other = contact_of(customer, ContactKind.PHONE)
    if wrong == "a fixed line":
        ContactPoint.objects.filter(pk=other.pk).update(line_type="fixed")
    else:
        StopFactory(customer=None, kind="phone", value=other.value, reason="bounced")

    kept = denied_by_letter(customer, walker, email=True)

    assert ContactPoint.objects.get(pk=kept.pk).is_current
    assert not told()


def test_whoever_came_by_a_code_to_the_contact_can_have_it_closed(company: None, walker: Walker) -> None:
    customer = customer_make(email="")
    walker.press("/", value="8 (916) 123-45-12")
    answer_sign_ins()
    walker.press("/me/code/enter/", code=code_now())

    walker.press("/me/deny/")

    assert not ContactPoint.objects.get(customer=customer).is_current
    assert Stop.objects.get().reason == StopReason.NOT_MINE


@pytest.mark.parametrize(
    ("address", "words"), [("/me/refuse/", "больше не пишем"), ("/me/deny/", "сюда больше не пишем")]
)
def test_the_personal_page_after_a_no_says_so_and_not_that_time_is_over(
    customer: Customer, walker: Walker, address: str, words: str
) -> None:
    walker.open_link(letter_link(customer))
    walker.press(address)
    number = Receipt.objects.get().number

    page = walker.get("/me/").content.decode()

    assert words in page
    assert number in page
    assert "истекло" not in page


def test_a_visit_after_a_no_that_runs_out_says_that_it_has_run_out(customer: Customer, walker: Walker) -> None:
    walker.open_link(link_for(customer))
    walker.press("/me/refuse/")
    walker.open_link(link_for(customer))
    walker.get("/me/")
    Link.objects.update(expires_at="2020-01-01T00:00Z")

    page = walker.get("/me/").content.decode()

    assert "Сеанс завершён" in page


def test_the_time_of_a_no_is_on_the_persons_clock(customer: Customer, walker: Walker) -> None:
    Customer.objects.filter(pk=customer.pk).update(time_zone="Asia/Kamchatka")
    walker.open_link(link_for(customer))

    walker.press("/me/refuse/")

    at = Receipt.objects.get().created_at.astimezone(ZoneInfo("Asia/Kamchatka"))
    assert f"{at:%H:%M:%S}" in walker.text
