"""What one call of `append` does."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from consents.answers.withdrawing import consent_withdraw
from consents.enums import ActorKind, EventKind, ProofLevel, ProofMethod, Purpose
from consents.errors import ConsentsError, CustomerMissing, EventInvalid, ProofTooWeak, RequestKeyReused
from consents.ledger import append as ledger
from consents.ledger.canonical import canonical_bytes, commitment
from consents.ledger.event import canonical_event, event_leaf
from consents.models import ConsentEvent, ConsentState, Evidence, UnsealedEvent
from consents.types import Actor
from tests.consents.ledger_cases import NO_EDITION, TEXT, answer, circumstances, customer_with_phone, document

pytestmark = pytest.mark.django_db

STAFF = Actor(kind=ActorKind.STAFF, ident="7")


def test_an_answer_leaves_event_evidence_state_and_a_place_in_the_queue() -> None:
    customer, phone = customer_with_phone()

    event = answer(customer, phone.uuid)

    stored = ConsentEvent.objects.get(pk=event.id)
    assert event.is_new
    assert (stored.uuid, stored.subject, stored.contact) == (event.uuid, customer.subject, phone.uuid)
    assert (stored.kind, stored.purpose, stored.channel, stored.level) == ("granted", "service", "sms", 1)
    assert (stored.document, stored.document_version, stored.document_sha256) == (
        "pd_service",
        NO_EDITION,
        "ab" * 32,
    )
    state = ConsentState.objects.get(customer=customer)
    assert (state.value, state.contact_point, state.event_id) == ("granted", phone, event.id)
    assert state.since == event.occurred_at == stored.occurred_at
    assert UnsealedEvent.objects.filter(event_id=event.id).exists()


def test_the_evidence_holds_the_exact_text_and_the_person_as_they_were() -> None:
    customer, phone = customer_with_phone("Ёлкина-Ш Алёна")

    event = answer(customer, phone.uuid)

    personal = Evidence.objects.get(pk=event.id).personal
    assert personal["text"] == TEXT
    assert personal["name"] == "Ёлкина-Ш Алёна"
    assert personal["contact"] == phone.value
    assert (personal["zone"], personal["offset"]) == ("Asia/Omsk", "+06:00")
    assert personal["code_entered_at"] == "2026-11-24T09:15:00Z"
    assert all(isinstance(value, str) and value for value in personal.values())


def test_nothing_personal_stands_in_the_event() -> None:
    customer, phone = customer_with_phone()
    event = answer(customer, phone.uuid)

    row = ConsentEvent.objects.filter(pk=event.id).values()[0]

    text = canonical_event(row).decode()
    for secret in (phone.value, customer.name, customer.external_id, "192.0.2.7", document().sha256):
        assert secret not in text


def test_the_event_is_tied_to_its_evidence_and_its_leaf() -> None:
    customer, phone = customer_with_phone()
    event = answer(customer, phone.uuid)

    row = ConsentEvent.objects.filter(pk=event.id).values()[0]
    evidence = Evidence.objects.get(pk=event.id)
    assert bytes(row["commitment"]) == commitment(bytes(evidence.salt), evidence.personal)
    assert bytes(row["leaf_hash"]) == event_leaf(row)
    assert len(bytes(evidence.salt)) == 32


def test_a_repeat_adds_nothing_and_answers_the_same() -> None:
    customer, phone = customer_with_phone()
    first = answer(customer, phone.uuid, key="form-1")

    second = answer(customer, phone.uuid, key="form-1", circumstances=circumstances("form-1", ip="198.51.100.9"))

    assert not second.is_new
    assert (second.id, second.uuid, second.occurred_at) == (first.id, first.uuid, first.occurred_at)
    assert ConsentEvent.objects.count() == Evidence.objects.count() == 1


def test_one_key_means_one_content() -> None:
    customer, phone = customer_with_phone()
    answer(customer, phone.uuid, key="form-1")

    with pytest.raises(RequestKeyReused):
        answer(customer, phone.uuid, EventKind.REFUSED, key="form-1")

    assert ConsentState.objects.get().value == "granted"


def test_two_people_may_come_with_the_same_key() -> None:
    for _ in range(2):
        customer, phone = customer_with_phone()
        assert answer(customer, phone.uuid, key="form-1").is_new


def test_the_last_answer_is_the_state() -> None:
    customer, phone = customer_with_phone()
    answer(customer, phone.uuid)
    granted = ConsentState.objects.get()

    event = answer(customer, phone.uuid, EventKind.WITHDRAWN)

    state = ConsentState.objects.get()
    assert (state.pk, state.value, state.event_id) == (granted.pk, "withdrawn", event.id)
    assert state.since > granted.since


def test_the_end_of_the_term_is_in_the_state_and_in_the_evidence() -> None:
    customer, phone = customer_with_phone()
    until = datetime(2027, 11, 24, tzinfo=UTC)

    event = answer(customer, phone.uuid, valid_until=until)

    assert ConsentState.objects.get().valid_until == until
    assert Evidence.objects.get(pk=event.id).personal["valid_until"] == "2027-11-24T00:00:00.000000Z"


def test_a_text_that_was_only_shown_changes_no_state() -> None:
    customer, phone = customer_with_phone()

    answer(customer, phone.uuid, EventKind.SHOWN, document=document())

    assert not ConsentState.objects.exists()


def test_an_erasure_keeps_nothing_of_the_person_and_leaves_no_state() -> None:
    customer, phone = customer_with_phone()
    answer(customer, phone.uuid)

    event = ledger.append(
        customer_id=customer.pk,
        kind=EventKind.ERASED,
        circumstances=circumstances(actor=STAFF, method=ProofMethod.STAFF, extra={}),
        personal={"act": "12/2026"},
    )

    assert Evidence.objects.get(pk=event.id).personal == {"act": "12/2026"}
    assert not ConsentState.objects.exists()


def test_a_link_alone_cannot_consent() -> None:
    customer, phone = customer_with_phone()

    with pytest.raises(ProofTooWeak):
        answer(customer, phone.uuid, circumstances=circumstances(level=ProofLevel.LINK))


def test_a_link_alone_can_refuse_and_withdraw() -> None:
    customer, phone = customer_with_phone()

    for kind in (EventKind.REFUSED, EventKind.WITHDRAWN):
        assert answer(customer, phone.uuid, kind, circumstances=circumstances(level=ProofLevel.LINK)).is_new


def test_the_database_refuses_a_consent_by_a_link_alone_too() -> None:
    customer, phone = customer_with_phone()
    event = answer(customer, phone.uuid)
    row = ConsentEvent.objects.filter(pk=event.id).values()[0] | {"id": None, "uuid": uuid4(), "request_key": "x"}

    with pytest.raises(IntegrityError, match="event_grant_needs_proof"), transaction.atomic():
        ConsentEvent.objects.create(**row | {"level": 0})


def test_staff_may_record_an_answer_from_paper_and_a_machine_may_not() -> None:
    customer, phone = customer_with_phone()
    how = circumstances(actor=STAFF, level=ProofLevel.LINK, method=ProofMethod.STAFF)
    machine = circumstances(actor=Actor(kind=ActorKind.SYSTEM), method=ProofMethod.SYSTEM)

    assert answer(customer, phone.uuid, circumstances=how).is_new
    assert ConsentEvent.objects.get().actor == "7"
    with pytest.raises(ProofTooWeak):
        answer(customer, phone.uuid, circumstances=machine)


@pytest.mark.parametrize(
    "changes",
    [
        {"document": None},
        {"purpose": ""},
        {"channel": ""},
        {"purpose": Purpose.ADVERTISING},
        {"purpose": "anything"},
        {"channel": "whatsapp"},
        {"kind": "invented"},
        {"document": document(sha256="00" * 32)},
        {"document": document(text="a\0b")},
        {"document": document(template_sha256="short")},
        {"circumstances": circumstances("key with spaces")},
        {"circumstances": circumstances("k" * 65)},
        {"circumstances": circumstances("ключ")},
        {"circumstances": circumstances("nul\0")},
        {"circumstances": circumstances(level=3)},
        {"circumstances": circumstances(method="telepathy")},
        {"circumstances": circumstances(touchpoint="t" * 65)},
        {"circumstances": circumstances(extra={"text": "another"})},
        {"circumstances": circumstances(extra={"Имя": "x"})},
        {"personal": {"ip": "x"}},
        {"contact_uuid": uuid4()},
    ],
)
def test_an_event_that_does_not_fit_is_refused_and_leaves_nothing(changes: dict[str, Any]) -> None:
    customer, phone = customer_with_phone()

    with pytest.raises(EventInvalid), transaction.atomic():
        answer(customer, **{"contact_uuid": phone.uuid, **changes})

    assert not ConsentEvent.objects.exists()


def test_a_contact_of_somebody_else_is_refused() -> None:
    customer, _ = customer_with_phone()
    _, foreign = customer_with_phone()

    with pytest.raises(EventInvalid, match="another customer"):
        answer(customer, foreign.uuid)


def test_an_unknown_customer_is_an_error_of_its_own() -> None:
    with pytest.raises(CustomerMissing):
        ledger.append(customer_id=0, kind=EventKind.SHOWN, circumstances=circumstances(), document=document())


def test_what_a_browser_sends_never_loses_an_answer() -> None:
    customer, phone = customer_with_phone()

    event = answer(customer, phone.uuid, circumstances=circumstances(user_agent="x\0\ud800" * 2000, zone="Nowhere"))

    personal = Evidence.objects.get(pk=event.id).personal
    assert len(personal["user_agent"]) == 2000
    assert personal["zone"] == "Nowhere"
    assert "offset" not in personal


def test_the_database_keeps_the_evidence_as_it_was_hashed() -> None:
    customer, phone = customer_with_phone('«Ёж» \\ " \u2028 😀 \x1f \x7f')
    event = answer(customer, phone.uuid)

    with connection.cursor() as cursor:
        cursor.execute("SELECT personal::text, salt FROM consents_evidence WHERE event_id = %s", [event.id])
        text, salt = cursor.fetchone()

    bound = bytes(ConsentEvent.objects.get(pk=event.id).commitment)
    assert commitment(bytes(salt), json.loads(text)) == bound
    assert canonical_bytes(json.loads(text)) == canonical_bytes(Evidence.objects.get(pk=event.id).personal)


def test_a_callers_rollback_takes_the_event_along() -> None:
    customer, phone = customer_with_phone()

    with transaction.atomic():
        answer(customer, phone.uuid)
        transaction.set_rollback(True)

    assert not ConsentEvent.objects.exists()
    assert not ConsentState.objects.exists()


def test_the_clock_is_the_databases() -> None:
    customer, phone = customer_with_phone()

    event = answer(customer, phone.uuid)

    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now = cursor.fetchone()[0]
    assert timedelta() <= now - event.occurred_at < timedelta(seconds=30)


def test_an_answer_takes_three_statements(django_assert_num_queries: Any) -> None:
    customer, phone = customer_with_phone()

    with django_assert_num_queries(3):
        answer(customer, phone.uuid, key="form-1")
    with django_assert_num_queries(1):
        answer(customer, phone.uuid, key="form-1")


def test_every_error_has_a_code_of_its_own() -> None:
    kinds = ConsentsError.__subclasses__()

    assert len({kind.code for kind in kinds} | {ConsentsError.code}) == len(kinds) + 1


def test_a_withdrawal_says_until_when_data_go_and_claims_no_other_basis() -> None:
    customer, phone = customer_with_phone()
    answer(customer, phone.uuid)

    event = consent_withdraw(customer_id=customer.pk, purpose="service", channel="sms", circumstances=circumstances())

    kept = Evidence.objects.get(pk=event.id).personal
    assert "other_basis" not in kept
    term = datetime.fromisoformat(kept["destroy_by"]) - event.occurred_at
    assert timedelta(days=29, hours=23) < term < timedelta(days=30, hours=1)
