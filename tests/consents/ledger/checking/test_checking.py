"""Whatever is changed, added or taken away past the ledger is found, and the event is named."""

import json
import re
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from consents.documents.reading import document_render
from consents.enums import Channel, CheckOutcome, ContactKind, DocumentStatus, EventKind, StopReason, StopScope
from consents.errors import EditionAltered
from consents.ledger.beside.tables import RECORDED
from consents.ledger.checking.checking import Findings, ledger_check, ledger_check_record
from consents.ledger.checking.finding_sentences import (
    PLACES,
    REASONS,
    ROWS,
    SENTENCES,
    finding_line,
    outcome_line,
    place_words,
    reason_line,
)
from consents.ledger.checking.findings import Finding
from consents.ledger.checking.health import ledger_checks, ledger_health
from consents.ledger.tree.publishing import heads_file
from consents.ledger.tree.sealing import ledger_seal
from consents.models import ConsentEvent, ConsentState, Evidence, LedgerCheck, Seal, Stop, UnsealedEvent
from consents.reach.stopping import address_stop, customer_stop, stop_end
from consents.tasks import check_ledger, seal_ledger
from consents.types import AppendedEvent
from tests.consents.ledger_cases import answer, answers, circumstances, customer_with_phone, document
from tests.consents.tampering import as_superuser, forget_from
from tests.factories.consents import EditionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def events() -> list[AppendedEvent]:
    """Eleven sealed events under three heads, and one that still waits."""
    customer, phone = customer_with_phone()
    stored = [answer(customer, phone.uuid), answer(customer, phone.uuid, EventKind.WITHDRAWN)]
    stored += answers(9)
    ledger_seal(batch=4)
    return stored + answers(1)


def codes(findings: Findings) -> set[str]:
    return {finding.code for finding in findings.kept}


def test_an_untouched_ledger_is_whole(events: list[AppendedEvent]) -> None:
    findings = ledger_check()

    assert findings.outcome == CheckOutcome.OK, findings
    assert (findings.tree_size, findings.events, findings.waiting, findings.heads) == (11, 11, 1, 6)


def test_an_empty_ledger_is_whole() -> None:
    assert ledger_check().outcome == CheckOutcome.OK


def test_the_check_reads_in_batches_of_any_size(events: list[AppendedEvent]) -> None:
    for batch in (1, 3, 4, 11, 100):
        assert ledger_check(batch=batch).outcome == CheckOutcome.OK


def test_one_changed_event_is_one_finding(events: list[AppendedEvent]) -> None:
    as_superuser("UPDATE consents_consentevent SET method = 'staff' WHERE id = %s", events[5].id)

    findings = ledger_check()

    assert [finding.event for finding in findings.kept] == [str(events[5].uuid)] * 2
    assert codes(findings) == {"event_changed", "leaf_differs"}


