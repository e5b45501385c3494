"""The sealer: every event gets one leaf, every head is right, and nothing odd is ever signed."""

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from textwrap import dedent
from time import sleep
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from consents.enums import CheckOutcome
from consents.errors import HeadsMissing, LedgerRolledBack, LedgerTampered, SealKeyMissing
from consents.ledger import merkle
from consents.ledger.checking.checking import ledger_check
from consents.ledger.checking.health import ledger_health
from consents.ledger.tree import sealing
from consents.ledger.tree.heads import heads_read, last_head
from consents.ledger.tree.publishing import heads_file, heads_publish
from consents.ledger.tree.reading import head_of, inclusion_proofs, last_seal
from consents.ledger.tree.sealing import ledger_seal
from consents.ledger.tree.signing import Head, key_create, key_ring_read
from consents.models import ConsentEvent, Leaf, Seal, TreeNode, UnsealedEvent
from tests.consents import merkle_verifier
from tests.consents.ledger_cases import answer, answers, customer_with_phone
from tests.consents.tampering import as_superuser, forget_from

pytestmark = pytest.mark.django_db


def test_a_process_that_may_not_read_the_private_key_checks_by_the_public_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "seal.pem"
    name = key_create(path)
    path.write_text("not for this process")
    monkeypatch.setattr("os.access", lambda place, _mode: place != path)

    assert key_ring_read(path).knows(name)


def test_sealing_gives_every_waiting_event_a_leaf_and_signs_one_head() -> None:
    events = answers(5)

    result = ledger_seal()

    assert (result.sealed, result.size) == (5, 5)
    assert list(Leaf.objects.order_by("index").values_list("event_id", flat=True)) == [e.id for e in events]
    assert not UnsealedEvent.objects.exists()
    head = head_of(Seal.objects.get())
    assert key_ring_read(settings.SEAL_KEY_FILE).verifies(head)
    assert head.root == _root_of_events()


def test_nothing_waiting_is_nothing_signed() -> None:
    answers(1)
    ledger_seal()

    assert ledger_seal().sealed == 0

    assert Seal.objects.count() == 1


def test_the_tree_grows_by_full_subtrees_only() -> None:
    for count in (1, 2, 4, 6):
        answers(count)
        ledger_seal()

    assert list(TreeNode.objects.order_by("height", "position").values_list("height", "position")) == [
        (height, position) for height in (1, 2, 3) for position in range(13 >> height)
    ]
    assert [seal.tree_size for seal in Seal.objects.order_by("tree_size")] == [1, 3, 7, 13]


def test_many_events_are_sealed_in_batches_each_with_a_head() -> None:
    answers(7)

    assert ledger_seal(batch=3).sealed == 7

    assert [seal.tree_size for seal in Seal.objects.order_by("tree_size")] == [3, 6, 7]


def test_every_sealed_event_has_a_proof_and_every_two_heads_belong_together() -> None:
    events = answers(11)
    ledger_seal(batch=4)

    proofs = inclusion_proofs([event.id for event in events])

    assert len(proofs) == 11
    for proof in proofs.values():
        assert merkle_verifier.verify_inclusion(
            leaf=proof.leaf, index=proof.index, size=11, proof=proof.path, root=proof.head.root
        )
    tree, roots = merkle.Frontier(), {}
    for leaf in Leaf.objects.order_by("index"):
        tree.add(bytes(leaf.leaf_hash))
        roots[tree.size] = tree.root()
    heads = {seal.tree_size: bytes(seal.root_hash) for seal in Seal.objects.all()}
    assert heads == {size: roots[size] for size in (4, 8, 11)}


def test_an_event_without_a_leaf_has_no_proof() -> None:
    event = answers(1)[0]

    assert inclusion_proofs([event.id]) == {}
    ledger_seal()
    late = answers(1)[0]
    assert set(inclusion_proofs([event.id, late.id])) == {event.id}


@pytest.mark.django_db(transaction=True)
def test_an_event_that_commits_late_gets_a_later_leaf() -> None:
    slow, slow_phone = customer_with_phone()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            late = answer(slow, slow_phone.uuid)
            early = pool.submit(_answer_and_close).result(timeout=10)
            pool.submit(_seal_and_close).result(timeout=10)
        assert late.id < early
        assert ledger_seal().sealed == 1

    assert list(Leaf.objects.order_by("index").values_list("event_id", flat=True)) == [early, late.id]
    assert ledger_check().outcome == CheckOutcome.OK


@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_once_make_one_history() -> None:
    answers(30)

    def seal(_: int) -> int:
        try:
            return ledger_seal(batch=4).sealed
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(seal, range(8)))
    ledger_seal()

    assert sum(counts) <= 30
    assert Leaf.objects.count() == 30
    sizes = [head.size for head in heads_read(heads_file())]
    assert sizes == list(Seal.objects.order_by("tree_size").values_list("tree_size", flat=True))
    assert ledger_check().outcome == CheckOutcome.OK


