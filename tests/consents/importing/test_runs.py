"""Runs: interrupted, repeated, doubled, failed, rehearsed."""

import os
import threading
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from consents import tasks
from consents.enums import ImportStatus
from consents.errors import FileRefused, ImportBusy, ImportMissing, MappingIncomplete
from consents.importing import batches
from consents.importing import running as import_running
from consents.importing.conf import BATCH, uploads_dir
from consents.importing.listing import import_card, imports_due, imports_listed
from consents.importing.preview import import_preview
from consents.importing.reading import rows_path
from consents.importing.running import import_examine, import_rehearsal, import_run
from consents.importing.runs import (
    import_close,
    import_discard,
    import_mapping_set,
    import_queue,
    import_receive,
    uploads_clean,
)
from consents.importing.storing.merging import batch_store
from consents.models import ContactPoint, Customer, ImportIssue, ImportJob, Stop
from tests.consents.importing.conftest import HEADER, base, codes, rows, sample

pytestmark = pytest.mark.django_db


def receive(content: bytes | str, name: str = "customers.csv") -> ImportJob:
    """Take a file in without starting it."""
    data = content.encode() if isinstance(content, str) else content
    job_id = import_receive(file_name=name, stream=BytesIO(data), source="crm")
    import_examine(job_id=job_id)
    return ImportJob.objects.get(pk=job_id)


def many(count: int) -> str:
    """A file of so many good rows, with one of each trouble across the batches."""
    lines = [f"C-{n};Иван {n};8916{n:07d};u{n}@example.ru;Омск;Asia/Omsk;WhatsApp;розница" for n in range(count)]
    lines[10] = lines[10].replace("C-10;", f"C-{count - 5};")
    lines[20] = lines[20].replace("89160000020", f"8916{count - 7:07d}")
    lines[count // 2] = lines[count // 2].replace("8916", "4.479E+11")
    return rows(*lines)


def test_an_upload_is_kept_under_a_name_of_ours_for_us_alone() -> None:
    job = receive(sample("sheet.xlsx"), "..\\..\\зарплаты\0\n.xlsx")

    path = Path(job.path)
    assert path.parent == uploads_dir()
    assert path.name == str(job.uuid)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert job.file_name == "зарплаты.xlsx"
    assert (job.file_kind, job.total_rows, job.status) == ("xlsx", 400, ImportStatus.UPLOADED)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"<html><table>"])
def test_a_file_whose_first_bytes_are_no_table_leaves_nothing_behind(content: bytes) -> None:
    with pytest.raises(FileRefused):
        receive(content)

    assert not ImportJob.objects.exists()
    assert list(uploads_dir().iterdir()) == []


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"PK\x03\x04 no archive", "file_broken", "повреждён"),
        (b"\xff\xfe\x00", "encoding_damaged", "В строке 1 есть байты"),
        (f"{HEADER}\r\n".encode(), "file_no_rows", "только заголовок"),
    ],
)
def test_a_file_that_is_refused_on_examination_keeps_its_reason_and_no_bytes(
    content: bytes, code: str, words: str
) -> None:
    job = receive(content)

    assert (job.status, job.error_code) == (ImportStatus.REFUSED, code)
    assert words in import_card(job_id=job.pk).error
    assert list(uploads_dir().iterdir()) == []
    assert import_run(job_id=job.pk) == ImportStatus.REFUSED
    assert not import_queue(job_id=job.pk)


def test_an_error_nobody_foresaw_refuses_the_file_and_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    job_id = import_receive(file_name="f.csv", stream=BytesIO(sample("utf8_comma.csv")), source="crm")

    def fails(_path: Path) -> None:
        raise MemoryError

    monkeypatch.setattr(import_running, "shape_detect", fails)
    with pytest.raises(MemoryError):
        import_examine(job_id=job_id)

    assert "не удалось разобрать" in import_card(job_id=job_id).error
    assert import_examine(job_id=job_id) == ImportStatus.REFUSED
    assert list(uploads_dir().iterdir()) == []


def test_an_upload_is_examined_once_and_not_run_before() -> None:
    job_id = import_receive(file_name="f.csv", stream=BytesIO(sample("utf8_comma.csv")), source="crm")
    assert ImportJob.objects.get().headers == []

    with pytest.raises(ImportBusy):
        import_run(job_id=job_id)
    assert not import_queue(job_id=job_id)
    tasks.examine_import(job_id)
    tasks.examine_import(job_id)

    job = ImportJob.objects.get()
    assert (job.status, job.total_rows, len(job.headers)) == (ImportStatus.UPLOADED, 400, 8)


