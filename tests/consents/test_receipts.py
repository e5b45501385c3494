"""What a customer takes home: a number, a paper, and data that a stranger can check."""

import copy
import json
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from pypdf import PdfReader

from consents.enums import EventKind
from consents.errors import CustomerMissing, NothingToReceipt
from consents.models import Customer, Evidence, OperatorProfile, Processor, Receipt
from consents.pdf import receipt_pdf, stored_text_pdf, text_pdf
from consents.receipt_json import CONTEXT, receipt_json
from consents.receipt_numbers import receipt_number, receipt_number_read
from consents.receipts import receipt_issue
from consents.sealing import key_ring_read
from consents.selectors.operator import Operator, operator_current
from consents.selectors.receipts import ReceiptView, receipt_view, receipts_of
from consents.services.sealing import ledger_seal
from tests.consents.ledger_cases import answer, answers, circumstances, customer_with_phone, document
from tests.consents.receipt_verifier import record_is_proven

pytestmark = pytest.mark.django_db

SITE = "https://consent.example.ru/me/"

# Frozen from the vocabulary, version 2.3: every word that a receipt may use.
DPV = {
    "dpv:ConsentReceipt", "dpv:ConsentRecord", "dpv:ConsentNotice", "dpv:ConsentRequested", "dpv:ConsentGiven",
    "dpv:ConsentRefused", "dpv:ConsentWithdrawn", "dpv:CommunicationManagement", "dpv:Marketing",
    "dpv:DirectMarketing", "dpv:DataSubject", "dpv:DataController", "dpv:DataProcessor", "dpv:WithdrawConsent",
    "dpv:StorageLocation", "dpv:StorageDuration", "dpv:UntilTimeDuration", "dpv:UntilEventDuration",
    "dpv:ExplicitlyExpressedConsent", "dpv:hasRecordOfActivity", "dpv:hasDataController", "dpv:hasDataSubject",
    "dpv:isIndicatedAtTime", "dpv:isIndicatedBy", "dpv:hasIndicationMethod", "dpv:hasJurisdiction",
    "dpv:hasConsentControl", "dpv:isExercisedAt", "dpv:hasStorageCondition", "dpv:hasLocation", "dpv:hasDuration",
    "dpv:hasPurpose", "dpv:hasLegalBasis", "dpv:hasConsentStatus", "dpv:hasPersonalData", "dpv:hasRecipient",
    "dpv:hasName", "dpv:hasNotice", "dpv:hasIdentifier", "dpv:hasAddress", "dpv:hasContact",
    "pd:Name", "pd:TelephoneNumber", "pd:EmailAddress", "pd:AccountIdentifier", "pd:IPAddress", "pd:UserAgent",
    "loc:RU", "dct:conformsTo", "dct:identifier", "dct:created", "dct:language", "dct:title", "dct:valid",
}  # fmt: skip
# ISO/IEC TS 27560 by way of law-and-consent 5.2: what a record must say.
MANDATORY = {
    "dct:conformsTo", "dct:identifier", "dpv:hasDataSubject", "dpv:hasNotice", "dpv:hasPurpose",
    "dpv:hasPersonalData", "dpv:hasStorageCondition", "dpv:hasJurisdiction", "dpv:hasRecipient",
    "dpv:hasConsentControl", "dpv:isIndicatedAtTime", "dpv:hasDuration", "dpv:isIndicatedBy", "dpv:hasLegalBasis",
    "dpv:hasConsentStatus",
}  # fmt: skip


@pytest.fixture
def operator() -> Operator:
    OperatorProfile.objects.create(
        name="АО «Пример»",
        short_name="Пример",
        inn="7700000000",
        ogrn="1027700000000",
        address="101000, Москва, ул. Ёлочная, д. 1",
        website="example.ru",
        dpo_title="Ответственная за персональные данные",
        dpo_email="dpo@example.ru",
    )
    Processor.objects.create(channel="sms", name="ООО «Отправитель»", address="Москва", contract="№ 5")
    operator = operator_current()
    assert operator
    return operator


def issued(name: str = "Ёлкина Алёна") -> tuple[Customer, ReceiptView]:
    """A receipt over a yes and a withdrawal."""
    customer, phone = customer_with_phone(name)
    events = [answer(customer, phone.uuid), answer(customer, phone.uuid, EventKind.WITHDRAWN)]
    receipt = receipt_issue(customer_id=customer.pk, event_ids=[event.id for event in events], request_key="visit-1")
    view = receipt_view(receipt_uuid=receipt.uuid, customer_id=customer.pk)
    assert view
    return customer, view


def as_data(view: ReceiptView) -> dict[str, Any]:
    made = receipt_json(receipt=view, keys=key_ring_read(settings.SEAL_KEY_FILE), site=SITE)
    read: dict[str, Any] = json.loads(json.dumps(made, ensure_ascii=False))
    return read