def test_no_second_head_is_signed_before_the_first_one_is_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    heads_publish()
    with monkeypatch.context() as patch:
        patch.setattr(sealing, "heads_publish", lambda: 0)  # another sealer, stopped right before the file
        answers(2)
        ledger_seal()
        answers(2)

        assert ledger_seal().is_busy
        assert Seal.objects.count() == 1

    assert ledger_seal().sealed == 2
    assert [head.size for head in heads_read(heads_file())] == [2, 4]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE consents_consentevent SET touchpoint = 'x' WHERE id = %s",
        "UPDATE consents_consentevent SET leaf_hash = commitment WHERE id = %s",
        'UPDATE consents_evidence SET personal = personal || \'{"ip": ""}\' WHERE event_id = %s',
        "DELETE FROM consents_evidence WHERE event_id = %s",
    ],
)
def test_a_changed_event_stops_sealing_and_is_named(change: str) -> None:
    events = answers(3)
    as_superuser(change, events[1].id)

    with pytest.raises(LedgerTampered) as caught:
        ledger_seal()

    assert caught.value.event == str(events[1].uuid)
    assert not Seal.objects.exists()
    assert not Leaf.objects.exists()


def test_an_event_that_vanished_while_it_waited_stops_sealing() -> None:
    events = answers(3)
    as_superuser("DELETE FROM consents_consentstate WHERE event_id = %s", events[1].id)
    as_superuser("DELETE FROM consents_evidence WHERE event_id = %s", events[1].id)
    as_superuser("DELETE FROM consents_consentevent WHERE id = %s", events[1].id)

    with pytest.raises(LedgerTampered, match=str(events[1].id)):
        ledger_seal()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE consents_leaf SET leaf_hash = sha256('x') WHERE index = 2",
        "UPDATE consents_treenode SET node_hash = sha256('x')",
        "UPDATE consents_seal SET sealed_at = sealed_at + interval '1 microsecond'",
        "DELETE FROM consents_treenode",
        "INSERT INTO consents_treenode (height, position, node_hash) VALUES (1, 1, sha256('x'))",
        "INSERT INTO consents_leaf (index, event_id, leaf_hash) SELECT 7, 0, leaf_hash FROM consents_leaf LIMIT 1",
        "INSERT INTO consents_unsealedevent SELECT event_id FROM consents_leaf WHERE index = 1",
        "INSERT INTO consents_unsealedevent VALUES (0)",
    ],
)
def test_a_changed_tree_head_or_queue_stops_sealing(change: str) -> None:
    answers(3)
    ledger_seal()
    answers(1)
    as_superuser(change)

    with pytest.raises(LedgerTampered):
        ledger_seal()


def test_heads_are_added_to_a_file_outside_the_database() -> None:
    answers(2)
    ledger_seal()
    answers(1)
    ledger_seal()

    heads = list(heads_read(heads_file()))

    assert heads == [head_of(seal) for seal in Seal.objects.order_by("tree_size")]
    assert last_head(heads_file()) == last_seal() == heads[-1]


def test_a_head_that_a_crash_kept_from_the_file_is_added_later() -> None:
    answers(1)
    ledger_seal()
    whole = heads_file().read_bytes()
    answers(1)
    ledger_seal()
    heads_file().write_bytes(whole + b'{"form": "mostik se')

    assert heads_publish() == 1

    assert [head.size for head in heads_read(heads_file())] == [1, 2]
    assert heads_publish() == 0


def test_a_database_that_was_set_back_is_not_signed_past_its_published_head() -> None:
    answers(3)
    ledger_seal()
    forget_from(0)
    answers(5)

    with pytest.raises(LedgerRolledBack):
        ledger_seal()

    assert not Seal.objects.exists()


def test_another_history_of_the_same_length_is_not_signed_on() -> None:
    answers(3)
    ledger_seal()
    forget_from(0)
    published = heads_file().read_bytes()
    heads_file().unlink()
    answers(3)
    ledger_seal()
    heads_file().write_bytes(published)
    answers(1)

    with pytest.raises(LedgerRolledBack):
        ledger_seal()


def test_without_the_file_of_heads_nothing_is_signed_until_it_is_back() -> None:
    answers(1)
    ledger_seal()
    heads_file().unlink()
    answers(1)

    with pytest.raises(HeadsMissing):
        ledger_seal()
    call_command("ledger_heads", write_file=True)

    assert ledger_seal().size == 2


def test_without_a_key_nothing_is_signed() -> None:
    answers(1)
    settings.SEAL_KEY_FILE.unlink()

    with pytest.raises(SealKeyMissing):
        ledger_seal()


def test_a_new_key_signs_on_and_the_old_heads_stay_good() -> None:
    answers(1)
    ledger_seal()
    settings.SEAL_KEY_FILE.unlink()
    key_create(settings.SEAL_KEY_FILE)
    answers(1)

    ledger_seal()

    assert len({head.key_id for head in heads_read(heads_file())}) == 2
    assert ledger_check().outcome == CheckOutcome.OK


