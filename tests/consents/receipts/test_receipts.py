"""What a customer takes home: a number, a paper, and data that a stranger can check."""

import json
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection
from django.utils import timezone
from pypdf import PdfReader

from consents.documents.company_reading import CompanyView, company_current
from consents.enums import EventKind
from consents.errors import CustomerMissing, NothingToReceipt
from consents.ledger.tree.sealing import ledger_seal
from consents.ledger.tree.signing import key_ring_read
from consents.models import Company, Customer, Evidence, Receipt, Sender
from consents.receipts.content import CONTEXT, receipt_json
from consents.receipts.issuing import receipt_issue
from consents.receipts.numbers import receipt_number, receipt_number_read
from consents.receipts.pdf import receipt_pdf, text_pdf
from consents.receipts.reading import ReceiptView, receipt_record, receipt_view, receipts_of
from tests.consents.ledger_cases import TEXT, answer, answers, circumstances, customer_with_phone, document
from tests.consents.receipt_verifier import receipt_is_proven, record_is_proven, text_is_proven
from tests.consents.tampering import as_superuser

pytestmark = pytest.mark.django_db

SITE = "https://consent.example.ru/me/"

# Frozen from the vocabulary, version 2.3: every word that a receipt may use.
DPV = {
    "dpv:ConsentReceipt", "dpv:ConsentRecord", "dpv:ConsentNotice", "dpv:ConsentRequested", "dpv:ConsentGiven",
    "dpv:ConsentRefused", "dpv:ConsentWithdrawn", "dpv:CommunicationManagement", "dpv:Marketing",
    "dpv:DirectMarketing", "dpv:DataSubject", "dpv:DataController", "dpv:DataProcessor", "dpv:WithdrawConsent",
    "dpv:StorageLocation", "dpv:StorageDuration", "dpv:TemporalDuration", "dpv:UntilTimeDuration",
    "dpv:UntilEventDuration",
    "dpv:ExplicitlyExpressedConsent", "dpv:hasRecordOfActivity", "dpv:hasDataController", "dpv:hasDataSubject",
    "dpv:isIndicatedAtTime", "dpv:isIndicatedBy", "dpv:hasIndicationMethod", "dpv:hasJurisdiction",
    "dpv:hasConsentControl", "dpv:isExercisedAt", "dpv:hasStorageCondition", "dpv:hasLocation", "dpv:hasDuration",
    "dpv:hasPurpose", "dpv:hasLegalBasis", "dpv:hasConsentStatus", "dpv:hasPersonalData", "dpv:hasRecipient",
    "dpv:hasName", "dpv:hasNotice", "dpv:hasIdentifier", "dpv:hasAddress", "dpv:hasContact",
    "pd:Name", "pd:TelephoneNumber", "pd:EmailAddress", "pd:AccountIdentifier", "pd:IPAddress", "pd:UserAgent",
    "loc:RU", "dct:conformsTo", "dct:identifier", "dct:created", "dct:language", "dct:title", "dct:valid",
}  # fmt: skip
# ISO/IEC TS 27560 in the terms of W3C DPV (guides/consent-27560): what a record must say.
MANDATORY = {
    "dct:conformsTo", "dct:identifier", "dpv:hasDataSubject", "dpv:hasNotice", "dpv:hasPurpose",
    "dpv:hasPersonalData", "dpv:hasStorageCondition", "dpv:hasJurisdiction", "dpv:hasRecipient",
    "dpv:hasConsentControl", "dpv:isIndicatedAtTime", "dpv:hasDuration", "dpv:isIndicatedBy", "dpv:hasLegalBasis",
    "dpv:hasConsentStatus",
}  # fmt: skip


@pytest.fixture
def operator() -> CompanyView:
    Company.objects.create(
        name="АО «Пример»",
        short_name="Пример",
        inn="7700000000",
        ogrn="1027700000000",
        address="101000, Москва, ул. Ёлочная, д. 1",
        website="example.ru",
        dpo_title="Ответственная за персональные данные",
        dpo_email="dpo@example.ru",
    )
    Sender.objects.create(channel="sms", name="ООО «Отправитель»", address="Москва", contract="№ 5")
    operator = company_current()
    assert operator
    return operator


