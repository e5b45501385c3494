"""One cell that no program wrote ends no check: its row is named, and so is every other one that differs."""

from typing import Any

import pytest
from django.db import connection, transaction

from consents.enums import CheckOutcome, EventKind
from consents.errors import LedgerTampered
from consents.ledger.checking.checking import ledger_check
from consents.ledger.tree.publishing import heads_file
from consents.ledger.tree.sealing import ledger_seal
from consents.models import ConsentEvent, Receipt, RecordedRow
from consents.receipts.issuing import receipt_issue
from consents.types import AppendedEvent
from tests.consents.ledger_cases import answer, answers, customer_with_phone
from tests.consents.tampering import as_superuser
from tests.factories.consents import SenderFactory, company_make

pytestmark = pytest.mark.django_db

DEEP = '{"a":' * 3000 + "1" + "}" * 3000


@pytest.fixture
def events() -> list[AppendedEvent]:
    company_make()
    stored = answers(6)
    ledger_seal(batch=4)
    return stored


@pytest.mark.parametrize(
    ("table", "change", "code"),
    [
        ("consentevent", "operator_profile = 1::bigint << 60", "event_changed"),
        ("consentevent", "document_version = 1::bigint << 60", "event_changed"),
        ("consentevent", "occurred_at = 'infinity'", "event_changed"),
        ("consentevent", "occurred_at = '-infinity'", "event_changed"),
        ("consentevent", "occurred_at = '294276-01-01'", "event_changed"),
        ("consentevent", "occurred_at = '0300-01-01 BC'", "event_changed"),
        ("evidence", f"personal = '{DEEP}'", "evidence_changed"),
        ("evidence", "personal = '7'", "evidence_changed"),
        ("evidence", "personal = jsonb_set(personal, '{valid_until}', '\"завтра\"')", "evidence_changed"),
        ("evidence", "salt = ''", "evidence_changed"),
    ],
)
def test_a_value_out_of_range_is_a_fault_of_its_event(
    events: list[AppendedEvent], table: str, change: str, code: str
) -> None:
    key = "id" if table == "consentevent" else "event_id"
    as_superuser("UPDATE consents_consentevent SET method = 'staff' WHERE id = %s", events[4].id)
    as_superuser(f"UPDATE consents_{table} SET {change} WHERE {key} = {events[1].id}")

    findings = ledger_check()

    named = {(finding.code, finding.event) for finding in findings.kept}
    assert (findings.outcome, findings.reason) == (CheckOutcome.MISMATCH, {})
    assert {(code, str(events[1].uuid)), ("event_changed", str(events[4].uuid))} <= named


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("consents_seal SET sealed_at = 'infinity'", "signature_bad"),
        ("consents_edition SET published_at = 'infinity'", "row_changed"),
        ("consents_edition SET published_at = '0300-01-01 BC'", "row_changed"),
        (f"consents_edition SET company_values = '{DEEP}'", "edition_changed"),
        ("consents_company SET created_at = '-infinity'", "row_changed"),
        ("consents_consentstate SET valid_until = 'infinity'", "state_differs"),
        ("consents_consentstate SET since = '294276-01-01'", "state_differs"),
    ],
)
def test_a_moment_that_is_none_is_a_fault_of_its_row(events: list[AppendedEvent], change: str, code: str) -> None:
    as_superuser("UPDATE consents_consentevent SET method = 'staff' WHERE id = %s", events[4].id)
    as_superuser(f"UPDATE {change}")

    findings = ledger_check()

    assert findings.reason == {}
    assert {code, "event_changed"} <= {finding.code for finding in findings.kept}


@pytest.mark.parametrize("height", [7, 31, 32, 33, 40, 42, 62])
def test_a_node_above_the_tree_is_found_at_any_height(events: list[AppendedEvent], height: int) -> None:
    as_superuser("INSERT INTO consents_treenode (height, position, node_hash) VALUES (%s, 0, sha256('x'))", height)

    assert [(one.code, tuple(one.at)) for one in ledger_check().kept] == [("node_out_of_place", (height, 0))]


@pytest.mark.parametrize("table", ["consentevent", "evidence", "leaf", "consentstate", "company", "receipt"])
def test_a_second_copy_of_a_row_is_found_once_its_key_is_dropped(events: list[AppendedEvent], table: str) -> None:
    receipt_issue(customer_id=_customer_of(events[0]), event_ids=[events[0].id], request_key="visit")
    ledger_seal()
    assert ledger_check().kept == []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('p', 'u')",
            [f"consents_{table}"],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE consents_{table} DROP CONSTRAINT "{name}" CASCADE')
        # An identity column gives no second row the same number, so the copy is made past it.
        cursor.execute(f"CREATE TEMP TABLE copied AS SELECT * FROM consents_{table} LIMIT 1")
        cursor.execute(f"INSERT INTO consents_{table} OVERRIDING SYSTEM VALUE SELECT * FROM copied")

    assert "row_doubled" in {finding.code for finding in ledger_check().kept}