def test_a_key_is_never_overwritten_and_only_its_owner_may_read_it() -> None:
    path = settings.SEAL_KEY_FILE

    with pytest.raises(FileExistsError):
        key_create(path)

    assert path.stat().st_mode & 0o777 == 0o600


def test_the_signed_text_is_frozen() -> None:
    head = Head(size=3, root=b"\x01" * 32, time="2026-11-24T09:15:00.000042Z", key_id="0123456789abcdef")

    assert head.text == (b"mostik seal v1\n3\n" + b"01" * 32 + b"\n2026-11-24T09:15:00.000042Z\n0123456789abcdef\n")


def test_health_tells_how_long_the_oldest_event_waits() -> None:
    assert ledger_health().delay.total_seconds() == 0
    answers(2)
    waiting = ledger_health()
    ledger_seal()
    sealed = ledger_health()

    assert (waiting.waiting, waiting.tree_size, waiting.sealed_at) == (2, 0, None)
    assert waiting.delay.total_seconds() > 0
    assert (sealed.waiting, sealed.tree_size) == (0, 2)
    assert sealed.root == bytes(Seal.objects.get().root_hash).hex()


STEPS = [
    "consents.ledger.tree.sealing.rows_record",
    "consents.ledger.tree.sealing._move",
    "consents.ledger.tree.sealing._grow",
    "consents.ledger.tree.sealing._store_nodes",
    "consents.ledger.tree.sealing._sign",
    "consents.ledger.tree.sealing.heads_publish",
    "consents.ledger.tree.publishing.heads_append",
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_a_sealer_killed_between_two_steps_leaves_a_whole_tree(
    step: str, when: str, django_db_blocker: DjangoDbBlocker
) -> None:
    answers(5)

    assert _sealer_killed_at(step, when) == -signal.SIGKILL
    _seal_when_the_lock_is_free()

    assert Leaf.objects.count() == 5
    assert [head.size for head in heads_read(heads_file())] == list(
        Seal.objects.order_by("tree_size").values_list("tree_size", flat=True)
    )
    assert ledger_check().outcome == CheckOutcome.OK


def _seal_when_the_lock_is_free() -> None:
    """The server may take a moment to notice that the client of the killed sealer is gone."""
    for _ in range(200):
        if not ledger_seal().is_busy:
            return
        sleep(0.05)
    pytest.fail("the lock of a killed sealer was never given back")


def _sealer_killed_at(step: str, when: str) -> int:
    """Seal in a process of its own that kills itself at a step; return how it ended."""
    module, name = step.rsplit(".", 1)
    database: dict[str, Any] = connection.settings_dict
    program = dedent(f"""
        import json, os, signal, django
        django.setup()
        from django.conf import settings
        from django.db import connection
        from pathlib import Path
        connection.settings_dict.update(json.loads(os.environ["TEST_DATABASE"]))
        settings.VAR_DIR = Path({str(settings.VAR_DIR)!r})
        settings.SEAL_KEY_FILE = Path({str(settings.SEAL_KEY_FILE)!r})
        import {module} as module
        from consents.ledger.tree.sealing import ledger_seal
        step = module.{name}
        def stop(*args, **keywords):
            result = step(*args, **keywords) if {when == "after"} else None
            os.kill(os.getpid(), signal.SIGKILL)
        module.{name} = stop
        ledger_seal(batch=3)
    """)
    where = {key: database[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    environment = {**os.environ, "TEST_DATABASE": json.dumps(where)}
    return subprocess.run([sys.executable, "-c", program], env=environment, check=False).returncode


def _answer_and_close() -> int:
    try:
        return answers(1)[0].id
    finally:
        connection.close()


def _seal_and_close() -> None:
    try:
        ledger_seal()
    finally:
        connection.close()


def _root_of_events() -> bytes:
    frontier = merkle.Frontier()
    for leaf in ConsentEvent.objects.order_by("id").values_list("leaf_hash", flat=True):
        frontier.add(bytes(leaf))
    return frontier.root()


def run(*arguments: str, **options: Any) -> str:
    """Run a command; return what it wrote."""
    out = StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue()


def test_the_commands_seal_and_print_heads() -> None:
    answers(2)
    settings.SEAL_KEY_FILE.unlink()

    with pytest.raises(CommandError, match="seal_key_missing"):
        run("ledger_seal")
    assert run("ledger_seal", create_key=True).endswith("Подписано: 2, всего в журнале: 2.\n")
    answers(1)
    run("ledger_seal")

    lines = [json.loads(line) for line in run("ledger_heads").splitlines()]
    assert [line["size"] for line in lines] == [2, 3]
    assert heads_file().read_text().splitlines() == run("ledger_heads").splitlines()
    assert [json.loads(line)["size"] for line in run("ledger_heads", last=1).splitlines()] == [3]
    assert run("ledger_heads", after=3) == ""
    assert run("ledger_heads", write_file=True) == "Дописано контрольных точек: 0.\n"