def issued(name: str = "Ёлкина Алёна") -> tuple[Customer, ReceiptView]:
    """A receipt over a yes and a withdrawal."""
    customer, phone = customer_with_phone(name)
    requisites = Company.objects.order_by("-id").first()
    shown = document(company_id=requisites.pk if requisites else None)
    events = [
        answer(customer, phone.uuid, document=shown, personal={"processor": "ООО «Отправитель»"}),
        answer(customer, phone.uuid, EventKind.WITHDRAWN, personal={"destroy_by": "2026-12-30T09:00:00.000000Z"}),
    ]
    receipt = receipt_issue(customer_id=customer.pk, event_ids=[event.id for event in events], request_key="visit-1")
    view = receipt_view(receipt_uuid=receipt.uuid, customer_id=customer.pk)
    assert view
    return customer, view


def as_data(view: ReceiptView) -> dict[str, Any]:
    record = receipt_record(receipt_uuid=view.uuid)
    made = receipt_json(receipt=view, keys=key_ring_read(settings.SEAL_KEY_FILE), site=SITE, record=record)
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


def test_a_receipt_names_the_events_of_its_customer(operator: CompanyView) -> None:
    customer, view = issued()

    assert [line.event.kind for line in view.lines] == ["granted", "withdrawn"]
    assert view.company == operator
    assert (view.name, view.external_id) == (customer.name, customer.external_id)
    assert receipt_number_read(view.number) == view.number
    assert [row.number for row in receipts_of(customer_id=customer.pk)] == [view.number]


def test_a_repeat_gives_the_same_receipt(operator: CompanyView) -> None:
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


def published() -> dict[str, str]:
    """The keys as the company's page shows them."""
    return key_ring_read(settings.SEAL_KEY_FILE).as_hex()


def test_a_stranger_can_check_the_proof_and_the_text() -> None:
    record = sealed_record()

    assert record_is_proven(record, published())
    assert text_is_proven(record)
    assert record["mostik:ledger"]["mostik:opening"]["personal"]["text"] == TEXT


def test_a_proof_under_a_key_that_the_company_never_published_is_none() -> None:
    record = sealed_record()
    own = Ed25519PrivateKey.generate()
    proof = record["mostik:ledger"]["mostik:proof"]
    head = proof["head"]
    public = own.public_key().public_bytes_raw()
    head["key_id"], proof["public_key"] = sha256(public).hexdigest()[:16], public.hex()
    text = "".join(f"{head[name]}\n" for name in ("form", "size", "root", "time", "key_id"))
    head["signature"] = own.sign(text.encode()).hex()

    assert not record_is_proven(record, published())
    assert record_is_proven(record, {head["key_id"]: public.hex()})


def _letter(holder: Any, name: Any, rng: random.Random) -> None:
    text = holder[name]
    place = rng.randrange(len(text))
    holder[name] = text[:place] + ("1" if text[place] != "1" else "2") + text[place + 1 :]


def _path_item(rng: random.Random) -> str:
    return rng.randbytes(32).hex()


