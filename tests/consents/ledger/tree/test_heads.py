"""The heads outside the database: a file that is none is never taken for one, and nothing is believed unsigned."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from consents.enums import CheckOutcome
from consents.errors import HeadsMissing, HeadsUnreadable, LedgerRolledBack
from consents.ledger.checking.checking import Findings, ledger_check
from consents.ledger.tree.heads import heads_append, heads_read, last_head
from consents.ledger.tree.publishing import heads_file, heads_publish
from consents.ledger.tree.sealing import ledger_seal
from consents.ledger.tree.signing import Head, key_create, key_read
from consents.models import Seal
from tests.consents.ledger_cases import answers
from tests.consents.tampering import as_superuser, forget_from

NO_HEADS = {
    "empty": b"",
    "text": "Просто заметка\n".encode(),
    "text without end": b"note",
    "passwords": b"root:x:0:0:root:/root:/bin/bash\n",
    "json": b'{"size": 3}\n',
    "another form": json.dumps(Head(size=1, root=b"", time="", key_id="").as_json() | {"form": "x"}).encode() + b"\n",
    "torn": b'{"form": "mostik seal v1", "key_id": "0',
    "picture": bytes(range(256)),
}


def heads(count: int) -> list[Head]:
    """Heads of a growing tree, with signatures that nobody checks here."""
    return [
        Head(size=size, root=bytes([size]) * 32, time="t", key_id="k", signature=bytes(64))
        for size in range(1, count + 1)
    ]


def test_the_end_of_a_long_file_is_found_without_reading_it_all(tmp_path: Path) -> None:
    path = tmp_path / "heads.jsonl"

    assert heads_append(path, heads(199)) == 199

    assert last_head(path) == heads(199)[-1]
    assert list(heads_read(path)) == heads(199)


@pytest.mark.parametrize("cut", [1, 40, 250])
def test_a_line_that_a_crash_cut_short_is_passed_over_where_the_next_one_repeats_it(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "heads.jsonl"
    heads_append(path, heads(3))
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.rindex(b"\n", 0, -1) + 1 + cut])

    assert [head.size for head in heads_read(path)] == [1, 2]
    heads_append(path, heads(3)[2:])

    assert [head.size for head in heads_read(path)] == [1, 2, 3]


def test_a_line_cut_short_in_the_middle_of_the_file_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "heads.jsonl"
    heads_append(path, heads(3))
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[1][:200] + b"\n" + lines[2])

    with pytest.raises(HeadsUnreadable):
        list(heads_read(path))


@pytest.mark.django_db
@pytest.mark.parametrize("kind", NO_HEADS)
def test_a_file_without_a_head_is_never_an_agreement(tmp_path: Path, kind: str) -> None:
    answers(2)
    ledger_seal()
    path = tmp_path / "other.jsonl"
    path.write_bytes(NO_HEADS[kind])

    for findings in (ledger_check(against=path), _check_with_default(NO_HEADS[kind])):
        assert (findings.outcome, findings.count) == (CheckOutcome.UNDECIDED, 0)
        assert findings.reason in ({"code": "heads_file_empty"}, {"code": "heads_unreadable"})


def _check_with_default(content: bytes) -> Findings:
    heads_file().write_bytes(content)
    return ledger_check()


@pytest.mark.django_db
def test_a_file_that_was_named_must_be_there_even_if_nothing_is_sealed(tmp_path: Path) -> None:
    assert ledger_check().outcome == CheckOutcome.OK
    assert ledger_check(against=tmp_path / "absent").reason == {"code": "heads_file_missing"}


@pytest.mark.django_db
def test_the_check_says_how_far_the_heads_outside_agree(tmp_path: Path) -> None:
    answers(2)
    ledger_seal()
    kept = tmp_path / "kept.jsonl"
    kept.write_bytes(heads_file().read_bytes())
    answers(3)
    ledger_seal()

    assert (ledger_check(against=kept).agreed_size, ledger_check().agreed_size) == (2, 5)


@pytest.mark.django_db
def test_a_line_from_outside_without_a_good_signature_decides_nothing(tmp_path: Path) -> None:
    answers(2)
    ledger_seal()
    kept = tmp_path / "kept.jsonl"
    honest = list(heads_read(heads_file()))
    forged = Head(size=3, root=b"\x01" * 32, time="2026-01-01", key_id=honest[0].key_id, signature=bytes(64))
    changed = Head(size=2, root=b"\x01" * 32, time=honest[0].time, key_id=honest[0].key_id, signature=bytes(64))

    for lines in ([*honest, forged], [changed]):
        kept.unlink(missing_ok=True)
        heads_append(kept, lines)
        findings = ledger_check(against=kept)
        assert (findings.outcome, findings.count) == (CheckOutcome.UNDECIDED, 0)
        assert findings.reason["code"] == "outside_unsigned"


@pytest.mark.django_db
def test_a_line_from_outside_that_is_rightly_signed_counts_against_the_database(tmp_path: Path) -> None:
    answers(2)
    ledger_seal()
    kept = tmp_path / "kept.jsonl"
    key = key_read(settings.SEAL_KEY_FILE)
    heads_append(kept, [key.sign(size=2, root=b"\x01" * 32, time=datetime.now(UTC))])

    assert ledger_check(against=kept).outcome == CheckOutcome.MISMATCH


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"", None])
def test_a_cut_tail_under_an_emptied_file_is_not_signed_on(content: bytes | None) -> None:
    for _ in range(3):
        answers(1)
        ledger_seal()
    forget_from(2)
    answers(1)
    heads_file().unlink()
    if content is not None:
        heads_file().write_bytes(content)

    with pytest.raises(HeadsMissing):
        ledger_seal()

    assert list(Seal.objects.order_by("tree_size").values_list("tree_size", flat=True)) == [1, 2]


@pytest.mark.django_db
def test_a_damaged_file_of_heads_is_not_written_on() -> None:
    answers(1)
    ledger_seal()
    heads_file().write_bytes(heads_file().read_bytes() + b"\x00\x00\n")
    answers(1)

    with pytest.raises(HeadsUnreadable):
        ledger_seal()

    assert Seal.objects.count() == 1


@pytest.mark.django_db
def test_a_head_missing_from_the_file_is_published_before_the_next_is_signed() -> None:
    answers(1)
    ledger_seal()
    heads_file().write_bytes(b"")

    assert ledger_seal().sealed == 0

    assert [head.size for head in heads_read(heads_file())] == [1]


@pytest.mark.django_db
def test_a_lost_file_is_written_anew_by_the_operator_only() -> None:
    answers(1)
    ledger_seal()
    answers(1)
    ledger_seal()
    heads_file().unlink()

    with pytest.raises(HeadsMissing):
        heads_publish()
    call_command("ledger_heads", write_file=True)

    assert [head.size for head in heads_read(heads_file())] == [1, 2]
    assert ledger_check().outcome == CheckOutcome.OK


@pytest.mark.django_db
def test_a_file_of_another_history_is_not_written_on_even_by_the_operator() -> None:
    answers(2)
    ledger_seal()
    forget_from(0)

    with pytest.raises(LedgerRolledBack):
        heads_publish(anew=True)


@pytest.mark.django_db
def test_a_check_from_a_head_takes_it_only_if_it_is_signed() -> None:
    answers(2)
    ledger_seal()
    answers(1)
    ledger_seal()
    as_superuser("UPDATE consents_seal SET signature = decode(repeat('00', 64), 'hex') WHERE tree_size = 2")

    assert ledger_check(since=2).reason == {"code": "since_unsigned", "size": 2}


@pytest.mark.django_db
def test_a_check_from_a_head_takes_it_only_if_it_is_outside_too(tmp_path: Path) -> None:
    """Whoever holds the key signs another beginning; the heads outside are what tells."""
    answers(2)
    ledger_seal()
    answers(1)
    ledger_seal()
    kept = tmp_path / "kept.jsonl"
    heads_append(kept, list(heads_read(heads_file()))[1:])

    assert ledger_check(since=2).outcome == CheckOutcome.OK
    assert ledger_check(since=2, against=kept).reason == {"code": "since_not_outside", "size": 2}


@pytest.mark.django_db
def test_a_check_from_a_head_says_that_it_has_left_out_what_is_before() -> None:
    answers(2)
    ledger_seal()
    answers(1)
    ledger_seal()

    findings = ledger_check(since=2)

    assert (findings.since, findings.events, findings.agreed_size) == (2, 1, 3)


def test_a_key_that_nobody_kept_makes_the_heads_outside_undecided(db: None) -> None:
    answers(1)
    ledger_seal()
    for file in settings.SEAL_KEY_FILE.parent.iterdir():
        file.unlink()
    key_create(settings.SEAL_KEY_FILE)

    findings = ledger_check()

    assert findings.outcome == CheckOutcome.UNDECIDED
    assert findings.reason["code"] == "key_unknown"
