"""One bit turned in any column that a proof rests on is found, and what it is about is named.

The columns come from the models, so a new one fails here until the check covers it or `NOT_COVERED` says why not.
"""

import json
import os
import random
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from consents.answers.recording import consent_answer
from consents.documents.publishing import edition_draft, edition_publish
from consents.documents.reading import document_render
from consents.enums import CheckOutcome, ContactKind, EventKind, StopReason, StopScope
from consents.ledger import append as ledger
from consents.ledger.beside.tables import RECORDED
from consents.ledger.checking.checking import ledger_check
from consents.ledger.checking.findings import Finding
from consents.ledger.tree.sealing import ledger_seal
from consents.models import (
    Company,
    ConsentEvent,
    ConsentState,
    ContactPoint,
    Customer,
    Document,
    Edition,
    Evidence,
    Leaf,
    Receipt,
    RecordedRow,
    Seal,
    Sender,
    Stop,
    TreeNode,
    UnsealedEvent,
)
from consents.reach.stopping import address_stop, customer_stop, stop_end
from consents.receipts.issuing import receipt_issue
from tests.consents.tampering import as_superuser
from tests.factories.consents import (
    ContactPointFactory,
    CustomerFactory,
    circumstances_make,
    company_make,
    contacts_named,
    edition_of,
)

pytestmark = pytest.mark.django_db

SEED: Final = int(os.environ.get("TAMPER_SEED", random.SystemRandom().randrange(2**32)))
FLIPS: Final = int(os.environ.get("TAMPER_FLIPS", "2"))

CORE: Final[tuple[type[models.Model], ...]] = (
    ConsentEvent, Evidence, Leaf, Seal, UnsealedEvent, TreeNode, RecordedRow, ConsentState, Document, Edition, Receipt,
    Company, Sender, Stop, ContactPoint, Customer,
)  # fmt: skip
SURROGATE: Final = "surrogate"
REGISTER: Final = "register"
NOT_COVERED: Final = {
    "consents_treenode": {"id": SURROGATE},
    "consents_recordedrow": {"id": SURROGATE},
    "consents_consentstate": {"id": SURROGATE},
    "consents_contactpoint": dict.fromkeys(
        ["origin", "line_type", "country", "max_chat_id", "created_at", "replaced_by_id", "closed_at"], REGISTER
    ),
    "consents_customer": dict.fromkeys(
        [
            "id", "source", "external_id", "name", "name_key", "city", "time_zone", "segment", "messenger", "is_active",
            "erased_at", "created_at", "updated_at",
        ],
        REGISTER,
    ),
}  # fmt: skip
"""Columns that no proof rests on, and why: `docs/security.md` lists them."""
SECURITY: Final = Path(__file__).parents[4] / "docs" / "security.md"
AS_TEXT: Final = {"personal", "company_values", "event_ids"}


def covered(model: type[models.Model]) -> list[str]:
    """Return the columns of a table that every bit of must be found in."""
    spared = NOT_COVERED.get(model._meta.db_table, {})
    return [str(field.column) for field in model._meta.concrete_fields if field.column not in spared]


@pytest.fixture
def world() -> None:
    """One of everything that a proof rests on, sealed, and an answer with its receipt that still waits."""
    company_make()
    first = edition_of("pd_service")
    edition_publish(
        edition_id=edition_draft(
            kind="pd_service", title=first.title, body=first.body, checkbox=first.checkbox, valid_days=90
        )
    )
    for channel in ("email", "phone"):
        point = ContactPointFactory(email=channel == "email")
        confirm(point)
        events = answered(point)
        receipt_issue(customer_id=point.customer_id, event_ids=[event.id for event in events], request_key=channel)
    customer = CustomerFactory()
    phone = ContactPointFactory(customer=customer)
    address_stop(
        kind=ContactKind.PHONE, value=phone.value, reason=StopReason.BARRED, circumstances=circumstances_make()
    )
    address_stop(
        kind=ContactKind.EMAIL, value="nobody@example.ru", reason=StopReason.BOUNCED, circumstances=circumstances_make()
    )
    stopped: dict[str, Any] = {"customer_id": customer.pk, "reason": StopReason.STAFF, "scope": StopScope.ALL}
    customer_stop(**stopped, circumstances=circumstances_make())
    stop_end(
        customer_id=customer.pk,
        stop_id=Stop.objects.get(customer=customer).pk,
        circumstances=circumstances_make(),
        facts={},
    )
    customer_stop(**stopped, circumstances=circumstances_make())
    ledger_seal(batch=8)
    answered(ContactPointFactory(customer=customer, email=True), decision="refused")
    assert ledger_check().kept == []


def confirm(point: ContactPoint) -> None:
    event = ledger.append(
        customer_id=point.customer_id,
        kind=EventKind.CONTACT_CONFIRMED,
        circumstances=circumstances_make(),
        channel=ContactKind(point.kind).channel,
        contact_uuid=point.uuid,
    )
    ContactPoint.objects.filter(pk=point.pk).update(confirmed_at=event.occurred_at)


def answered(point: ContactPoint, decision: Any = "granted") -> Any:
    edition, named = edition_of("pd_service").pk, contacts_named(point)
    text = document_render(edition_id=edition, customer_id=point.customer_id, contacts=named)
    return consent_answer(
        customer_id=point.customer_id,
        edition_id=edition,
        contacts=named,
        decision=decision,
        text_sha256=text.sha256,
        circumstances=circumstances_make(),
        box_ticked=decision == "granted",
    )


