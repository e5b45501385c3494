"""A receipt in words: one sheet for people, what proves it behind it."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from consents.enums import Channel, ContactKind, EventKind, Purpose
from consents.ledger.tree.sealing import ledger_seal
from consents.models import Company, ContactPoint
from consents.receipts.issuing import receipt_issue
from consents.receipts.pdf import receipt_pdf
from consents.receipts.reading import ReceiptView, receipt_view
from consents.receipts.words import receipt_words
from consents.types import AppendedEvent
from tests.consents.ledger_cases import answer, customer_with_phone, document

pytestmark = pytest.mark.django_db

SITE = "https://consent.example.ru/me/"
SUM = re.compile(r"[0-9a-f]{64}")


@pytest.fixture(autouse=True)
def _company() -> None:
    Company.objects.create(
        name="АО «Пример»", short_name="Пример", inn="7700000000", address="Москва", dpo_title="Юрист",
        dpo_email="dpo@example.ru", dpo_phone="+7 495 000-00-01",
    )  # fmt: skip


def view_of(customer_id: int, *events: AppendedEvent) -> ReceiptView:
    issued = receipt_issue(customer_id=customer_id, event_ids=[event.id for event in events], request_key="visit")
    view = receipt_view(receipt_uuid=issued.uuid)
    assert view
    return view


def whole_visit() -> ReceiptView:
    """A customer who confirmed a contact and answered for every purpose on every channel, in another order."""
    customer, phone = customer_with_phone()
    events = [answer(customer, phone.uuid, EventKind.CONTACT_CONFIRMED, purpose="", channel=Channel.SMS)]
    for channel in Channel:
        for purpose in Purpose:
            shown = document(purpose=purpose, company_id=Company.objects.latest("id").pk)
            events.append(
                answer(customer, phone.uuid, purpose=purpose, channel=channel, document=shown,
                       personal={"processor": "ООО «Отправитель»"})
            )  # fmt: skip
    ledger_seal()
    return view_of(customer.pk, *events)


def test_the_first_sheet_is_for_people_and_holds_the_whole_visit() -> None:
    first, second, *_ = PdfReader(BytesIO(receipt_pdf(receipt=whole_visit(), site=SITE))).pages

    text = " ".join(first.extract_text().split())
    assert text.count("Согласие дано") == len(Channel) * len(Purpose)
    assert "Юрист, dpo@example.ru, +7 495 000‑00‑01" in text
    assert not SUM.search(text)
    assert second.extract_text().lstrip().startswith("Доказательства")
    assert SUM.search(second.extract_text())


def test_answers_stand_by_purpose_and_say_when_and_until_when() -> None:
    words = receipt_words(receipt=whole_visit(), site=SITE)

    purposes = [one.purpose for one in words.answers]
    assert purposes == sorted(purposes, key=[str(label) for _, label in Purpose.choices].index)
    assert {one.until for one in words.answers} == {"до отзыва"}
    assert all(re.fullmatch(r"\d\d\.\d\d\.\d{4} \d\d:\d\d, UTC\+6", one.when) for one in words.answers)
    assert [label for label, _ in words.acts] == ["Контакт подтверждён"]


@pytest.mark.parametrize(("kind", "named"), [(EventKind.GRANTED, True), (EventKind.REFUSED, False)])
def test_only_a_yes_says_who_sends(kind: EventKind, *, named: bool) -> None:
    customer, phone = customer_with_phone()
    event = answer(customer, phone.uuid, kind, document=document(), personal={"processor": "ООО «Отправитель»"})

    (proof,) = receipt_words(receipt=view_of(customer.pk, event), site=SITE).proofs

    assert ("Сообщения отправляет" in dict(proof.rows)) is named


def test_a_profile_of_max_is_told_from_another_one_and_not_shown_whole() -> None:
    customer, _ = customer_with_phone()
    account = ContactPoint.objects.create(customer=customer, kind=ContactKind.MAX, value="212885693")
    event = answer(customer, account.uuid, channel=Channel.MAX, document=document())

    (shown,) = receipt_words(receipt=view_of(customer.pk, event), site=SITE).answers

    assert shown.contact == "профиль ••93"


def test_a_receipt_claims_no_check_that_nobody_can_make() -> None:
    words = receipt_words(receipt=whole_visit(), site=SITE)

    said = " ".join([*words.notes, *words.proof_notes])
    for claim in ("кто угодно", "без участия", "незаметно", "заверен"):
        assert claim not in said
