"""Rows judged by several processes side by side: the same blocks as in one process, and nobody left behind."""

import signal
import subprocess
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from consents.importing import conf
from consents.importing.files.records import CsvFile
from consents.importing.judging.mapping import mapping_guess
from consents.importing.judging.refusals import RefusalColumn, column_question
from consents.importing.judging.rows import CustomerRow, ReadRow, RowRules
from consents.importing.running import import_examine, import_run
from consents.importing.runs import import_receive
from consents.importing.storing import judges
from consents.importing.storing.blocks import ROWS_AT_ONCE, _block
from consents.importing.storing.judge_child import task_text
from consents.importing.storing.judges import JudgeLost, file_judge
from consents.importing.storing.staging import block_stage, staging_close, staging_open
from consents.models import ImportJob
from tests.consents.importing.conftest import base, codes, rows

ROWS = 2 * ROWS_AT_ONCE + 3
HEADER = "ID;ФИО;Телефон;Почта;Город;Мессенджер;Отказ"
SPECIAL = "C-\\N;Ёлкин\\tИван\\\\;89160000001;a@example.ru;\\N;WhatsApp;"
"""Signs that COPY reads as others unless they are escaped."""


def customers(count: int = ROWS) -> str:
    """Rows of all kinds: clean, refused, with a word, with a refusal, over two lines, blank."""
    kinds = (
        "C-{n};Ёлкин {n};8916{n:07d};u{n}@example.ru;Томск;WhatsApp;",
        "C-{n};Иванов;4.479E+11;;Омск;Viber;да",
        "C-{n};Петров\u200b;8916{n:07d};нет;\\N;Сокол;нет",
        ";Сидоров;8916{n:07d};;;;когда-нибудь",
        'C-{n};"Ким\r\nИрина";8916{n:07d};u{n}@example.ru;Омск;MAX;реклама',
        "\r\nC-{n};Цой;8916{n:07d};;;;",
    )
    return rows(SPECIAL, *(kinds[n % len(kinds)].format(n=n) for n in range(count - 1)), header=HEADER)


def table(path: Path, content: str) -> tuple[CsvFile, RowRules]:
    """A file and how to read it."""
    path.write_text(content, encoding="utf-8", newline="")
    headings = HEADER.split(";")
    refusals = [RefusalColumn(6, column_question(headings[6]), {"когда-нибудь": "advertising"})]
    rules = RowRules(headings, mapping_guess(headings, []), {"whatsapp": "whatsapp"}, refusals, 3)
    return CsvFile(str(path), "utf-8", ";", width=7, least=3, header_line=1), rules


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list["subprocess.Popen[bytes]"]:
    """Every process that judges rows; two of them, however many processors there are."""
    started: list[subprocess.Popen[bytes]] = []
    start = judges._child

    def kept() -> "subprocess.Popen[bytes]":
        started.append(start())
        return started[-1]

    monkeypatch.setattr(judges, "_child", kept)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    return started


def test_processes_side_by_side_judge_as_one(tmp_path: Path, children: list[Any]) -> None:
    file, rules = table(tmp_path / "f", customers())

    alone = list(file_judge(file, rules, rows=0))
    assert not children
    together = list(file_judge(file, rules, rows=conf.SIDE_BY_SIDE_FROM))

    assert len(children) == conf.JUDGES
    assert [block.last for block in together] == [ROWS_AT_ONCE, 2 * ROWS_AT_ONCE, ROWS]
    assert together == alone
    assert all(child.wait() is not None for child in children)


def test_one_processor_judges_in_one_process(
    tmp_path: Path, children: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    file, rules = table(tmp_path / "f", customers(10))

    assert [block.last for block in file_judge(file, rules, rows=conf.SIDE_BY_SIDE_FROM)] == [10]
    assert not children


def test_a_file_of_whole_blocks_has_no_empty_one(tmp_path: Path, children: list[Any]) -> None:
    file, rules = table(tmp_path / "f", customers(ROWS_AT_ONCE))

    assert [block.last for block in file_judge(file, rules, rows=conf.SIDE_BY_SIDE_FROM)] == [ROWS_AT_ONCE]


def test_processes_end_with_whoever_reads_them(tmp_path: Path, children: list[Any]) -> None:
    file, rules = table(tmp_path / "f", customers())
    blocks = file_judge(file, rules, rows=conf.SIDE_BY_SIDE_FROM)
    next(blocks)

    blocks.close()

    assert [child.returncode for child in children] == [-signal.SIGKILL] * conf.JUDGES


def test_a_process_that_breaks_off_is_noticed(tmp_path: Path, children: list[Any]) -> None:
    file, rules = table(tmp_path / "f", customers())
    blocks = file_judge(file._replace(encoding="ascii"), rules, rows=conf.SIDE_BY_SIDE_FROM)

    with pytest.raises(JudgeLost):
        list(blocks)


def test_a_process_whose_reader_is_gone_ends(tmp_path: Path) -> None:
    file, rules = table(tmp_path / "f", customers())
    with judges._child() as child:
        output = judges._told(child, task_text(file, rules, part=0, parts=1))

        output.close()

        assert child.wait()


@pytest.mark.django_db
def test_a_run_whose_judges_were_lost_failed_and_can_go_on(
    children: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conf, "SIDE_BY_SIDE_FROM", 1)
    job_id = import_receive(file_name="f.csv", stream=BytesIO(customers().encode()), source="crm")
    import_examine(job_id=job_id)
    block = judges._block
    monkeypatch.setattr(judges, "_block", lambda output: [child.kill() for child in children] and block(output))

    with pytest.raises(JudgeLost):
        import_run(job_id=job_id)
    job = ImportJob.objects.get(pk=job_id)
    assert (job.status, job.error_code, job.next_row) == ("failed", "broken_off", 0)

    monkeypatch.setattr(judges, "_block", block)
    import_run(job_id=job_id)
    assert ImportJob.objects.get(pk=job_id).status == "finished"


@pytest.mark.django_db
def test_an_import_with_processes_stores_and_reports_what_one_without_does(
    children: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    done = []
    for source, least in (("alone", 10 * ROWS), ("together", 1)):
        monkeypatch.setattr(conf, "SIDE_BY_SIDE_FROM", least)
        job_id = import_receive(file_name="f.csv", stream=BytesIO(customers().encode()), source=source)
        import_examine(job_id=job_id)
        with transaction.atomic():
            import_run(job_id=job_id)
            done.append((codes(ImportJob.objects.get(pk=job_id)), base(source)))
            transaction.set_rollback(True)

    assert len(children) == conf.JUDGES
    assert done[0] == done[1]


@pytest.mark.django_db
def test_every_sign_comes_through_copy_as_it_was() -> None:
    special = ("\\N", "\\", "\\\\", "a\\nb", "\\.", "a\tb", "a\nb", "a\r\nb", "", "Ёлкин")
    texts = [(*pair, None) for pair in pairwise(special)]
    read = [ReadRow(number, CustomerRow(number, *pair, *(None,) * 9), ()) for number, pair in enumerate(texts, start=1)]
    staging_open()

    block_stage(_block(read, 0))

    with connection.cursor() as cursor:
        cursor.execute("SELECT external_id, name, name_key FROM import_row ORDER BY row_no")
        assert cursor.fetchall() == texts
    staging_close()