def flipped(value: Any, rng: random.Random) -> Any:
    """Return the value with one bit changed, as its type allows; of nothing, something."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value ^ 1 << rng.randrange(62)
    if isinstance(value, UUID):
        return UUID(int=value.int ^ 1 << rng.randrange(128))
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1 << rng.randrange(40))
    if isinstance(value, memoryview | bytes):
        data = bytearray(value)
        place = rng.randrange(len(data))
        data[place] ^= 1 << rng.randrange(8)
        return bytes(data)
    letters = list(value or "\x01")
    place = rng.randrange(len(letters))
    letters[place] = chr(ord(letters[place]) ^ 1 << rng.randrange(6))
    return "".join(letters)


def flipped_json(text: str, rng: random.Random) -> str:
    values = json.loads(text)
    if isinstance(values, list):
        place = rng.randrange(len(values))
        return json.dumps([*values[:place], flipped(values[place], rng), *values[place + 1 :]])
    name = rng.choice(sorted(values))
    if rng.randrange(4):
        values[name] = flipped(values[name], rng)
    else:
        values[flipped(name, rng)] = values.pop(name)
    return json.dumps(values)


def something(model: type[models.Model], column: str) -> Any:
    """Return a value for a column that holds none."""
    kind = next(field for field in model._meta.concrete_fields if field.column == column).get_internal_type()
    if kind == "UUIDField":
        return uuid4()
    return timezone.now() if kind == "DateTimeField" else 1


def rows_of(model: type[models.Model], column: str) -> list[tuple[Any, Any]]:
    """Return the keys and values that may be turned: drafts may change, and so may contacts that nobody agreed on."""
    table, key = model._meta.db_table, model._meta.pk.column
    where = {
        Edition: "WHERE status <> 'draft'",
        ContactPoint: "WHERE id IN (SELECT contact_point_id FROM consents_consentstate WHERE value = 'granted')",
        Customer: "WHERE subject IN (SELECT subject FROM consents_consentevent)",
    }.get(model, "")
    cast = "::text" if column in AS_TEXT else ""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{key}", "{column}"{cast} FROM {table} {where} ORDER BY 1')
        return [(key, value) for key, value in cursor.fetchall()]


def flip(model: type[models.Model], column: str, rng: random.Random) -> tuple[Any, Any, Any] | None:
    """Turn one bit of one row; return its key, the old and the new value, None where no such value can be stored."""
    row_key, old = rng.choice(rows_of(model, column))
    if old is None:
        new = something(model, column)
    else:
        new = flipped_json(old, rng) if column in AS_TEXT else flipped(old, rng)
    key = model._meta.pk.column
    try:
        as_superuser(f'UPDATE {model._meta.db_table} SET "{column}" = %s WHERE "{key}" = %s', new, row_key)
    except (DatabaseError, ValueError):
        return None
    return row_key, old, new


def drop_constraints(table: str) -> None:
    """Take away what would refuse a value: checks and unique keys, but the primary one."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'u')", [table]
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        cursor.execute(
            "SELECT i.indexrelid::regclass::text FROM pg_index i WHERE i.indrelid = %s::regclass AND i.indisunique"
            " AND NOT i.indisprimary",
            [table],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX {name}")


def is_named(finding: Finding, model: type[models.Model], row_key: Any, new: Any) -> bool:
    """Return whether a finding says which row it is about: the event by its name, any other by its table and key."""
    if model in {ConsentEvent, Evidence, UnsealedEvent}:
        event = ConsentEvent.objects.filter(pk=row_key).values_list("uuid", flat=True).first()
        return finding.event in {str(event), f"№ {row_key}", str(new)}
    if model in {Leaf, Seal, TreeNode}:
        return bool(finding.event or finding.at)
    if model._meta.db_table in {table.table for table in RECORDED}:
        name = next(table.name for table in RECORDED if table.table == model._meta.db_table)
        return tuple(finding.at) == (name, row_key) or finding.place in {"receipt", "stop", "edition"}
    return bool(finding.event) or (model is RecordedRow and finding.place == "row")


def flip_and_look(model: type[models.Model], column: str, rng: random.Random) -> bool:
    """Turn one bit, check, and take it back; return whether there was a bit to turn."""
    with transaction.atomic():
        done = flip(model, column, rng)
        if done is not None:
            findings = ledger_check()
            named = [finding for finding in findings.kept if is_named(finding, model, done[0], done[2])]
        transaction.set_rollback(True)
    if done is None:
        return False
    about = f"seed {SEED}: {model._meta.db_table}.{column} of {done}: {findings.kept} {findings.reason}"
    assert findings.outcome == CheckOutcome.MISMATCH, about
    assert findings.reason.get("code") != "broke_off", about
    assert named, about
    return True


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("model", CORE)
def test_one_turned_bit_is_found_and_named(model: type[models.Model]) -> None:
    drop_constraints(model._meta.db_table)
    for column in covered(model):
        rng = random.Random(f"{SEED} {model._meta.db_table} {column}")
        tries = (flip_and_look(model, column, rng) for _ in range(FLIPS * 8))
        assert list(islice(filter(None, tries), FLIPS)), f"nothing could be turned in {model._meta.db_table}.{column}"


def test_the_columns_that_are_not_covered_are_listed_with_their_reason() -> None:
    told = SECURITY.read_text()
    _, _, listed = told.partition("## What the check of the ledger covers")

    for model in CORE:
        assert f"`{model._meta.db_table}`" in listed, model
        columns = {str(field.column) for field in model._meta.concrete_fields}
        for column in NOT_COVERED.get(model._meta.db_table, {}):
            assert column in columns, "no column is excused that is gone"
            assert f"`{column}`" in listed, (model, column)