def test_the_file_of_a_finished_run_is_deleted() -> None:
    job = receive(sample("sheet.xlsx"), "sheet.xlsx")

    import_run(job_id=job.pk)

    assert list(uploads_dir().iterdir()) == []


def test_a_corrected_mapping_is_what_the_run_goes_by() -> None:
    job = receive("ID;Имя;Телефон;Второй\n1;Иван;мусор;89161234567\n")
    import_mapping_set(job_id=job.pk, mapping={"external_id": 0, "name": 1, "phone": 3})

    import_run(job_id=job.pk)

    assert ContactPoint.objects.get().value == "+79161234567"


def test_a_mapping_is_not_corrected_once_rows_are_stored() -> None:
    job = receive(rows("C-1;Иван;89161234567;;;;;"))
    import_run(job_id=job.pk)

    with pytest.raises(ImportBusy):
        import_mapping_set(job_id=job.pk, mapping={"external_id": 0, "phone": 2})


def test_an_incomplete_mapping_starts_nothing() -> None:
    job = receive("Имя;Телефон\nИван;89161234567\n")

    with pytest.raises(MappingIncomplete):
        import_queue(job_id=job.pk)
    with pytest.raises(MappingIncomplete):
        import_run(job_id=job.pk)

    assert ImportJob.objects.get().status == ImportStatus.UPLOADED
    assert not Customer.objects.exists()


def test_a_run_that_is_cut_into_pieces_ends_like_an_unbroken_one() -> None:
    content = many(BATCH * 2 + 500)
    whole = receive(content)
    import_run(job_id=whole.pk)
    expected = base(), codes(whole)
    ContactPoint.objects.all().delete()
    Customer.objects.all().delete()
    cut = receive(content)

    places = []
    while import_run(job_id=cut.pk, budget_s=0) == ImportStatus.RUNNING:
        cut.refresh_from_db()
        places.append(cut.next_row)

    cut.refresh_from_db()
    whole.refresh_from_db()
    assert places == [BATCH, 2 * BATCH]
    assert (base(), codes(cut)) == expected
    for name in ("created_count", "updated_count", "unchanged_count", "refused_count", "doubtful_count", "next_row"):
        assert getattr(cut, name) == getattr(whole, name), name


def test_a_failure_between_batches_keeps_what_is_stored_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    content = many(BATCH * 2)
    job = receive(content)
    store, calls = batch_store, []

    def second_fails(job: ImportJob, upto: int, **_earlier: object) -> dict[str, int]:
        calls.append(upto)
        if len(calls) == 2:
            raise OSError("disk")
        return store(job, upto)

    monkeypatch.setattr(batches, "batch_store", second_fails)
    with pytest.raises(OSError, match="disk"):
        import_run(job_id=job.pk)

    card = import_card(job_id=job.pk)
    assert (card.job.status, card.job.next_row, card.job.created_count) == (
        ImportStatus.FAILED,
        BATCH,
        Customer.objects.count(),
    )
    assert "Продолжить" in card.error
    assert import_queue(job_id=job.pk)
    assert import_run(job_id=job.pk) == ImportStatus.FINISHED
    assert Customer.objects.count() == BATCH * 2 - 1


def test_a_finished_run_is_not_run_again() -> None:
    job = receive(rows("C-1;Иван;89161234567;;;;;"))
    import_run(job_id=job.pk)

    assert import_run(job_id=job.pk) == ImportStatus.FINISHED
    assert not import_queue(job_id=job.pk)
    assert ImportJob.objects.get().created_count == 1


@pytest.mark.parametrize(("spoil", "code"), [("unlink", "file_missing"), ("change", "file_changed")])
def test_a_file_that_is_gone_or_changed_stops_the_run_with_a_reason(spoil: str, code: str) -> None:
    job = receive(rows("C-1;Иван;89161234567;;;;;"))
    if spoil == "unlink":
        Path(job.path).unlink()
    else:
        Path(job.path).write_bytes(b"ID;phone\n1;89161234567\n")

    assert import_run(job_id=job.pk) == ImportStatus.FAILED
    assert ImportJob.objects.get().error_code == code
    assert not Customer.objects.exists()


def test_a_rehearsal_shows_the_result_and_leaves_the_base_as_it_was() -> None:
    job = receive(sample("broken_cp1251.csv"))

    with import_rehearsal(job_id=job.pk):
        card = import_card(job_id=job.pk)
        assert (card.job.created_count, card.job.refused_count) == (394, 6)
        assert ImportIssue.objects.exists()

    assert not Customer.objects.exists()
    assert not ImportIssue.objects.exists()
    assert import_card(job_id=job.pk).job.status == ImportStatus.UPLOADED
    assert import_run(job_id=job.pk) == ImportStatus.FINISHED