FORGERIES: dict[str, Callable[[dict[str, Any], random.Random], None]] = {
    "canonical": lambda record, rng: _letter(record["mostik:ledger"], "mostik:canonical", rng),
    "leaf": lambda record, rng: _letter(_proof(record), "leaf", rng),
    "root": lambda record, rng: _letter(_proof(record)["head"], "root", rng),
    "signature": lambda record, rng: _letter(_proof(record)["head"], "signature", rng),
    "time": lambda record, rng: _letter(_proof(record)["head"], "time", rng),
    "key id": lambda record, rng: _letter(_proof(record)["head"], "key_id", rng),
    "public key": lambda record, rng: _letter(_proof(record), "public_key", rng),
    "size": lambda record, rng: _proof(record)["head"].update(size=rng.choice([*range(1, 9), *range(10, 99)])),
    "index": lambda record, rng: _proof(record).update(index=rng.choice([*range(-3, 5), *range(6, 40)])),
    "node changed": lambda record, rng: _letter(_path(record), rng.randrange(len(_path(record))), rng),
    "node dropped": lambda record, rng: _path(record).remove(rng.choice(_path(record))),
    "node doubled": lambda record, rng: _path(record).insert(0, rng.choice(_path(record))),
    "node added": lambda record, rng: _path(record).insert(rng.randrange(9), _path_item(rng)),
    "nodes in another order": lambda record, rng: _path(record).insert(rng.randrange(1, 9), _path(record).pop(0)),
    "number": lambda record, rng: _letter(record, "dct:identifier", rng),
    "subject": lambda record, rng: _letter(record, "dpv:hasDataSubject", rng),
    "moment": lambda record, rng: _letter(record, "dpv:isIndicatedAtTime", rng),
    "answer": lambda record, rng: record.update({"mostik:event": rng.choice(["refused", "withdrawn", "shown"])}),
    "status": lambda record, rng: _letter(record, "dpv:hasConsentStatus", rng),
    "purpose": lambda record, rng: _letter(record["dpv:hasPurpose"], rng.choice(["dct:identifier", "@type"]), rng),
    "channel": lambda record, rng: record.update({"mostik:channel": rng.choice(["email", "max", ""])}),
    "contact": lambda record, rng: _letter(record["mostik:contact"], "dct:identifier", rng),
    "template": lambda record, rng: _letter(record["dpv:hasNotice"], "mostik:templateSha256", rng),
    "text's hash": lambda record, rng: _letter(record["dpv:hasNotice"], "mostik:textSha256", rng),
    "salt": lambda record, rng: _letter(record["mostik:ledger"]["mostik:opening"], "salt", rng),
    "salt made longer": lambda record, rng: record["mostik:ledger"]["mostik:opening"].update(
        salt=record["mostik:ledger"]["mostik:opening"]["salt"] + "00" * rng.randrange(1, 32)
    ),
    "term": lambda record, rng: record["dpv:hasDuration"].update(
        {"dct:valid": f"20{rng.randrange(30, 99)}-01-01T00:00:00Z"}
    ),
    "ground": lambda record, rng: _letter(record, "dpv:hasLegalBasis", rng),
    "recipient": lambda record, rng: _letter(record["dpv:hasRecipient"], "dpv:hasName", rng),
    "no recipient": lambda record, _rng: record.pop("dpv:hasRecipient"),
    "actor": lambda record, rng: _letter(record, rng.choice(["dpv:isIndicatedBy", "mostik:actor"]), rng),
    "method": lambda record, rng: _letter(record, rng.choice(["dpv:hasIndicationMethod", "mostik:method"]), rng),
    "edition": lambda record, rng: _letter(
        record["dpv:hasNotice"], rng.choice(["mostik:edition", "mostik:publishedOn", "dct:title", "dct:language"]), rng
    ),
    "zone": lambda record, rng: _letter(record, "mostik:localTimeZone", rng),
    "notice taken away": lambda record, _rng: record.pop("dpv:hasNotice"),
    "something taken away": lambda record, rng: record.pop(
        rng.choice(["mostik:ledger", "dct:identifier", "mostik:event"])
    ),
    "notice emptied": lambda record, rng: record.update({"dpv:hasNotice": rng.choice([{}, [], None, "—", 7])}),
    "personal fact": lambda record, rng: _letter(
        record["mostik:ledger"]["mostik:opening"]["personal"], rng.choice(["text", "name", "contact", "ip"]), rng
    ),
}
TRIES = 500


def _proof(record: dict[str, Any]) -> dict[str, Any]:
    proof: dict[str, Any] = record["mostik:ledger"]["mostik:proof"]
    return proof


def _path(record: dict[str, Any]) -> list[str]:
    path: list[str] = _proof(record)["path"]
    return path


def test_a_stranger_sees_every_forgery() -> None:
    """Five hundred of each kind, none accepted."""
    record, keys = sealed_record(), published()
    whole = json.dumps(record)
    rng = random.Random(11)

    for kind, forge in FORGERIES.items():
        for _ in range(TRIES):
            forged = json.loads(whole)
            forge(forged, rng)
            if json.dumps(forged) == whole:
                continue  # two equal nodes changed places
            assert not (record_is_proven(forged, keys) and text_is_proven(forged)), kind


