"""A double click, a repeated request and a hundred parallel ones are one event (product rule)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from consents.documents.publishing import edition_draft, edition_publish
from consents.enums import EventKind, StateValue
from consents.models import ConsentEvent, ConsentState, Customer, Edition, Receipt
from tests.consents.tampering import as_superuser
from tests.portal.public.people import Walker, half_an_hour_later, walked_to_level_one

THREADS = 10
REQUESTS = 40


def on_the_consent_page(customer: Customer) -> tuple[Client, str, dict[str, str]]:
    """A browser in front of one text: the client, the address, what its «Разрешаю» would send."""
    walker = walked_to_level_one(customer)
    walker.choose("sms")
    return walker.client, walker.where, {"decision": "grant", "read": "on", "shown": walker.hidden("shown")}


def pressed_at_once(client: Client, address: str, values: dict[str, str]) -> set[tuple[int, str]]:
    """Press the same button many times in parallel, as the same visit; return the answers that differ."""
    cookie = client.cookies["mostik"].value

    def press(_: int) -> tuple[int, str]:
        one = Client()
        one.cookies["mostik"] = cookie
        try:
            answer = one.post(address, values)
            return answer.status_code, answer.headers["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return set(pool.map(press, range(REQUESTS)))


def test_a_double_click_is_one_event_with_one_answer(customer: Customer) -> None:
    client, address, values = on_the_consent_page(customer)

    answers = [client.post(address, values) for _ in range(3)]

    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {(302, "/me/next/")}
    assert ConsentEvent.objects.filter(kind=EventKind.GRANTED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_parallel_requests_are_one_event_and_all_are_answered_alike(customer: Customer) -> None:
    client, address, values = on_the_consent_page(customer)
    answers = pressed_at_once(client, address, values)

    assert answers == {(302, "/me/next/")}
    assert ConsentEvent.objects.filter(kind=EventKind.GRANTED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_parallel_last_answers_give_one_receipt(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.choose("sms")
    walker.answer("grant")
    walker.press("/me/offers/")
    walker.answer("grant")
    address, values = walker.where, {"decision": "grant", "read": "on", "shown": walker.hidden("shown")}
    statuses = {status for status, _ in pressed_at_once(walker.client, address, values)}

    assert statuses == {302}
    assert Receipt.objects.count() == 2  # the first is that of the service consent


def answered() -> list[str]:
    """What the ledger holds about service messages, in its order."""
    return list(ConsentEvent.objects.filter(purpose="service").order_by("id").values_list("kind", flat=True))


def test_a_no_after_a_yes_from_the_same_open_page_takes_the_yes_back_at_once(customer: Customer) -> None:
    client, address, values = on_the_consent_page(customer)
    client.post(address, values)

    answers = [client.post(address, {"decision": "refuse", "shown": values["shown"]}) for _ in range(2)]

    assert {answer.status_code for answer in answers} == {302}
    assert answered() == ["granted", "withdrawn"]
    assert ConsentState.objects.get(purpose="service").value == StateValue.WITHDRAWN
    grant, withdrawal = ConsentEvent.objects.filter(purpose="service").order_by("id")
    assert withdrawal.answers == grant.uuid
    assert withdrawal.evidence.personal["button"] == "Не разрешаю"


def test_a_no_after_a_yes_is_in_a_receipt_too(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.choose("sms")
    address, shown = walker.where, walker.hidden("shown")
    walker.answer("grant")

    walker.press(address, decision="refuse", shown=shown)

    withdrawal = ConsentEvent.objects.get(kind=EventKind.WITHDRAWN)
    assert withdrawal.pk in Receipt.objects.latest("id").event_ids


def allowed_anew(customer: Customer, *before: str) -> tuple[Walker, str, str]:
    """A browser that has answered a page, then allowed by the personal page; the address and the text of the page."""
    walker = walked_to_level_one(customer)
    walker.choose("sms")
    address, shown = walker.where, walker.hidden("shown")
    for decision in before:
        ticked = {"read": "on"} if decision == "grant" else {}
        walker.press(address, decision=decision, shown=shown, **ticked)
    walker.press("/me/home/allow/", purpose="service", channel="sms")
    walker.answer("grant")
    assert ConsentState.objects.get(purpose="service").value == StateValue.GRANTED
    return walker, address, shown


@pytest.mark.parametrize("before", [["refuse"], ["grant", "refuse"]])
def test_a_no_from_a_page_that_has_taken_one_ends_the_yes_given_since(customer: Customer, before: list[str]) -> None:
    walker, address, shown = allowed_anew(customer, *before)
    taken = answered()

    for _ in range(2):
        walker.press(address, decision="refuse", shown=shown)

    assert answered() == [*taken, "withdrawn"]
    assert ConsentState.objects.get(purpose="service").value == StateValue.WITHDRAWN
    assert ConsentEvent.objects.latest("id").pk in Receipt.objects.latest("id").event_ids
    walker.get("/me/home/")
    assert "отозвано" in walker.text


@pytest.mark.parametrize("before", [["refuse"], ["grant", "refuse"]])
def test_a_yes_from_a_page_that_has_taken_a_no_revives_nothing(customer: Customer, before: list[str]) -> None:
    walker, address, shown = allowed_anew(customer, *before)
    walker.press(address, decision="refuse", shown=shown)
    taken = answered()

    page = walker.press(address, decision="grant", read="on", shown=shown)

    assert page.status_code == 409
    assert answered() == taken
    assert ConsentState.objects.get(purpose="service").value == StateValue.WITHDRAWN


def test_a_repeated_yes_does_not_bring_back_what_was_switched_off_since(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.choose("sms")
    address, shown = walker.where, walker.hidden("shown")
    walker.answer("grant")
    walker.get("/me/home/")
    walker.press("/me/home/withdraw/", purpose="service", channel="sms", key=walker.hidden("key"))

    walker.press(address, decision="grant", read="on", shown=shown)

    assert answered() == ["granted", "withdrawn"]


@pytest.mark.django_db(transaction=True)
def test_parallel_noes_from_an_answered_page_end_the_newer_yes_once(customer: Customer) -> None:
    walker, address, shown = allowed_anew(customer, "refuse")
    answers = pressed_at_once(walker.client, address, {"decision": "refuse", "shown": shown})

    assert answers == {(302, "/me/next/")}
    assert answered() == ["refused", "granted", "withdrawn"]


def test_a_no_is_taken_though_the_edition_was_altered_while_its_page_was_open(customer: Customer) -> None:
    client, address, values = on_the_consent_page(customer)
    as_superuser("UPDATE consents_edition SET body = body || ' и всё'")

    # A ticked no is asked once, but not where its page cannot be drawn any more.
    answers = [client.post(address, values | {"decision": decision}) for decision in ("grant", "refuse", "refuse")]

    assert [answer.status_code for answer in answers] == [503, 302, 302]
    assert answered() == ["refused"]
    assert ConsentEvent.objects.get(purpose="service").evidence.personal["edition_state"] == "altered"


def test_a_text_shown_by_another_page_is_not_taken_at_this_address(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.choose("sms")
    service = walker.hidden("shown")
    walker.answer("grant")
    walker.press("/me/offers/")

    assert walker.press(walker.where, decision="refuse", shown=service).status_code == 409
    assert answered() == ["granted"]


@pytest.mark.django_db(transaction=True)
def test_a_yes_and_a_no_at_once_end_with_a_no_or_a_plain_word(customer: Customer) -> None:
    client, address, values = on_the_consent_page(customer)
    cookie = client.cookies["mostik"].value
    no = {"decision": "refuse", "shown": values["shown"]}

    def press(number: int) -> int:
        one = Client()
        one.cookies["mostik"] = cookie
        try:
            return one.post(address, values if number % 2 else no).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        statuses = set(pool.map(press, range(REQUESTS)))

    assert statuses <= {302, 409}
    assert answered() in (["refused"], ["granted", "withdrawn"])


def test_a_yes_after_a_no_from_the_same_open_page_is_said_to_be_answered(customer: Customer) -> None:
    client, address, values = on_the_consent_page(customer)
    client.post(address, {"decision": "refuse", "shown": values["shown"]})

    page = client.post(address, values)

    assert page.status_code == 409
    assert "уже есть ответ" in page.content.decode()
    assert answered() == ["refused"]


@pytest.mark.parametrize("first", ["grant", "refuse"])
def test_putting_an_answered_page_off_changes_nothing_and_says_so(customer: Customer, first: str) -> None:
    client, address, values = on_the_consent_page(customer)
    client.post(address, values if first == "grant" else {"decision": first, "shown": values["shown"]})

    page = client.post(address, {"decision": "later", "shown": values["shown"]})

    assert page.status_code == 409
    assert len(answered()) == 1


def test_a_text_that_was_put_off_can_be_answered_from_the_same_open_page(customer: Customer) -> None:
    client, address, values = on_the_consent_page(customer)
    client.post(address, {"decision": "later", "shown": values["shown"]})

    assert client.post(address, values).status_code == 302
    assert answered() == ["shown", "granted"]


def test_a_text_that_was_put_off_can_be_allowed_in_the_same_visit(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.choose("sms")
    walker.answer("later")

    walker.press("/me/home/allow/", purpose="service", channel="sms")
    walker.answer("grant")

    assert walker.page.status_code == 200
    assert ConsentState.objects.get(purpose="service").value == StateValue.GRANTED


def test_the_text_kept_as_put_off_is_the_one_that_was_shown(customer: Customer) -> None:
    client, address, values = on_the_consent_page(customer)
    Customer.objects.filter(pk=customer.pk).update(name="Другое Имя")

    page = client.post(address, {"decision": "later", "shown": values["shown"]}, follow=True)

    assert answered() == []
    assert "изменился" in page.content.decode()


def test_a_form_of_another_visit_is_not_taken(customer: Customer) -> None:
    _, address, values = on_the_consent_page(customer)
    half_an_hour_later()
    other = walked_to_level_one(customer)
    other.choose("sms")

    assert other.press(address, **values).status_code == 409
    assert not ConsentEvent.objects.filter(kind=EventKind.GRANTED).exists()


@pytest.mark.parametrize("shown", ["", "forged", "{}:1:x"])
def test_a_form_with_a_forged_text_records_nothing(customer: Customer, shown: str) -> None:
    client, address, _ = on_the_consent_page(customer)

    client.post(address, {"decision": "grant", "read": "on", "shown": shown})

    assert not ConsentEvent.objects.filter(kind=EventKind.GRANTED).exists()


def test_a_text_that_changed_while_the_page_was_open_is_asked_anew(customer: Customer) -> None:
    client, address, values = on_the_consent_page(customer)
    old = Edition.objects.get(document__kind="pd_service")
    draft = edition_draft(kind="pd_service", title=f"{old.title}, новый", body=old.body, checkbox=old.checkbox)
    edition_publish(edition_id=draft)

    page = client.post(address, values, follow=True)

    assert not ConsentEvent.objects.filter(kind=EventKind.GRANTED).exists()
    assert "изменился" in page.content.decode()
    assert f"/me/consent/{draft}/" in page.request["PATH_INFO"]