def test_a_number_is_read_back_however_it_was_typed() -> None:
    number = receipt_number(2026, 123)

    assert number == "М-2026-000123-" + number[-2:]
    for typed in (number, number.lower(), number.replace("М", "M"), number.replace("-", " "), f" {number} "):
        assert receipt_number_read(typed) == number


def test_hex_digits_typed_in_cyrillic_are_understood() -> None:
    number = next(n for n in (receipt_number(2026, count) for count in range(1, 500)) if n.endswith("BC"))

    assert receipt_number_read(number.replace("BC", "ВС")) == number


def test_one_wrong_digit_or_two_swapped_are_always_noticed() -> None:
    rng = random.Random(7)
    for _ in range(300):
        number = receipt_number(rng.randrange(2026, 2100), rng.randrange(1, 10**7))
        for place, digit in enumerate(number[:-3]):
            if digit.isdigit():
                wrong = number[:place] + str((int(digit) + rng.randrange(1, 10)) % 10) + number[place + 1 :]
                assert receipt_number_read(wrong) == ""
            following = number[place + 1]
            if digit.isdigit() and following.isdigit() and digit != following:
                assert receipt_number_read(number[:place] + following + digit + number[place + 2 :]) == ""


def test_a_receipt_names_the_events_of_its_customer(operator: Operator) -> None:
    customer, view = issued()

    assert [line.event.kind for line in view.lines] == ["granted", "withdrawn"]
    assert view.operator == operator
    assert view.external_id == customer.external_id
    assert receipt_number_read(view.number) == view.number
    assert [row.number for row in receipts_of(customer_id=customer.pk)] == [view.number]


def test_a_repeat_gives_the_same_receipt(operator: Operator) -> None:
    customer, view = issued()

    again = receipt_issue(customer_id=customer.pk, event_ids=[], request_key="visit-1")

    assert (again.uuid, again.number, again.is_new) == (view.uuid, view.number, False)


@pytest.mark.django_db(transaction=True)
def test_requests_at_once_give_one_receipt() -> None:
    customer, phone = customer_with_phone()
    event = answer(customer, phone.uuid)

    def issue(_: int) -> tuple[str, bool]:
        try:
            receipt = receipt_issue(customer_id=customer.pk, event_ids=[event.id], request_key="visit-1")
            return receipt.number, receipt.is_new
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(issue, range(24)))

    assert len({number for number, _ in results}) == 1
    assert sum(is_new for _, is_new in results) == 1
    assert Receipt.objects.count() == 1


def test_a_receipt_is_about_something_and_about_its_customer_only() -> None:
    customer, _ = customer_with_phone()
    foreign = answers(1)[0]

    for event_ids in ([], [foreign.id], [0]):
        with pytest.raises(NothingToReceipt):
            receipt_issue(customer_id=customer.pk, event_ids=event_ids, request_key="x")
    with pytest.raises(CustomerMissing):
        receipt_issue(customer_id=0, event_ids=[foreign.id], request_key="x")


def test_a_receipt_of_another_customer_is_not_shown() -> None:
    _, view = issued()
    other, _ = customer_with_phone()

    assert receipt_view(receipt_uuid=view.uuid, customer_id=other.pk) is None


def test_before_sealing_the_receipt_promises_and_afterwards_it_proves() -> None:
    customer, view = issued()
    promises = [line.event.promise for line in view.lines]
    assert not view.is_sealed
    assert all(not record["mostik:ledger"]["mostik:sealed"] for record in records(view))

    ledger_seal()

    view = receipt_view(receipt_uuid=view.uuid, customer_id=customer.pk) or view
    assert view.is_sealed
    for record, promise in zip(records(view), promises, strict=True):
        assert record["mostik:ledger"]["mostik:proof"]["leaf"].startswith(promise)
        assert len(promise) == 16


def records(view: ReceiptView) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = as_data(view)["dpv:hasRecordOfActivity"]
    return found


def sealed_record() -> dict[str, Any]:
    answers(5)
    _, view = issued()
    answers(3)
    ledger_seal()
    return records(receipt_view(receipt_uuid=view.uuid) or view)[0]


def test_a_stranger_can_check_the_proof() -> None:
    assert record_is_proven(sealed_record())


def test_a_stranger_sees_every_forged_byte_of_the_proof() -> None:
    record = sealed_record()
    rng = random.Random(11)

    for _ in range(300):
        forged = copy.deepcopy(record)
        ledger = forged["mostik:ledger"]
        proof = ledger["mostik:proof"]
        holder, name = rng.choice(
            [(ledger, "mostik:canonical"), (proof["head"], "root"), (proof["head"], "signature"), (proof, "leaf"),
             (proof["head"], "time"), (forged, "dct:identifier"), (proof["path"], rng.randrange(len(proof["path"])))]
        )  # fmt: skip
        text = holder[name]
        place = rng.randrange(len(text))
        holder[name] = text[:place] + ("1" if text[place] != "1" else "2") + text[place + 1 :]
        with suppress(ValueError):  # no longer JSON or hex: refused as well
            assert not record_is_proven(forged)