def test_a_preview_reads_the_file_and_stores_nothing() -> None:
    job = receive(sample("broken_cp1251.csv"))

    preview = import_preview(job_id=job.pk, limit=40)

    assert (preview.checked, preview.is_whole, len(preview.rows)) == (400, True, 40)
    assert preview.refused == 5  # the repeated number is found by the run
    row = preview.rows[29]
    assert (row.line, row.is_refused, row.problems[0].column) == (31, False, "Телефон")
    assert preview.rows[1].values[3] == "user2@пример.рф"
    assert not Customer.objects.exists()


def test_an_upload_can_be_thrown_away_until_a_row_is_stored() -> None:
    job = receive(sample("sheet.xlsx"), "sheet.xlsx")
    kept = receive(rows("C-1;Иван;89161234567;;;;;"))
    import_run(job_id=kept.pk)

    import_discard(job_id=job.pk)

    assert [upload.pk for upload in imports_listed()] == [kept.pk]
    with pytest.raises(ImportBusy):
        import_discard(job_id=kept.pk)
    with pytest.raises(ImportMissing):
        import_discard(job_id=job.pk)


def test_uploads_that_nobody_started_are_deleted_after_a_week(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    job = receive(sample("sheet.xlsx"), "sheet.xlsx")
    ImportJob.objects.update(created_at=timezone.now() - timedelta(days=8))
    fresh = receive(rows("C-1;Иван;89161234567;;;;;"))

    with django_capture_on_commit_callbacks(execute=True):
        assert uploads_clean() == 1

    assert not Path(job.path).exists()
    assert Path(fresh.path).exists()


@pytest.mark.parametrize(("started_days_ago", "status"), [(8, ImportStatus.CLOSED), (1, ImportStatus.FAILED)])
def test_a_run_that_stopped_half_way_is_closed_after_a_week(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, started_days_ago: int, status: ImportStatus
) -> None:
    job = receive(sample("sheet.xlsx"), "sheet.xlsx")
    ImportJob.objects.update(
        created_at=timezone.now() - timedelta(days=9),
        started_at=timezone.now() - timedelta(days=started_days_ago),
        status=ImportStatus.FAILED,
        error_code="broken_off",
        next_row=1,
    )

    with django_capture_on_commit_callbacks(execute=True):
        uploads_clean()

    assert ImportJob.objects.get().status == status
    assert Path(job.path).exists() == (status == ImportStatus.FAILED)


def test_files_that_no_job_needs_are_deleted_and_young_ones_wait_for_their_row() -> None:
    waiting = receive(sample("sheet.xlsx"), "sheet.xlsx")
    over = receive(rows("C-1;Иван;89161234567;;;;;"))
    import_run(job_id=over.pk)
    stray, young, odd = uploads_dir() / str(uuid4()), uploads_dir() / str(uuid4()), uploads_dir() / "core.123"
    for path in (stray, young, odd, Path(over.path)):
        path.write_bytes(b"+79161234567")
    now = time.time()
    for path in uploads_dir().iterdir():
        written_at = now if path == young else now - 2 * 86_400
        os.utime(path, (written_at, written_at))

    uploads_clean()

    kept = {Path(waiting.path), rows_path(Path(waiting.path)), young}
    assert set(uploads_dir().iterdir()) == kept


def test_a_half_stored_run_can_be_closed_once(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    job = receive(sample("utf8_comma.csv"))
    assert not import_close(job_id=job.pk)
    ImportJob.objects.update(status=ImportStatus.FAILED, error_code="broken_off", next_row=1)

    with django_capture_on_commit_callbacks(execute=True):
        assert import_close(job_id=job.pk)
    assert not import_close(job_id=job.pk)

    assert not Path(job.path).exists()
    assert import_run(job_id=job.pk) == ImportStatus.CLOSED
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("broken_off", "нажмите «Загрузить клиентов»", "нажмите «Продолжить»"),
        ("file_missing", "Клиенты не изменились", "Загруженные строки сохранены"),
        ("file_changed", "Клиенты не изменились", "Загруженные строки сохранены"),
    ],
)
def test_the_words_of_a_failed_run_say_whether_rows_were_stored(code: str, before: str, after: str) -> None:
    job = receive(sample("utf8_comma.csv"))
    for stored, words in ((0, before), (1, after)):
        ImportJob.objects.update(status=ImportStatus.FAILED, error_code=code, next_row=stored)
        assert words in import_card(job_id=job.pk).error


def test_the_time_left_counts_from_the_run_that_is_on_now() -> None:
    job = receive(sample("utf8_comma.csv"))
    ImportJob.objects.filter(pk=job.pk).update(
        status=ImportStatus.RUNNING,
        started_at=timezone.now() - timedelta(days=2),
        pace_since=timezone.now() - timedelta(seconds=10),
        pace_row=200,
        next_row=300,
    )

    left = import_card(job_id=job.pk).left_s

    assert left is not None
    assert 9 <= left <= 12