def test_rows_that_proofs_rest_on_are_recorded_once_and_seen_when_altered(events: list[AppendedEvent]) -> None:
    records = ConsentEvent.objects.filter(kind=EventKind.ROWS_RECORDED)
    first = records.count()
    sender = SenderFactory(channel="sms")
    assert ledger_check().kept == [], "what is new waits for the sealer"

    assert ledger_seal().sealed == 0, "the sender is one that is recorded"
    customer = _customer_of(events[0])
    receipt_issue(customer_id=customer, event_ids=[events[0].id], request_key="visit")
    assert ledger_seal().sealed == 1
    assert ledger_seal().sealed == 0
    assert records.count() == first + 1
    receipt = Receipt.objects.get()

    for change, place in (
        (f"UPDATE consents_sender SET name = 'Другой' WHERE id = {sender.pk}", ("sender", sender.pk)),
        (f"DELETE FROM consents_receipt WHERE id = {receipt.pk}", ("receipt", receipt.pk)),
        (f"UPDATE consents_receipt SET customer_id = customer_id + 1 WHERE id = {receipt.pk}", ("receipt", receipt.pk)),
    ):
        with transaction.atomic():
            as_superuser(change)
            found = ledger_check().kept
            transaction.set_rollback(True)
        assert place in {tuple(finding.at) for finding in found}, change
    as_superuser("DELETE FROM consents_recordedrow WHERE table_name = 'receipt'")
    assert {finding.code for finding in ledger_check().kept} == {"record_differs"}


def test_a_withdrawal_taken_away_before_its_seal_is_missed_by_its_receipt() -> None:
    customer, phone = customer_with_phone()
    answer(customer, phone.uuid)
    ledger_seal()
    withdrawal = answer(customer, phone.uuid, EventKind.WITHDRAWN)
    issued = receipt_issue(customer_id=customer.pk, event_ids=[withdrawal.id], request_key="visit")
    before = ConsentEvent.objects.get(kind=EventKind.GRANTED)
    as_superuser(
        "UPDATE consents_consentstate SET value = 'granted', event_id = %s, since = %s", before.pk, before.occurred_at
    )
    for table, column in (("evidence", "event_id"), ("unsealedevent", "event_id"), ("consentevent", "id")):
        as_superuser(f"DELETE FROM consents_{table} WHERE {column} = {withdrawal.id}")

    assert [(one.code, tuple(one.at)) for one in ledger_check().kept] == [("receipt_event_missing", (issued.number,))]


def test_a_text_that_was_replaced_is_not_in_force_again(events: list[AppendedEvent]) -> None:
    from_before = "SELECT id FROM consents_edition WHERE status = 'published' ORDER BY id LIMIT 1"
    as_superuser(
        "INSERT INTO consents_edition (document_id, number, language, title, body, checkbox, valid_days,"
        " company_values, body_sha256, company_id, status, created_at, published_at)"
        " SELECT document_id, number + 1, language, title, body, checkbox, valid_days, company_values, body_sha256,"
        " company_id, 'retired', now(), now() FROM consents_edition"
        f" WHERE id = ({from_before})"
    )

    assert {finding.code for finding in ledger_check().kept} == {"edition_in_force_again"}


def _forge(events: list[AppendedEvent], mac: str) -> str:
    """Add a whole yes by SQL, as whoever has the application's role can: all but the key in the settings."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET applied = now() - interval '2 hours' WHERE app = 'consents'")
    later = answer(*_someone())
    as_superuser(f"UPDATE consents_unsealedevent SET mac = {mac} WHERE event_id = {later.id}")
    return str(later.uuid)


def _someone() -> tuple[Any, Any]:
    customer, phone = customer_with_phone()
    return customer, phone.uuid


@pytest.mark.parametrize("mac", ["''", "sha256('guessed')"])
def test_a_yes_that_was_added_by_sql_is_not_sealed_and_is_named(events: list[AppendedEvent], mac: str) -> None:
    forged = _forge(events, mac)

    with pytest.raises(LedgerTampered) as stopped:
        ledger_seal()

    assert stopped.value.event == forged
    assert [(one.code, one.event) for one in ledger_check().kept] == [("event_not_ours", forged)]


def test_an_event_of_the_release_before_is_taken_while_the_site_is_upgraded(events: list[AppendedEvent]) -> None:
    later = answer(*_someone())
    as_superuser("UPDATE consents_unsealedevent SET mac = '' WHERE event_id = %s", later.id)

    assert ledger_seal().sealed == 1


def test_more_rows_than_one_batch_are_recorded_by_several_events() -> None:
    company_make()
    ledger_seal(batch=3)

    sizes = [RecordedRow.objects.filter(event=event).count() for event in ConsentEvent.objects.order_by("id")]

    assert max(sizes) == 3
    assert ledger_check().kept == []
    assert heads_file().exists()


def _customer_of(event: AppendedEvent) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT customer_id FROM consents_evidence WHERE event_id = %s", [event.id])
        return int(cursor.fetchone()[0])
