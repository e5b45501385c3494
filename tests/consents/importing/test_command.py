"""The command: what it prints, what it writes, how it ends."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import DjangoCaptureOnCommitCallbacks

from consents.enums import ImportStatus
from consents.importing.conf import uploads_dir
from consents.models import Customer, ImportJob
from consents.services.import_running import import_run
from consents.services.importing import import_queue, import_receive
from tests.consents.importing.conftest import SAMPLES, rows

pytestmark = pytest.mark.django_db


def run(*arguments: str | Path) -> tuple[str, int]:
    """What the command prints and its exit code."""
    out = StringIO()
    try:
        call_command("import_customers", *map(str, arguments), stdout=out)
    except SystemExit as ended:
        return out.getvalue(), int(ended.code or 0)
    return out.getvalue(), 0


def test_a_clean_file_ends_with_nought() -> None:
    text, code = run(SAMPLES / "cp1251_semicolon.csv", "--source", "crm")

    assert code == 0
    assert "CSV, Windows-1251, точка с запятой" in text
    assert "Новых клиентов: 400" in text
    assert Customer.objects.filter(source="crm").count() == 400


def test_refused_rows_are_named_and_end_with_three(tmp_path: Path) -> None:
    report = tmp_path / "отчёт.csv"

    text, code = run(SAMPLES / "broken_cp1251.csv", "--source", "crm", "--report", report)

    assert code == 3
    assert "Не загружено: 12" in text
    assert "2 × не загружена: Таблица превратила телефон" in text
    assert report.read_bytes().startswith("\ufeffСтрока;Столбец;Значение;".encode())
    assert report.stat().st_mode & 0o777 == 0o600


def test_a_rehearsal_writes_the_report_and_nothing_else(tmp_path: Path) -> None:
    report = tmp_path / "report.csv"

    text, code = run(SAMPLES / "broken_cp1251.csv", "--source", "crm", "--dry-run", "--report", report)

    assert code == 3
    assert "база осталась прежней" in text
    assert report.read_bytes().count(b"\r\n") > 12
    assert not Customer.objects.exists()
    assert not ImportJob.objects.exists()


@pytest.mark.parametrize("mapping", [{"external_id": "Код", "phone": "ВТОРОЙ"}, {"external_id": 1, "phone": 3}])
def test_a_mapping_of_ones_own_is_followed(tmp_path: Path, mapping: dict[str, object]) -> None:
    path, own = tmp_path / "f.csv", tmp_path / "m.json"
    path.write_text("Код;Телефон;Второй\n7;мусор;89161234567\n", encoding="utf-8")
    own.write_text(json.dumps(mapping), encoding="utf-8")

    _text, code = run(path, "--source", "crm", "--mapping", own)

    assert code == 0
    assert Customer.objects.get().external_id == "7"


@pytest.mark.parametrize(
    ("content", "mapping", "words"),
    [
        (b"%PDF-1.7", None, "Это не таблица"),
        ("Имя;Телефон\nИван;89161234567\n".encode(), None, "номером клиента"),
        (b"ID;phone\n1;89161234567\n", '{"external_id": "ID", "phone": "нет такого"}', "Есть: ID, phone"),
        (b"ID;phone\n1;89161234567\n", '{"external_id": 1, "phone": 9}', "которого нет в файле"),
        (b"ID;phone\n1;89161234567\n", "[1]", "нужен объект JSON"),
        (b"ID;phone\n1;89161234567\n", "{", "не читается как JSON"),
    ],
)
def test_what_cannot_be_loaded_ends_with_a_sentence_and_leaves_nothing(
    tmp_path: Path,
    content: bytes,
    mapping: str | None,
    words: str,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    path, own = tmp_path / "f.csv", tmp_path / "m.json"
    path.write_bytes(content)
    more: list[str | Path] = []
    if mapping is not None:
        own.write_text(mapping, encoding="utf-8")
        more = ["--mapping", own]

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(CommandError, match=words):
        run(path, "--source", "crm", *more)

    assert not ImportJob.objects.exists()
    assert list(uploads_dir().iterdir()) == []


def test_a_missing_file_and_an_empty_source_are_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Проверьте путь"):
        run(tmp_path / "none.csv", "--source", "crm")
    with pytest.raises(CommandError, match="от 1 до 64"):
        run(SAMPLES / "utf8_comma.csv", "--source", "  ")


def test_an_interrupted_run_of_the_same_file_is_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text(rows(*(f"C-{n};Иван;8916{n:07d};;;;;" for n in range(3000))), encoding="utf-8")
    with path.open("rb") as stream:
        job_id = import_receive(file_name="f.csv", stream=stream, source="crm")
    import_queue(job_id=job_id)
    import_run(job_id=job_id, budget_s=0)
    ImportJob.objects.filter(pk=job_id).update(status=ImportStatus.RUNNING)

    text, code = run(path, "--source", "crm")

    assert code == 0
    assert "была прервана; продолжаем со строки" in text
    assert ImportJob.objects.count() == 1
    assert Customer.objects.count() == 3000


def test_a_finished_file_is_loaded_anew_and_changes_nothing() -> None:
    run(SAMPLES / "utf8_comma.csv", "--source", "crm")

    text, code = run(SAMPLES / "utf8_comma.csv", "--source", "crm")

    assert code == 0
    assert "Без изменений: 400" in text