RECEIPT_FORGERIES: dict[str, Callable[[dict[str, Any], random.Random], None]] = {
    "number": lambda receipt, rng: _letter(receipt, "dct:identifier", rng),
    "date": lambda receipt, rng: _letter(receipt, "dct:created", rng),
    "uuid": lambda receipt, rng: _letter(receipt, "@id", rng),
    "an answer left out": lambda receipt, rng: receipt["dpv:hasRecordOfActivity"].pop(rng.randrange(2)),
    "answers in another order": lambda receipt, _rng: receipt["dpv:hasRecordOfActivity"].reverse(),
    "row": lambda receipt, rng: _letter(receipt["mostik:recorded"], "mostik:row", rng),
    "event": lambda receipt, rng: _letter(receipt["mostik:recorded"], "mostik:canonical", rng),
    "place": lambda receipt, rng: receipt["mostik:recorded"].update(index=rng.choice([-1, 4, 7])),
    "no record": lambda receipt, _rng: receipt.pop("mostik:recorded"),
}


def test_a_stranger_can_check_number_and_date_and_sees_every_forgery(operator: CompanyView) -> None:
    _, view = issued()
    issued("Второй")
    ledger_seal()
    sealed = receipt_view(receipt_uuid=view.uuid) or view
    receipt, keys, rng = as_data(sealed), published(), random.Random(12)
    assert receipt_is_proven(receipt, keys)
    whole = json.dumps(receipt)

    for kind, forge in RECEIPT_FORGERIES.items():
        for _ in range(50):
            forged = json.loads(whole)
            forge(forged, rng)
            assert not receipt_is_proven(forged, keys), kind


def test_number_and_date_of_a_receipt_that_was_altered_are_not_proven(operator: CompanyView) -> None:
    _, view = issued()
    assert receipt_record(receipt_uuid=view.uuid) is None, "it waits to be recorded"
    ledger_seal()
    assert receipt_record(receipt_uuid=view.uuid)

    as_superuser("UPDATE consents_receipt SET number = 'М-2026-000777-00' WHERE uuid = %s", view.uuid)

    assert receipt_record(receipt_uuid=view.uuid) is None


def test_a_proof_under_an_old_head_still_proves_and_no_other_head_does() -> None:
    answers(5)
    customer, view = issued()
    ledger_seal()
    old = records(receipt_view(receipt_uuid=view.uuid, customer_id=customer.pk) or view)[0]
    answers(3)
    ledger_seal()
    new = records(receipt_view(receipt_uuid=view.uuid, customer_id=customer.pk) or view)[0]

    assert record_is_proven(old, published())
    assert record_is_proven(new, published())
    _proof(old)["head"], _proof(new)["head"] = _proof(new)["head"], _proof(old)["head"]
    assert not record_is_proven(old, published())
    assert not record_is_proven(new, published())


def test_a_node_that_is_gone_leaves_the_receipt_readable_and_is_said() -> None:
    answers(2)
    customer, view = issued()
    answers(4)
    ledger_seal()
    as_superuser("DELETE FROM consents_treenode WHERE height = 1 AND position = 0")

    broken = receipt_view(receipt_uuid=view.uuid, customer_id=customer.pk)

    assert broken
    assert not broken.is_sealed
    assert all(line.is_broken for line in broken.lines)
    for record in records(broken):
        assert record["mostik:ledger"]["mostik:proofBroken"]
        assert "mostik:proof" not in record["mostik:ledger"]
    assert "сейчас не удаётся подтвердить запись" in " ".join(pages(receipt_pdf(receipt=broken, site=SITE))[1].split())


def test_a_receipt_shows_what_was_answered_on_and_not_what_the_register_says_today(operator: CompanyView) -> None:
    customer, view = issued()
    external_id = customer.external_id
    Customer.objects.filter(pk=customer.pk).update(name="Другая Анна", external_id="К-НОВЫЙ")
    Sender.objects.create(channel="sms", name="ООО «Новый»", address="Москва", contract="№ 6")
    Company.objects.create(name="ООО «Преемник»", short_name="П", inn="7711111111", dpo_email="x@example.ru")

    later = receipt_view(receipt_uuid=view.uuid, customer_id=customer.pk)

    assert later
    assert (later.name, later.external_id) == ("Ёлкина Алёна", external_id)
    assert [line.processor for line in later.lines] == ["ООО «Отправитель»", ""]
    assert later.company == operator