def test_an_event_changed_with_its_hash_and_leaf_is_named_by_the_tree(events: list[AppendedEvent]) -> None:
    """The whole row is rewritten consistently; only nodes and heads remember."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT leaf_hash FROM consents_consentevent WHERE id = %s", [events[9].id])
        other = cursor.fetchone()[0]
    as_superuser("UPDATE consents_leaf SET leaf_hash = %s WHERE event_id = %s", other, events[5].id)
    as_superuser("UPDATE consents_consentevent SET leaf_hash = %s WHERE id = %s", other, events[5].id)

    findings = ledger_check()

    assert any(str(events[5].uuid) in finding.event for finding in findings.kept)


def test_a_rewritten_tree_is_found_by_the_heads(events: list[AppendedEvent]) -> None:
    """Events swapped in leaves and nodes alike: only a signed head can tell."""
    as_superuser("UPDATE consents_leaf SET index = 100 + index WHERE index IN (4, 6)")
    as_superuser("UPDATE consents_leaf SET index = CASE index WHEN 104 THEN 6 ELSE 4 END WHERE index > 99")

    findings = ledger_check()

    assert "head_differs" in codes(findings)
    differs = next(finding for finding in findings.kept if finding.code == "head_differs")
    assert (differs.place, differs.at) == ("head_span", (8, 4, 7))


def test_a_deleted_event_is_found(events: list[AppendedEvent]) -> None:
    for table in ("consents_consentstate", "consents_evidence"):
        as_superuser(f"DELETE FROM {table} WHERE event_id = %s", events[5].id)
    as_superuser("DELETE FROM consents_consentevent WHERE id = %s", events[5].id)

    findings = ledger_check()

    assert "event_missing" in codes(findings)
    assert f"№ {events[5].id}" in {finding.event for finding in findings.kept}


def test_a_deleted_event_that_waited_is_found(events: list[AppendedEvent]) -> None:
    for table in ("consents_consentstate", "consents_evidence"):
        as_superuser(f"DELETE FROM {table} WHERE event_id = %s", events[-1].id)
    as_superuser("DELETE FROM consents_consentevent WHERE id = %s", events[-1].id)

    assert codes(ledger_check()) == {"waiting_event_missing"}


def test_an_event_taken_out_with_its_leaf_is_found(events: list[AppendedEvent]) -> None:
    as_superuser("DELETE FROM consents_leaf WHERE event_id = %s", events[5].id)
    for table in ("consents_consentstate", "consents_evidence"):
        as_superuser(f"DELETE FROM {table} WHERE event_id = %s", events[5].id)
    as_superuser("DELETE FROM consents_consentevent WHERE id = %s", events[5].id)

    assert {"leaf_missing", "head_differs"} <= codes(ledger_check())


def test_an_inserted_event_is_found_and_named(events: list[AppendedEvent]) -> None:
    forged = _copy_of(events[3].id)

    findings = ledger_check()

    assert codes(findings) >= {"event_not_waiting"}
    assert str(forged) in {finding.event for finding in findings.kept}


def test_an_inserted_leaf_is_found(events: list[AppendedEvent]) -> None:
    forged = _copy_of(events[3].id)
    as_superuser(
        "INSERT INTO consents_leaf (index, event_id, leaf_hash) "
        "SELECT 11, id, leaf_hash FROM consents_consentevent WHERE uuid = %s",
        forged,
    )

    assert "head_missing" in codes(ledger_check())


def test_a_cut_tail_is_found_by_the_heads_outside(events: list[AppendedEvent]) -> None:
    forget_from(8)

    findings = ledger_check()

    assert codes(findings) == {"head_differs"}
    assert (findings.kept[0].place, findings.kept[0].at) == ("outside_head_beyond", (11, 8))


def test_a_database_set_back_to_nothing_is_found_by_the_heads_outside(events: list[AppendedEvent]) -> None:
    forget_from(0)

    assert ledger_check().outcome == CheckOutcome.MISMATCH


def test_a_whole_other_history_under_good_signatures_is_found_by_the_heads_outside(tmp_path: Path) -> None:
    answers(4)
    ledger_seal()
    kept = tmp_path / "kept.jsonl"
    kept.write_bytes(heads_file().read_bytes())
    forget_from(0)
    heads_file().unlink()
    answers(4)
    ledger_seal()
    assert ledger_check().outcome == CheckOutcome.OK

    assert codes(ledger_check(against=kept)) == {"head_differs"}


def test_a_deleted_head_is_found_by_the_heads_outside(events: list[AppendedEvent]) -> None:
    as_superuser("DELETE FROM consents_seal WHERE tree_size = 8")

    assert codes(ledger_check()) == {"head_deleted"}


def test_a_head_with_a_forged_signature_is_found_without_the_heads_outside(
    events: list[AppendedEvent], tmp_path: Path
) -> None:
    as_superuser("UPDATE consents_seal SET sealed_at = sealed_at - interval '1 year' WHERE tree_size = 8")
    (tmp_path / "none.jsonl").touch()

    findings = ledger_check(against=tmp_path / "none.jsonl")

    assert findings.kept == [Finding(code="signature_bad", place="head", at=(8,))]


def test_a_changed_state_is_found_and_names_the_event_it_should_follow(events: list[AppendedEvent]) -> None:
    for change in (
        "UPDATE consents_consentstate SET value = 'granted' WHERE event_id = %s",
        "UPDATE consents_consentstate SET since = since - interval '1 day' WHERE event_id = %s",
        "UPDATE consents_consentstate SET valid_until = now() WHERE event_id = %s",
        "UPDATE consents_consentstate SET contact_point_id = NULL WHERE event_id = %s",
        "UPDATE consents_consentstate SET purpose = 'advertising' WHERE event_id = %s",
        "DELETE FROM consents_consentstate WHERE event_id = %s",
    ):
        with transaction.atomic():
            as_superuser(change, events[1].id)
            findings = ledger_check()
            transaction.set_rollback(True)
        assert codes(findings) == {"state_differs"}, change
        assert str(events[1].uuid) in {finding.event for finding in findings.kept}


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM consents_stop",
        "DELETE FROM consents_stop WHERE lifted_at IS NULL",
        "UPDATE consents_stop SET scope = 'advertising' WHERE lifted_at IS NULL",
        "UPDATE consents_stop SET created_at = created_at - interval '1 day'",
        "UPDATE consents_stop SET lifted_at = now(), lifted_by = '7' WHERE lifted_at IS NULL",
        "UPDATE consents_stop SET lifted_at = NULL, lifted_event = NULL",
        "UPDATE consents_stop SET lifted_at = NULL",
        "UPDATE consents_stop SET lifted_event = event WHERE lifted_at IS NOT NULL",
        "UPDATE consents_stop SET event = gen_random_uuid()",
    ],
)
def test_a_stop_that_its_events_do_not_tell_of_is_found(change: str) -> None:
    customer, phone = customer_with_phone()
    address_stop(
        customer_id=customer.pk,
        kind=ContactKind.PHONE,
        value=phone.value,
        reason=StopReason.STAFF,
        circumstances=circumstances(extra={}),
    )
    lifted, how = Stop.objects.get().pk, circumstances(request_key="lift", extra={})
    stop_end(customer_id=customer.pk, stop_id=lifted, circumstances=how, facts={})
    customer_stop(
        customer_id=customer.pk,
        scope=StopScope.ALL,
        reason=StopReason.STAFF,
        circumstances=circumstances(request_key="stop", extra={}),
    )
    ledger_seal()
    assert codes(ledger_check()) == set()

    with transaction.atomic():
        as_superuser(change)
        assert {"stop_differs"} <= codes(ledger_check()) <= {"stop_differs", "row_changed", "row_missing"}
        transaction.set_rollback(True)


def test_erased_evidence_is_fine_once_the_ledger_says_so(events: list[AppendedEvent]) -> None:
    customer, phone = customer_with_phone()
    event = answer(customer, phone.uuid)
    ledger_seal()
    with transaction.atomic():
        as_superuser("DELETE FROM consents_evidence WHERE event_id = %s", event.id)
        assert codes(ledger_check()) == {"evidence_missing"}
        transaction.set_rollback(True)

    answer(customer, None, EventKind.ERASED, purpose="", channel="", circumstances=circumstances(extra={}))
    Evidence.objects.filter(event_id=event.id).delete()

    assert ledger_check().outcome == CheckOutcome.OK
    ledger_seal()
    assert ledger_check().outcome == CheckOutcome.OK


def test_an_erasure_frees_no_evidence_that_came_after_it(events: list[AppendedEvent]) -> None:
    """The id of an event is in no hash: giving the erasure a higher one hides nothing and opens nothing."""
    customer, phone = customer_with_phone()
    answer(customer, None, EventKind.ERASED, purpose="", channel="", circumstances=circumstances(extra={}))
    ledger_seal()
    later = answer(customer, phone.uuid)
    ledger_seal()
    erased = ConsentEvent.objects.get(kind=EventKind.ERASED)
    for table, column in (("consentevent", "id"), ("evidence", "event_id"), ("leaf", "event_id")):
        as_superuser(f"UPDATE consents_{table} SET {column} = {later.id + 1000} WHERE {column} = {erased.pk}")

    with pytest.raises(DatabaseError), transaction.atomic():
        Evidence.objects.filter(event_id=later.id).delete()
    as_superuser("DELETE FROM consents_evidence WHERE event_id = %s", later.id)

    assert codes(ledger_check()) == {"evidence_missing"}


def test_a_salt_that_was_lengthened_is_found(events: list[AppendedEvent]) -> None:
    """HMAC fills short keys up with zeros: the commitment alone would not tell."""
    as_superuser("UPDATE consents_evidence SET salt = salt || decode('00', 'hex') WHERE event_id = %s", events[2].id)

    findings = ledger_check()

    assert [(finding.code, finding.event) for finding in findings.kept] == [("evidence_changed", str(events[2].uuid))]


def test_a_sealed_event_put_back_into_the_queue_is_found(events: list[AppendedEvent]) -> None:
    UnsealedEvent.objects.create(event_id=events[2].id)

    findings = ledger_check()

    assert [(finding.code, finding.event) for finding in findings.kept] == [
        ("waiting_event_sealed", str(events[2].uuid))
    ]


def test_a_head_over_nothing_is_found(events: list[AppendedEvent]) -> None:
    as_superuser(
        "INSERT INTO consents_seal SELECT -1, root_hash, sealed_at, key_id, signature FROM consents_seal LIMIT 1"
    )

    assert codes(ledger_check()) == {"head_out_of_place"}


def test_a_published_text_that_was_changed_is_found_and_shown_to_nobody(events: list[AppendedEvent]) -> None:
    version = EditionFactory(status=DocumentStatus.PUBLISHED, published_at=timezone.now())
    assert ledger_check().outcome == CheckOutcome.OK
    customer, phone = customer_with_phone()

    as_superuser("UPDATE consents_edition SET body = body || ' и всё' WHERE id = %s", version.pk)

    assert codes(ledger_check()) == {"edition_changed"}
    with pytest.raises(EditionAltered):
        document_render(edition_id=version.pk, customer_id=customer.pk, contacts={Channel.SMS: phone.uuid})


def test_events_show_a_published_text_that_was_changed_with_its_fingerprint(
    events: list[AppendedEvent],
) -> None:
    version = EditionFactory(status=DocumentStatus.PUBLISHED, published_at=timezone.now())
    customer, phone = customer_with_phone()
    shown = document(edition_id=version.pk, template_sha256=version.body_sha256)
    event = answer(customer, phone.uuid, document=shown)
    other = EditionFactory.build(body="Другой текст")

    as_superuser(
        "UPDATE consents_edition SET body = %s, body_sha256 = %s WHERE id = %s",
        other.body, other.body_sha256, version.pk,
    )  # fmt: skip

    assert [(finding.code, finding.event) for finding in ledger_check().kept] == [("edition_differs", str(event.uuid))]


def test_the_check_can_go_on_from_a_head(events: list[AppendedEvent]) -> None:
    findings = ledger_check(since=8)
    assert (findings.outcome, findings.events) == (CheckOutcome.OK, 3)

    as_superuser("UPDATE consents_consentevent SET method = 'staff' WHERE id = %s", events[9].id)
    assert codes(ledger_check(since=8)) == {"event_changed", "leaf_differs"}


def test_a_check_from_a_head_that_is_not_there_cannot_decide(events: list[AppendedEvent]) -> None:
    assert ledger_check(since=5).outcome == CheckOutcome.UNDECIDED


def test_a_check_from_a_head_that_the_tree_does_not_give_cannot_decide(events: list[AppendedEvent]) -> None:
    as_superuser("UPDATE consents_treenode SET node_hash = sha256('x') WHERE height = 3")

    assert ledger_check(since=8).outcome == CheckOutcome.UNDECIDED


@pytest.mark.parametrize("missing", ["key", "heads", "order", "garbage", "unknown key", "database"])
def test_what_cannot_be_checked_is_never_called_whole(
    events: list[AppendedEvent], missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = heads_file()
    lines = path.read_text().splitlines(keepends=True)
    if missing == "key":
        for key in settings.SEAL_KEY_FILE.parent.iterdir():
            key.unlink()
    elif missing == "heads":
        path.unlink()
    elif missing == "order":
        path.write_text("".join(reversed(lines)))
    elif missing == "garbage":
        path.write_text(lines[0] + "{broken}\n" + "".join(lines[1:]))
    elif missing == "unknown key":
        path.write_text("".join(lines).replace(Seal.objects.first().key_id, "0" * 16))  # type: ignore[union-attr]  # sealed above
        as_superuser("UPDATE consents_seal SET key_id = '0000000000000000'")
    else:
        monkeypatch.setattr("consents.ledger.checking.checking.odd_states", lambda: 1 / 0)

    findings = ledger_check()

    assert (findings.outcome, findings.count) == (CheckOutcome.UNDECIDED, 0)
    assert findings.reason


def test_a_difference_stands_even_if_the_check_then_breaks_off(
    events: list[AppendedEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_superuser("UPDATE consents_consentevent SET method = 'staff' WHERE id = %s", events[0].id)
    monkeypatch.setattr("consents.ledger.checking.checking.odd_states", lambda: 1 / 0)

    findings = ledger_check()

    assert findings.outcome == CheckOutcome.MISMATCH
    assert findings.reason == {"code": "broke_off", "error": "ZeroDivisionError"}


def run(*arguments: str) -> tuple[int, str]:
    """Run the command; return its exit code and what it wrote."""
    lines: list[str] = []

    class Out:
        def write(self, text: str) -> None:
            lines.append(text)

        def flush(self) -> None:
            """Nothing is held back."""

    with pytest.raises(SystemExit) as ended:
        call_command("ledger_verify", *arguments, stdout=Out())
    return int(ended.value.code or 0), "".join(lines)


def test_the_command_ends_with_nought_one_or_two(events: list[AppendedEvent], tmp_path: Path) -> None:
    assert run() == (
        0,
        "Журнал цел. Проверено записей: 11, контрольных точек: 6; ожидают подписи: 1. "
        "Контрольные точки вне базы совпадают с журналом до записи № 11 из 11.\n",
    )
    assert run("--against", str(tmp_path / "absent"))[0] == 2
    as_superuser("UPDATE consents_consentevent SET method = 'staff' WHERE id = %s", events[0].id)
    code, text = run()
    assert code == 1
    assert f"Запись {events[0].uuid} (место 1 в журнале): запись изменена: её контрольная сумма не совпадает." in text


@pytest.mark.parametrize("is_changed", [False, True])
def test_a_result_that_nobody_can_read_is_never_whole(events: list[AppendedEvent], *, is_changed: bool) -> None:
    class Gone:
        def write(self, _: str) -> None:
            raise BrokenPipeError

    if is_changed:
        as_superuser("UPDATE consents_consentevent SET method = 'staff' WHERE id = %s", events[0].id)

    with pytest.raises(SystemExit) as ended:
        call_command("ledger_verify", stdout=Gone())

    assert ended.value.code == (1 if is_changed else 2)


def test_the_command_speaks_json_too(events: list[AppendedEvent]) -> None:
    as_superuser("UPDATE consents_consentevent SET method = 'staff' WHERE id = %s", events[0].id)

    code, text = run("--json")

    lines = [json.loads(line) for line in text.splitlines()]
    assert code == 1
    assert lines[0] == {"code": "event_changed", "place": "leaf", "at": [0], "event": str(events[0].uuid)}
    assert lines[-1]["outcome"] == "mismatch"


def test_every_finding_has_a_sentence(events: list[AppendedEvent]) -> None:
    as_superuser("UPDATE consents_evidence SET personal = '{\"ip\": 7}' WHERE event_id = %s", events[0].id)
    as_superuser("DELETE FROM consents_treenode")

    findings = ledger_check()

    assert codes(findings) == {"evidence_changed", "node_missing"}
    assert all(str(SENTENCES[finding.code]) in finding_line(finding) for finding in findings.kept)
    assert outcome_line(findings).startswith("Найдено")


def test_every_place_and_reason_has_words_without_a_code_in_them() -> None:
    span, beyond = (8, 4, 7), (11, 8)
    places = {
        "leaf": (0,), "node": (1, 2), "span": (3, 4), "head": (8,), "heads": (2,), "head_span": span,
        "outside_head_span": span, "head_beyond": beyond, "outside_head_beyond": beyond, "state": ("service", "sms"),
        "edition": ("ads", "sms", "3"), "evidence": (), "waiting": (), "unsealed": (), "stop": ("7",),
        "contact": ("phone",), "receipt": ("М-2026-000001-1A",), "row": ("receipt", 7), "copy": ("узел", "7"),
        "record": (),
    }  # fmt: skip
    assert set(places) == set(PLACES)
    for place, at in places.items():
        words = place_words(Finding(code="head_differs", place=place, at=at))
        assert not re.search("[a-zA-Z]{3}", words), words
    assert set(ROWS) == {table.name for table in RECORDED}
    for code in REASONS:
        reason: dict[str, int | str] = {"code": code, "size": 8, "key": "№", "error": "№"}
        assert not re.search("[a-z]{3}", reason_line(reason)), code


def test_the_command_that_seals_says_in_russian_why_it_stopped(events: list[AppendedEvent]) -> None:
    as_superuser("UPDATE consents_evidence SET personal = '{}' WHERE event_id = %s", events[-1].id)

    with pytest.raises(CommandError, match="^Подписание остановлено: .* Запись: " + str(events[-1].uuid)):
        call_command("ledger_seal")


def test_the_nightly_check_is_kept_for_the_dpo(events: list[AppendedEvent]) -> None:
    seal_ledger()
    check_ledger()

    check = LedgerCheck.objects.get()
    assert (check.outcome, check.event_count, check.tree_size) == ("ok", 12, 12)
    health = ledger_health()
    assert health.check_outcome == CheckOutcome.OK
    assert not health.is_check_due


def test_the_dpo_reads_why_a_check_could_not_decide(events: list[AppendedEvent]) -> None:
    heads_file().unlink()

    check_ledger()

    ((_check, lines),) = ledger_checks()
    assert lines == ["Проверить не удалось: нет файла контрольных точек вне базы, сравнить не с чем."]


def test_a_kept_check_holds_the_first_findings_only(events: list[AppendedEvent]) -> None:
    as_superuser("UPDATE consents_consentevent SET method = 'staff'")
    findings = ledger_check()

    ledger_check_record(findings=findings)

    check = LedgerCheck.objects.get()
    assert check.outcome == "mismatch"
    assert check.finding_count == findings.count == 23
    assert check.findings[0]["event"] == str(events[0].uuid)


def _copy_of(event_id: int) -> UUID:
    """Insert a well-formed event that the ledger never wrote."""
    uuid = uuid4()
    row = dict(ConsentEvent.objects.filter(pk=event_id).values()[0]) | {"uuid": uuid, "request_key": "forged"}
    del row["id"]
    copy = ConsentEvent.objects.create(**row)
    evidence = Evidence.objects.get(pk=event_id)
    Evidence.objects.create(
        event=copy, customer_id=evidence.customer_id, salt=evidence.salt, personal=evidence.personal
    )
    ConsentState.objects.filter(event_id=event_id).update(event=copy)
    return uuid
