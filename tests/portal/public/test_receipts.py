"""Receipts on the pages of their customer: every event with its number and proof, and one for every no."""

import io
import re
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from pypdf import PdfReader

from consents.enums import ContactKind, EventKind
from consents.ledger.tree.sealing import ledger_seal
from consents.models import ConsentEvent, Customer, Receipt
from tests.consents.tampering import as_superuser
from tests.factories.consents import ContactPointFactory, answer_make
from tests.portal.public.people import Walker, customer_make, letter_link, link_for, walked_to_level_one

SIGNED = ("root", "key_id", "time", "signature")
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def answered(customer: Customer) -> Walker:
    """A browser at the end of the way, with service messages by SMS allowed."""
    walker = walked_to_level_one(customer)
    walker.choose("sms")
    walker.answer("grant")
    return walker


def switch_off(walker: Walker) -> Receipt:
    """Press «Выключить» and return the receipt of it."""
    walker.get("/me/home/")
    walker.press("/me/home/withdraw/", purpose="service", channel="sms", key=walker.hidden("key"))
    return Receipt.objects.latest("id")


def test_a_receipt_that_waits_for_its_seal_says_so_and_names_its_events(customer: Customer) -> None:
    walker = answered(customer)
    receipt = Receipt.objects.get()

    walker.get(f"/me/receipt/{receipt.uuid}/")

    assert "ожидают подписи" in walker.text
    assert "Подпись журнала" not in walker.text
    for event in ConsentEvent.objects.filter(pk__in=receipt.event_ids):
        assert str(event.uuid) in walker.text


def test_a_sealed_receipt_shows_the_proof_that_its_file_carries(customer: Customer) -> None:
    walker = answered(customer)
    receipt = Receipt.objects.get()
    ledger_seal()

    walker.get(f"/me/receipt/{receipt.uuid}/")

    data = walker.client.get(f"/me/receipt/{receipt.uuid}.json").json()
    assert "Подписано" in walker.text
    assert "ожидают подписи" not in walker.text
    for record in data["dpv:hasRecordOfActivity"]:
        proof = record["mostik:ledger"]["mostik:proof"]
        for value in (proof["leaf"], *proof["path"], *(str(proof["head"][name]) for name in SIGNED)):
            assert value in walker.text


def test_a_receipt_whose_proof_is_broken_promises_no_seal(customer: Customer) -> None:
    walker = answered(customer)
    walker.press("/me/offers/")
    walker.answer("grant")
    walker.answer("grant")
    ledger_seal()
    as_superuser("DELETE FROM consents_treenode")

    walker.get(f"/me/receipt/{Receipt.objects.latest('id').uuid}/")

    assert "сейчас не удаётся подтвердить запись" in walker.text
    for words in ("ожидают подписи", "Проверить ещё раз", "Подписано"):
        assert words not in walker.text


def test_the_page_is_for_people_and_folds_the_proofs_away(customer: Customer) -> None:
    walker = answered(customer)
    ledger_seal()

    walker.get(f"/me/receipt/{Receipt.objects.get().uuid}/")

    shown, folded = walker.text.split("<details", 1)
    assert not folded.startswith(" open")
    assert "Согласие дано" in shown
    assert re.search(r"/me/history/[0-9a-f-]{36}/", shown)
    assert not re.search(r"[0-9a-f]{64}", shown)
    assert re.search(r"[0-9a-f]{64}", folded)


def test_the_last_page_and_the_personal_page_lead_to_every_receipt(customer: Customer) -> None:
    walker = answered(customer)
    first = Receipt.objects.get()
    assert f"/me/receipt/{first.uuid}/" in walker.text

    second = switch_off(walker)

    assert {str(first.uuid), str(second.uuid)} == set(re.findall(r'/me/receipt/([0-9a-f-]{36})/"', walker.text))


def test_a_receipt_says_how_the_contact_was_proven_and_how_the_person(customer: Customer) -> None:
    walker = answered(customer)

    walker.get(f"/me/receipt/{Receipt.objects.earliest('pk').uuid}/")

    for words in ("Как подтверждён контакт", "Как подтверждён ответ", "ссылка и код из СМС"):
        assert words in walker.text


def test_switching_off_gives_a_receipt_that_says_what_ended_and_what_stays(customer: Customer) -> None:
    walker = answered(customer)

    receipt = switch_off(walker)

    assert "Отзыв принят" in walker.text
    assert receipt.number in walker.text
    walker.get(f"/me/receipt/{receipt.uuid}/")
    for words in ("Согласие отозвано, Сервисные сообщения, СМС", "без согласия", "обязаны уничтожить", "Вопросы"):
        assert words in walker.text