def test_a_receipt_for_no_text_names_the_company_of_that_time(operator: CompanyView) -> None:
    customer, phone = customer_with_phone()
    event = answer(customer, phone.uuid, EventKind.WITHDRAWN)
    issued_now = receipt_issue(customer_id=customer.pk, event_ids=[event.id], request_key="visit-1")
    later = timezone.now() + timedelta(days=1)
    newer = Company.objects.create(name="ООО «Преемник»", short_name="П", inn="7711111111")
    as_superuser("UPDATE consents_company SET created_at = %s WHERE id = %s", later, newer.pk)
    earlier = later - timedelta(days=3)
    as_superuser("UPDATE consents_company SET created_at = %s WHERE id = %s", earlier, operator.id)

    view = receipt_view(receipt_uuid=issued_now.uuid)

    assert view
    assert view.company == replace(operator, saved_at=earlier)


def test_a_receipt_made_to_name_events_of_another_person_shows_none_of_them(operator: CompanyView) -> None:
    customer, view = issued()
    foreign = answers(1)[0]
    as_superuser("UPDATE consents_receipt SET event_ids = event_ids || %s::jsonb WHERE uuid = %s",
                 json.dumps([foreign.id]), view.uuid)  # fmt: skip

    shown = receipt_view(receipt_uuid=view.uuid, customer_id=customer.pk)

    assert shown
    assert [line.event.id for line in shown.lines] == [line.event.id for line in view.lines]


def test_a_no_has_neither_ground_nor_term_of_a_consent(operator: CompanyView) -> None:
    _, view = issued()

    yes, no = records(view)

    assert {"dpv:hasLegalBasis", "dpv:hasDuration"} <= set(yes)
    assert not {"dpv:hasLegalBasis", "dpv:hasDuration"} & set(no)
    for record in (yes, no):
        kept = record["dpv:hasStorageCondition"][-1]["dpv:hasDuration"]
        assert kept["mostik:duration"] == "P3Y"


@pytest.mark.parametrize("place", ["", "Россия, г. Тверь, ул. Лесная, д. 3"])
def test_the_data_name_the_place_that_the_company_names_and_no_other(place: str) -> None:
    Company.objects.create(name="АО «Пример»", short_name="П", inn="7700000000", data_place=place)
    _, view = issued()

    stored = records(view)[0]["dpv:hasStorageCondition"]

    named = [item["dpv:hasLocation"] for item in stored if item["@type"] == "dpv:StorageLocation"]
    assert named == ([place] if place else [])


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


def test_the_data_speaks_only_words_that_exist(operator: CompanyView) -> None:
    _, view = issued()

    words = {word for word in words_of(as_data(view)) if not word.startswith("mostik:")}

    assert words <= DPV, words - DPV


def test_a_yes_says_all_that_the_standard_asks_for(operator: CompanyView) -> None:
    _, view = issued()
    data = as_data(view)

    assert set(data["dpv:hasRecordOfActivity"][0]) >= MANDATORY
    assert data["dpv:hasRecordOfActivity"][0]["dpv:hasRecipient"]["dpv:hasName"] == "ООО «Отправитель»"
    assert {"dct:identifier", "dct:created", "dct:conformsTo", "dpv:hasDataController"} <= set(data)
    assert data["@context"] == CONTEXT


def test_the_data_holds_personal_values_only_where_they_open_the_commitment(
    operator: CompanyView,
) -> None:
    customer, view = issued()
    data = as_data(view)
    for record in data["dpv:hasRecordOfActivity"]:
        opening = record["mostik:ledger"].pop("mostik:opening")
        assert opening["personal"]["name"] == customer.name

    text = json.dumps(data, ensure_ascii=False)

    phone = customer.contact_points.get().value
    for secret in (phone, phone[2:], customer.name, "192.0.2.7", "Mozilla"):
        assert secret not in text