def words_of(value: Any) -> Iterator[str]:
    """Yield every prefixed word of the data: names, types and values."""
    if isinstance(value, dict):
        for name, item in value.items():
            if ":" in name:
                yield name
            if name not in {"mostik:ledger", "@context"}:
                yield from words_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from words_of(item)
    elif isinstance(value, str) and value.partition(":")[0] in CONTEXT:
        yield value


def test_the_data_speaks_only_words_that_exist(operator: Operator) -> None:
    _, view = issued()

    words = {word for word in words_of(as_data(view)) if not word.startswith("mostik:")}

    assert words <= DPV, words - DPV


def test_a_yes_says_all_that_the_standard_asks_for(operator: Operator) -> None:
    _, view = issued()
    data = as_data(view)

    assert set(data["dpv:hasRecordOfActivity"][0]) >= MANDATORY
    assert data["dpv:hasRecordOfActivity"][0]["dpv:hasRecipient"]["dpv:hasName"] == "ООО «Отправитель»"
    assert {"dct:identifier", "dct:created", "dct:conformsTo", "dpv:hasDataController"} <= set(data)
    assert data["@context"] == CONTEXT


def test_the_data_holds_no_contact_name_or_network_address(operator: Operator) -> None:
    customer, view = issued()

    text = json.dumps(as_data(view), ensure_ascii=False)

    phone = customer.contact_points.get().value
    for secret in (phone, phone[2:], customer.name, "192.0.2.7", "Mozilla"):
        assert secret not in text


def pages(pdf: bytes) -> tuple[PdfReader, str]:
    reader = PdfReader(BytesIO(pdf))
    return reader, "\n".join(page.extract_text() for page in reader.pages)


def test_the_paper_says_what_was_answered_in_russian(operator: Operator) -> None:
    _, view = issued()

    reader, text = pages(receipt_pdf(receipt=view, site=SITE))

    for words in (f"Подтверждение № {view.number}", "Ёлкина Алёна", "Согласие дано", "Согласие отозвано", SITE,
                  "Сервисные сообщения", "АО «Пример»", view.lines[0].event.promise):  # fmt: skip
        assert "".join(words.split()) in "".join(text.split())
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "ru"
    assert "/StructTreeRoot" in reader.trailer["/Root"]


def test_the_paper_carries_its_fonts(operator: Operator) -> None:
    _, view = issued()

    reader, _ = pages(receipt_pdf(receipt=view, site=SITE))

    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(descriptor.get_object())


def test_nothing_that_a_person_wrote_is_read_as_markup(operator: Operator) -> None:
    evil = '#panic("x") *a* _b_ $c$ @d <e> `f` \\ ] #[ // /* = ~ -- "'
    _, view = issued(name=evil)

    _, text = pages(receipt_pdf(receipt=view, site=SITE))

    assert '#panic("x") *a* _b_ $c$ @d <e> `f` \\ ] #[ // /* = ~ -- "' in text


def test_a_text_comes_as_a_paper_of_its_own(operator: Operator) -> None:
    paragraphs = (("1. Кто соглашается", "Ёлкина Алёна, №\u00a012"), ("2. Кому", "Пример\nвторая строка"))
    rendered = document(title="Согласие на *сервисные* сообщения", paragraphs=paragraphs)

    _, text = pages(text_pdf(document=rendered, operator=operator))

    for words in ("Согласие на *сервисные* сообщения", "1. Кто соглашается", "вторая строка", rendered.checkbox):
        assert words in text


def test_the_text_that_an_event_keeps_comes_as_a_paper_too(operator: Operator) -> None:
    customer, phone = customer_with_phone()
    whole = "Согласие\n\nРедакция № 1\n\n1. Кто\nЁлкина Алёна\n\n☐ Текст прочитан\n"
    event = answer(customer, phone.uuid, document=document(whole))

    _, text = pages(stored_text_pdf(personal=Evidence.objects.get(pk=event.id).personal, operator=operator))

    for words in ("Согласие", "Редакция № 1", "Ёлкина Алёна", "Текст прочитан"):
        assert words in text


def test_a_receipt_can_still_be_shown_when_the_person_was_erased(operator: Operator) -> None:
    customer, view = issued()
    answer(customer, None, EventKind.ERASED, purpose="", channel="", circumstances=circumstances(extra={}))
    Evidence.objects.filter(event_id__in=[line.event.id for line in view.lines]).delete()

    erased = receipt_view(receipt_uuid=view.uuid)

    assert erased
    assert all(line.event.is_erased for line in erased.lines)
    assert receipt_pdf(receipt=erased, site=SITE).startswith(b"%PDF")
    assert as_data(erased)["dct:identifier"] == view.number