@pytest.mark.parametrize(("state", "attempts"), [("40P01", 2), ("57014", 1)])
def test_a_batch_that_lost_a_deadlock_is_stored_again(
    monkeypatch: pytest.MonkeyPatch, state: str, attempts: int
) -> None:
    job = receive(sample("utf8_comma.csv"))
    store, calls = batch_store, []

    def loses_once(job: ImportJob, upto: int, **_earlier: object) -> dict[str, int]:
        calls.append(upto)
        if len(calls) == 1:
            raise OperationalError("lost") from psycopg.errors.lookup(state)("lost")
        return store(job, upto)

    monkeypatch.setattr(batches, "batch_store", loses_once)
    tasks.run_import(job.pk)

    assert len(calls) == attempts
    assert Customer.objects.exists() == (attempts == 2)


def test_the_sweep_finds_runs_that_show_no_life() -> None:
    queued, running, alive, waiting = (receive(rows("C-1;Иван;89161234567;;;;;")) for _n in range(4))
    past, future = timezone.now() - timedelta(minutes=1), timezone.now() + timedelta(minutes=1)
    for job, status, lease in (
        (queued, ImportStatus.QUEUED, past),
        (running, ImportStatus.RUNNING, past),
        (alive, ImportStatus.RUNNING, future),
        (waiting, ImportStatus.QUEUED, future),
    ):
        ImportJob.objects.filter(pk=job.pk).update(status=status, leased_until=lease)

    assert imports_due(ImportStatus.QUEUED, ImportStatus.RUNNING) == [queued.pk, running.pk]


def test_the_sweep_finds_uploads_that_nobody_examines() -> None:
    jobs = [import_receive(file_name="f", stream=BytesIO(b"id;phone\n1;2\n"), source="crm") for _n in range(2)]
    ImportJob.objects.filter(pk=jobs[0]).update(leased_until=timezone.now() - timedelta(minutes=1))

    assert imports_due(ImportStatus.READING) == [jobs[0]]
    assert imports_due(ImportStatus.QUEUED, ImportStatus.RUNNING) == []


def test_the_task_takes_an_id_and_says_nothing_of_the_customer(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = receive(rows("C-1;Иван;89161234567;;;;;"))
    quoting = ValueError("Key (value)=(+79161234567) already exists")

    def fails(_job: ImportJob, _upto: int, **_earlier: object) -> dict[str, int]:
        raise quoting

    monkeypatch.setattr(batches, "batch_store", fails)
    tasks.run_import(job.pk)

    assert ImportJob.objects.get().status == ImportStatus.FAILED
    assert "ValueError" in caplog.text
    assert "79161234567" not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_two_runs_of_one_file_never_overlap(monkeypatch: pytest.MonkeyPatch) -> None:
    job = receive(rows("C-1;Иван;89161234567;;;;;"))
    store, inside, outcome = batch_store, threading.Event(), []

    def slow(job: ImportJob, upto: int, **_earlier: object) -> dict[str, int]:
        inside.set()
        time.sleep(0.5)
        return store(job, upto)

    def other() -> None:
        inside.wait(10)
        try:
            import_run(job_id=job.pk)
        except ImportBusy as error:
            outcome.append(error.code)
        finally:
            connection.close()

    monkeypatch.setattr(batches, "batch_store", slow)
    rival = threading.Thread(target=other)
    rival.start()
    import_run(job_id=job.pk)
    rival.join()

    assert outcome == ["import_busy"]
    assert ImportJob.objects.get().created_count == 1


@pytest.mark.django_db(transaction=True)
def test_two_files_of_one_source_at_once_make_each_customer_once() -> None:
    content = rows(*(f"C-{n};Иван;8916{n:07d};u{n}@example.ru;;;;" for n in range(3000)))
    jobs = [receive(content) for _n in range(3)]

    def run(job_id: int) -> None:
        try:
            import_run(job_id=job_id)
        finally:
            connection.close()

    runners = [threading.Thread(target=run, args=(job.pk,)) for job in jobs]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()

    found = list(ImportJob.objects.values_list("status", "created_count", "unchanged_count"))
    assert {status for status, _created, _unchanged in found} == {ImportStatus.FINISHED}
    assert sum(created for _status, created, _unchanged in found) == 3000
    assert sum(unchanged for _status, _created, unchanged in found) == 6000
    assert Customer.objects.count() == 3000
    assert ContactPoint.objects.count() == 6000
    assert not Stop.objects.exists()