def pages(pdf: bytes) -> tuple[PdfReader, str]:
    reader = PdfReader(BytesIO(pdf))
    return reader, "\n".join(page.extract_text() for page in reader.pages)


def test_the_paper_says_what_was_answered_in_russian(operator: CompanyView) -> None:
    _, view = issued()

    reader, text = pages(receipt_pdf(receipt=view, site=SITE))

    for words in (f"Квитанция № {view.number}", "Ёлкина Алёна", "Согласие дано", "Согласие отозвано", SITE,
                  "Сервисные сообщения", "АО «Пример»", view.lines[0].event.promise,
                  "до отзыва", "+7 9•• •••-••-", "обязаны уничтожить до 30.12.2026"):  # fmt: skip
        assert "".join(words.split()) in "".join(text.split())
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "ru"
    assert "/StructTreeRoot" in root


def test_the_paper_of_a_sealed_receipt_carries_all_that_its_proof_needs(operator: CompanyView) -> None:
    answers(5)
    customer, view = issued()
    answers(3)
    ledger_seal()
    sealed = receipt_view(receipt_uuid=view.uuid, customer_id=customer.pk)
    assert sealed is not None

    _, text = pages(receipt_pdf(receipt=sealed, site=SITE))

    paper = "".join(text.split())
    for line in sealed.lines:
        assert line.proof is not None
        assert len(line.proof.path) > 1
        head = line.proof.head
        for value in (line.proof.leaf.hex(), *(step.hex() for step in line.proof.path), head.root.hex(), head.key_id,
                      head.time, head.signature.hex(), f"место{line.proof.index + 1}из{head.size}"):  # fmt: skip
            assert value in paper


def test_the_paper_of_a_receipt_that_waits_for_its_seal_claims_no_proof(operator: CompanyView) -> None:
    _, view = issued()

    _, text = pages(receipt_pdf(receipt=view, site=SITE))

    assert "запись ожидает подписи" in text
    assert "Цепочка до итоговой" not in text
    assert "Подпись журнала" not in text


def test_the_paper_carries_its_fonts(operator: CompanyView) -> None:
    _, view = issued()

    reader, _ = pages(receipt_pdf(receipt=view, site=SITE))

    for page in reader.pages:
        resources: Any = page["/Resources"]
        for font in resources["/Font"].values():
            descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(descriptor.get_object())


def test_nothing_that_a_person_wrote_is_read_as_markup(operator: CompanyView) -> None:
    evil = '#panic("x") *a* _b_ $c$ @d <e> `f` \\ ] #[ // /* = ~ -- "'
    _, view = issued(name=evil)

    _, text = pages(receipt_pdf(receipt=view, site=SITE))

    assert '#panic("x") *a* _b_ $c$ @d <e> `f` \\ ] #[ // /* = ~ -- "' in text


def test_a_text_comes_as_a_paper_of_its_own(operator: CompanyView) -> None:
    paragraphs = (("1. Кто соглашается", "Ёлкина Алёна, №\u00a012"), ("2. Кому", "Пример\nвторая строка"))
    rendered = document(title="Согласие на *сервисные* сообщения", paragraphs=paragraphs)

    _, text = pages(text_pdf(document=rendered, company=operator))

    for words in ("Согласие на *сервисные* сообщения", "1. Кто соглашается", "вторая строка", rendered.checkbox):
        assert words in text


def test_a_receipt_can_still_be_shown_when_the_person_was_erased(operator: CompanyView) -> None:
    customer, view = issued()
    answer(customer, None, EventKind.ERASED, purpose="", channel="", circumstances=circumstances(extra={}))
    Evidence.objects.filter(event_id__in=[line.event.id for line in view.lines]).delete()

    erased = receipt_view(receipt_uuid=view.uuid)

    assert erased
    assert all(line.event.is_erased for line in erased.lines)
    assert receipt_pdf(receipt=erased, site=SITE).startswith(b"%PDF")
    assert as_data(erased)["dct:identifier"] == view.number
    assert "mostik:opening" not in records(erased)[0]["mostik:ledger"]
    assert "данные уничтожены" in pages(receipt_pdf(receipt=erased, site=SITE))[1]