def test_page_and_file_say_which_messages_a_withdrawal_does_not_end(customer: Customer) -> None:
    walker = answered(customer)
    receipt = switch_off(walker)
    page = walker.get(f"/me/receipt/{receipt.uuid}/")
    (record,) = walker.client.get(f"/me/receipt/{receipt.uuid}.json").json()["dpv:hasRecordOfActivity"]

    for text in (page.content.decode(), record["mostik:remains"]):
        assert "по закону или по договору, могут приходить и без согласия" in text


def test_a_repeated_switch_off_finds_the_first_receipt(customer: Customer) -> None:
    walker = answered(customer)
    walker.get("/me/home/")
    key = walker.hidden("key")

    for _ in range(2):
        walker.press("/me/home/withdraw/", purpose="service", channel="sms", key=key)

    assert Receipt.objects.count() == 2


@pytest.mark.parametrize(("address", "where"), [("/me/refuse/", "/me/refused/"), ("/me/deny/", "/me/denied/")])
def test_a_no_with_a_link_alone_gets_a_number_and_a_time_and_nothing_personal(
    customer: Customer, walker: Walker, address: str, where: str
) -> None:
    walker.open_link(letter_link(customer))

    walker.press(address)

    receipt = Receipt.objects.get(customer=customer)
    assert walker.where == where
    assert receipt.number in walker.text
    assert f"{receipt.created_at.astimezone(ZoneInfo(customer.time_zone)):%d.%m.%Y}" in walker.text
    assert set(receipt.event_ids) == set(ConsentEvent.objects.values_list("id", flat=True))
    for secret in (customer.name, customer.external_id, "ivan", "+7 9"):
        assert secret not in walker.text
    assert walker.get(where).status_code == 200
    assert receipt.number in walker.text


def test_the_number_of_a_no_is_not_shown_in_another_browser(customer: Customer, walker: Walker) -> None:
    walker.open_link(link_for(customer))
    walker.press("/me/refuse/")

    stranger = Client()
    stranger.cookies["mostik_refusal"] = "forged"

    assert Receipt.objects.get().number not in stranger.get("/me/refused/").content.decode()


@pytest.mark.parametrize("address", ["/me/refuse/", "/me/deny/"])
def test_the_number_of_a_no_is_not_shown_to_the_next_person_in_the_same_browser(
    customer: Customer, walker: Walker, address: str
) -> None:
    other = customer_make(phone="+79160000001", email="other@yandex.ru")
    elsewhere = Walker()
    elsewhere.open_link(link_for(other))
    elsewhere.press(address)
    walker.open_link(link_for(customer))
    walker.press("/me/refuse/")
    number = Receipt.objects.get(customer=customer).number
    assert number in walker.text

    walker.open_link(link_for(other))
    walker.press(address)

    assert "Готово" in walker.text
    assert number not in walker.text


def test_one_click_leaves_a_receipt_on_the_personal_page(customer: Customer) -> None:
    token = letter_link(customer).token
    for _ in range(2):
        Client().post(f"/u/{token}", ONE_CLICK)

    receipt = Receipt.objects.get()

    walker = walked_to_level_one(customer)
    walker.get("/me/home/")
    assert receipt.number in walker.text


def test_the_same_button_after_a_new_yes_gets_a_receipt_of_its_own(customer: Customer) -> None:
    token = letter_link(customer, ContactKind.PHONE).token
    Client().post(f"/u/{token}", ONE_CLICK)
    answered(customer)
    before = Receipt.objects.count()

    Client().post(f"/u/{token}", ONE_CLICK)

    newest = ConsentEvent.objects.filter(kind=EventKind.WITHDRAWN).latest("id")
    assert Receipt.objects.count() == before + 1
    assert newest.pk in Receipt.objects.latest("id").event_ids


def test_the_text_that_was_answered_can_be_had_on_paper_as_it_was(customer: Customer) -> None:
    walker = answered(customer)
    event = ConsentEvent.objects.get(kind=EventKind.GRANTED)

    answer = walker.client.get(f"/me/history/{event.uuid}/text.pdf")

    printed = "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).split())
    assert answer["Content-Type"] == "application/pdf"
    for line in event.evidence.personal["text"].removesuffix("\n").split("\n"):
        assert "".join(line.removeprefix("☐ ").split()) in printed
    assert event.evidence.personal["text_sha256"] in printed


def test_nobody_elses_text_is_printed(customer: Customer) -> None:
    walker = answered(customer)
    other = answer_make(ContactPointFactory(confirmed=True))

    assert walker.client.get(f"/me/history/{other.uuid}/text.pdf").status_code == 404
