"""The process that unpacks a workbook: what it may take, what it sees, and that it never outlives its reader."""

import os
import signal
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from consents.errors import FileRefused
from consents.importing import conf
from consents.importing.conf import uploads_dir
from consents.importing.files.workbook import sheet_rows
from consents.importing.listing import import_card
from consents.importing.running import import_examine
from consents.importing.runs import import_receive
from consents.importing.shape import shape_detect
from consents.models import ImportJob
from tests.consents.importing.workbooks import packed, parts

MANY = "".join(
    f'<row r="{n}"><c r="A{n}"><v>{n * 7919}</v></c><c r="B{n}"><v>{n}</v></c></row>' for n in range(1, 40_000)
)
FAR_APART = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="GR1048576"><v>2</v></c></row>'
"""Two cells, which a reader that keeps all between them takes for 210 million."""


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list["subprocess.Popen[bytes]"]:
    """Every process that the reader starts."""
    started: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen

    def kept(*args: Any, **kwargs: Any) -> "subprocess.Popen[bytes]":
        started.append(start(*args, **kwargs))
        return started[-1]

    monkeypatch.setattr("consents.importing.files.workbook.subprocess.Popen", kept)
    return started


@pytest.fixture
def long_book(tmp_path: Path) -> Path:
    """A workbook with more rows than a pipe holds."""
    packed(parts(MANY), tmp_path / "f")
    return tmp_path / "f"


def test_a_sheet_that_takes_too_much_memory_is_refused_and_leaves_nothing(db: None) -> None:
    before = set(uploads_dir().iterdir())
    job_id = import_receive(file_name="a.xlsx", stream=BytesIO(packed(parts(FAR_APART))), source="crm")

    import_examine(job_id=job_id)

    job = ImportJob.objects.get(pk=job_id)
    assert (job.status, job.error_code) == ("refused", "file_heavy")
    assert import_card(job_id=job_id).error.startswith(
        "Книга слишком тяжела: на неё не хватило отведённых памяти или времени."
    )
    assert set(uploads_dir().iterdir()) == before


def test_memory_is_bound_by_the_setting(tmp_path: Path, settings: Any) -> None:
    packed(parts(FAR_APART.replace("1048576", "20000")), tmp_path / "f")
    assert [number for number, _cells in sheet_rows(tmp_path / "f")] == [1, 20_000]

    settings.IMPORT_MEMORY_MB = 64

    with pytest.raises(FileRefused) as caught:
        list(sheet_rows(tmp_path / "f"))
    assert caught.value.reason == "file_heavy"


def test_a_workbook_that_takes_too_long_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, children: list["subprocess.Popen[bytes]"]
) -> None:
    monkeypatch.setattr(conf, "WORKBOOK_SECONDS", 1)
    os.mkfifo(tmp_path / "f")  # nobody ever writes to it

    with pytest.raises(FileRefused) as caught:
        list(sheet_rows(tmp_path / "f"))

    assert caught.value.reason == "file_heavy"
    assert [child.returncode for child in children] == [-signal.SIGKILL]


def test_the_process_ends_with_its_reader(long_book: Path, children: list["subprocess.Popen[bytes]"]) -> None:
    rows = sheet_rows(long_book)
    assert next(rows) == (1, ["7919", "1"])
    assert children[0].poll() is None

    rows.close()  # type: ignore[attr-defined]  # a generator is what it is

    assert children[0].returncode == -signal.SIGKILL
    with pytest.raises(ProcessLookupError):
        os.kill(children[0].pid, 0)


def test_the_process_ends_when_the_reader_of_its_rows_fails(
    long_book: Path, children: list["subprocess.Popen[bytes]"], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("consents.importing.reading.os.replace", full)

    with pytest.raises(OSError, match="No space"):
        shape_detect(ImportJob(path=str(long_book), file_kind="xlsx"))

    assert [child.returncode for child in children] in ([0], [-signal.SIGKILL])
    assert list(long_book.parent.glob("f*")) == [long_book]


@pytest.mark.parametrize(
    ("sign", "reason"),
    [(signal.SIGKILL, "file_heavy"), (signal.SIGABRT, "file_heavy"), (signal.SIGSEGV, "file_unread")],
)
def test_a_process_that_breaks_off_is_no_end_of_the_rows(
    long_book: Path, children: list["subprocess.Popen[bytes]"], sign: signal.Signals, reason: str
) -> None:
    rows = sheet_rows(long_book)
    next(rows)
    os.kill(children[0].pid, sign)

    with pytest.raises(FileRefused) as caught:
        list(rows)

    assert caught.value.reason == reason


def test_the_process_sees_no_secret_and_no_django(
    long_book: Path, children: list["subprocess.Popen[bytes]"], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEAL_KEY_FILE", "/etc/secret.pem")
    rows = sheet_rows(long_book)
    next(rows)
    place = Path("/proc") / str(children[0].pid)

    assert place.joinpath("environ").read_bytes() == b""
    assert b"/psycopg" not in place.joinpath("maps").read_bytes()
    rows.close()  # type: ignore[attr-defined]  # a generator is what it is
    command = "import sys, consents.importing.files.sheet_child; print('django' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", command], capture_output=True, check=True, text=True)
    assert told.stdout == "False\n"
