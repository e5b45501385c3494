"""Rows that are only added stay as they are, whoever asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from consents.enums import EventKind
from consents.ledger.append_only import ROW_TRIGGER, TABLES, TRUNCATE_TRIGGER, Guard
from consents.ledger.tree.sealing import ledger_seal
from consents.models import Company, Customer, Document, Edition, Evidence, Receipt
from portal.models import StaffAction
from tests.consents.ledger_cases import answer, answers, circumstances, customer_with_phone
from tests.factories.consents import SenderFactory, StopFactory

pytestmark = pytest.mark.django_db

FROZEN = [table.name for table in TABLES if table.guard is not Guard.PUBLISHED]


@pytest.fixture
def _one_row_each() -> None:
    answers(2)
    SenderFactory()
    ledger_seal()
    Receipt.objects.create(number="М-2026-000001-00", customer=Customer.objects.all()[0], request_key="visit-1")
    Company.objects.create(name="АО «Пример»", short_name="Пример", inn="7700000000")
    StopFactory()
    StaffAction.objects.create(actor="dpo@example.org", action="register.viewed")
    version(status="published", published_at="2026-11-01T00:00:00Z")
    connection.check_constraints()  # else TRUNCATE fails for the waiting checks of foreign keys


def version(**values: object) -> Edition:
    document, _ = Document.objects.get_or_create(kind="pd_service", channel="sms")
    return Edition.objects.create(
        **{"document": document, "number": 1, "title": "т", "body": "Текст", "body_sha256": "0" * 64, **values}
    )


@contextmanager
def role(rights: str = "") -> Iterator[None]:
    """Act as a role that is neither owner nor superuser, with the app's or with all rights."""
    name = f"mostik_try_{uuid4().hex[:8]}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {name}; GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(f"GRANT {rights or 'SELECT'} ON ALL TABLES IN SCHEMA public TO {name}")
        for table in TABLES:
            cursor.execute(f"GRANT {', '.join(table.app_may)} ON {table.name} TO {name}")
        cursor.execute(f"SET LOCAL ROLE {name}")
        yield
        cursor.execute("RESET ROLE")
        transaction.set_rollback(True)


def refused(statement: str, *parameters: Any) -> str:
    """Run a statement that must fail and leave the transaction usable; return the reason."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
    return str(caught.value)


def attempts(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum", [table]
        )
        column = cursor.fetchall()[1][0]
    return [f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"]


@pytest.mark.usefixtures("_one_row_each")
@pytest.mark.parametrize("table", [table.name for table in TABLES])
def test_the_rights_of_the_app_do_not_reach_to_a_change(table: str) -> None:
    statements = attempts(table)

    with role():
        for statement in statements:
            assert any(word in refused(statement) for word in ("permission denied", "only added", "refused"))


@pytest.mark.usefixtures("_one_row_each")
@pytest.mark.parametrize("table", [table.name for table in TABLES])
def test_the_triggers_stop_a_role_that_was_given_every_right(table: str) -> None:
    statements = attempts(table)

    with role("ALL"):
        for statement in statements:
            assert "refused" in refused(statement)
        assert "permission denied" in refused("SET session_replication_role = replica")
        assert "owner" in refused(f"ALTER TABLE {table} DISABLE TRIGGER {ROW_TRIGGER}")


@pytest.mark.usefixtures("_one_row_each")
@pytest.mark.parametrize("table", [table.name for table in TABLES])
def test_the_triggers_stop_a_superuser_in_replica_mode(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")

    for statement in attempts(table):
        assert "refused" in refused(statement)


@pytest.mark.usefixtures("_one_row_each")
def test_an_upsert_is_a_change_too() -> None:
    reason = refused(
        "INSERT INTO consents_seal SELECT * FROM consents_seal ON CONFLICT (tree_size) DO UPDATE SET key_id = ''"
    )

    assert "refused" in reason


@pytest.mark.parametrize("table", [table.name for table in TABLES])
def test_both_triggers_are_always_on(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table]
        )
        assert dict(cursor.fetchall()) == {ROW_TRIGGER: "A", TRUNCATE_TRIGGER: "A"}


def test_evidence_goes_only_after_an_erasure_of_its_subject() -> None:
    customer, phone = customer_with_phone()
    other, other_phone = customer_with_phone()
    event, foreign = answer(customer, phone.uuid), answer(other, other_phone.uuid)
    assert "erased" in refused("DELETE FROM consents_evidence")

    erased = answer(customer, None, EventKind.ERASED, purpose="", channel="", circumstances=circumstances(extra={}))

    Evidence.objects.filter(event_id=event.id).delete()
    assert "erased" in refused("DELETE FROM consents_evidence WHERE event_id = %s", foreign.id)
    assert "erased" in refused("DELETE FROM consents_evidence WHERE event_id = %s", erased.id)


def test_a_temporary_table_cannot_pretend_an_erasure() -> None:
    answers(1)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE consents_consentevent ON COMMIT DROP AS TABLE consents_consentevent")
        cursor.execute(
            "INSERT INTO pg_temp.consents_consentevent (id, subject, kind) "
            "SELECT id + 1, subject, 'erased' FROM public.consents_consentevent"
        )

    assert "erased" in refused("DELETE FROM public.consents_evidence")


def test_a_draft_may_change_and_go() -> None:
    draft = version()
    draft.body = "Другой текст"
    draft.save()
    draft.status, draft.published_at = "published", "2026-11-01T00:00:00Z"
    draft.save()

    version(number=2).delete()


def test_a_published_text_may_only_be_retired() -> None:
    published = version(status="published", published_at="2026-11-01T00:00:00Z")

    change = "UPDATE consents_edition SET "
    for assignment in ("body = 'x'", "status = 'draft'", "status = 'retired', title = 'x'", "published_at = now()"):
        assert "refused" in refused(change + assignment)
    with connection.cursor() as cursor:
        cursor.execute(change + "status = 'retired'")
    assert "refused" in refused(change + "status = 'published'")
    assert "refused" in refused("DELETE FROM consents_edition")
    published.refresh_from_db()
    assert (published.status, published.body) == ("retired", "Текст")


def test_a_stop_is_lifted_once_and_nothing_else_of_it_changes() -> None:
    stop = StopFactory()
    change = "UPDATE consents_stop SET "
    for assignment in ("scope = 'advertising'", "reason = 'staff'", "lifted_by = '7'", "customer_id = NULL"):
        assert "refused" in refused(change + assignment)
    assert "refused" in refused(change + "lifted_at = now(), scope = 'advertising'")

    with connection.cursor() as cursor:
        cursor.execute(change + "lifted_at = now(), lifted_by = '7'")

    for assignment in ("lifted_at = NULL", "lifted_by = '8'", "lifted_at = now()", "lifted_event = gen_random_uuid()"):
        assert "refused" in refused(change + assignment)
    stop.refresh_from_db()
    assert stop.lifted_by == "7"


def test_a_refusal_is_an_integrity_error_of_its_own_code() -> None:
    answers(1)

    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM consents_consentevent")

    assert isinstance(caught.value.__cause__, psycopg.errors.RestrictViolation)


def test_the_list_names_every_frozen_table() -> None:
    assert set(FROZEN) == {
        "consents_consentevent",
        "consents_evidence",
        "consents_leaf",
        "consents_treenode",
        "consents_seal",
        "consents_recordedrow",
        "consents_sender",
        "consents_receipt",
        "consents_company",
        "consents_stop",
        "portal_staffaction",
    }
