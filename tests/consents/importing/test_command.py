"""The command: what it prints, what it writes, how it ends."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import DjangoCaptureOnCommitCallbacks

from consents.enums import ImportStatus
from consents.importing import batches
from consents.importing.conf import BATCH, uploads_dir
from consents.importing.running import import_examine, import_run
from consents.importing.runs import import_queue, import_receive
from consents.models import ContactPoint, Customer, ImportJob, Stop
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


CASES = SAMPLES.parent / "cases"
MANY = BATCH + 500
COLUMNS = {"external_id": 1, "name": 2, "phone": 3, "email": 4, "city": 5, "time_zone": 6, "messenger": 7, "segment": 8}


def received(path: Path) -> int:
    """A file that was taken in and queued."""
    with path.open("rb") as stream:
        job_id = import_receive(file_name=path.name, stream=stream, source="crm")
    import_examine(job_id=job_id)
    import_queue(job_id=job_id)
    return job_id


def interrupted(path: Path) -> None:
    """A run of this file that stored one batch and was killed."""
    assert import_run(job_id=received(path), budget_s=0) == ImportStatus.RUNNING
    assert Customer.objects.count() == BATCH


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
    assert "Не загружено: 6" in text
    assert "2 × загружена с замечаниями: Таблица превратила телефон" in text
    assert report.read_bytes().startswith('\ufeff"Строка";"Столбец";"Значение";'.encode())
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


def test_a_column_that_is_only_like_a_refusal_is_refused_where_nobody_can_check_it(tmp_path: Path) -> None:
    path, own = tmp_path / "f.csv", tmp_path / "m.json"
    path.write_text("ID;Телефон;Запрет связи\n7;89161234567;да\n8;89161234568;\n", encoding="utf-8")

    for more in ((), ("--dry-run",)):
        with pytest.raises(CommandError, match=r"«Запрет связи».*--mapping"):
            run(path, "--source", "crm", *more)
    assert not ImportJob.objects.exists()

    own.write_text(json.dumps({"external_id": 1, "phone": 2, "opt_out": 3}), encoding="utf-8")
    text, code = run(path, "--source", "crm", "--mapping", own)

    assert code == 0
    assert "Отказ от сообщений: Запрет связи" in text
    assert Stop.objects.get(customer__external_id="7")


def test_an_interrupted_run_keeps_the_columns_that_a_person_chose(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    lines = (f"{n};8916{n:07d};" for n in range(MANY))
    path.write_text(rows(*lines, header="ID;Телефон;Запрет связи"), encoding="utf-8")
    interrupted(path)

    _text, code = run(path, "--source", "crm")

    assert code == 0
    assert Customer.objects.count() == MANY


def test_each_column_of_refusals_must_be_named_in_the_mapping(tmp_path: Path) -> None:
    path, own = tmp_path / "f.csv", tmp_path / "m.json"
    lines = ("7;89161234567;нет;Отписался", "8;89161234568;да;Активен", "9;89161234569;нет;Активен")
    path.write_text(rows(*lines, header="ID;Телефон;Рассылка;Статус"), encoding="utf-8")
    columns = {"external_id": 1, "phone": 2}

    for mapping in (columns, columns | {"opt_out": "Рассылка"}, columns | {"ignore": ["Рассылка"]}):
        own.write_text(json.dumps(mapping), encoding="utf-8")
        with pytest.raises(CommandError, match=r"«(Рассылка|Статус)» есть значения, похожие на отказ"):
            run(path, "--source", "crm", "--mapping", own)
    assert not Customer.objects.exists()

    said = {"opt_out": {"Статус": {"отписался": "advertising", "активен": "no"}}, "ignore": ["Рассылка"]}
    own.write_text(json.dumps(columns | said), encoding="utf-8")
    _text, code = run(path, "--source", "crm", "--mapping", own)

    assert code == 0
    assert dict(Stop.objects.values_list("customer__external_id", "scope")) == {"7": "advertising"}


def test_several_columns_of_refusals_are_read_and_the_strictest_counts(tmp_path: Path) -> None:
    path, own = tmp_path / "f.csv", tmp_path / "m.json"
    lines = ("7;89161234567;нет;;", "8;89161234568;да;Отписался;", "9;89161234569;да;Активен;просил не звонить")
    path.write_text(rows(*lines, header="ID;Телефон;Рассылка;Статус;Заметка"), encoding="utf-8")
    own.write_text(
        json.dumps({"external_id": 1, "phone": 2, "opt_out": ["Рассылка", "Статус", "Заметка"]}), encoding="utf-8"
    )

    run(path, "--source", "crm", "--mapping", own)

    assert set(Stop.objects.values_list("customer__external_id", "scope")) == {("7", "all"), ("8", "all"), ("9", "all")}


def test_a_meaning_that_there_is_not_is_refused(tmp_path: Path) -> None:
    path, own = tmp_path / "f.csv", tmp_path / "m.json"
    path.write_text("ID;Телефон;Рассылка\n7;89161234567;нет\n", encoding="utf-8")
    own.write_text(
        json.dumps({"external_id": 1, "phone": 2, "opt_out": {"Рассылка": {"нет": "later"}}}), encoding="utf-8"
    )

    with pytest.raises(CommandError, match="Неизвестно, что значит"):
        run(path, "--source", "crm", "--mapping", own)


def test_the_delimiter_and_the_sheet_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("Код@Имя@Тел\n7@Ян@89161234567\n", encoding="utf-8")

    with pytest.raises(CommandError, match="Разделитель столбцов не распознан"):
        run(path, "--source", "crm")
    with pytest.raises(CommandError, match="один знак"):
        run(path, "--source", "crm", "--delimiter", "ab")
    assert run(path, "--source", "crm", "--delimiter", "@")[1] == 0

    book = CASES / "20_three_sheets.xlsx"
    text, _code = run(book, "--source", "book", "--sheet", "Омск")
    assert "Лист: Омск" in text
    assert "Лист «Москва» не загружается" in text
    with pytest.raises(CommandError, match="Листа с таким названием"):
        run(book, "--source", "book", "--sheet", "Тула")


def test_a_file_without_answers_says_nothing_of_them() -> None:
    text, _code = run(SAMPLES / "utf8_comma.csv", "--source", "crm")

    assert "Столбец" not in text
    assert "--mapping" not in text


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
    path.write_text(rows(*(f"C-{n};Иван;8916{n:07d};;;;;" for n in range(MANY))), encoding="utf-8")
    interrupted(path)

    text, code = run(path, "--source", "crm")

    assert code == 0
    assert f"была прервана; продолжаем со строки {BATCH + 1}" in text
    assert ImportJob.objects.count() == 1
    assert Customer.objects.count() == MANY


@pytest.mark.parametrize(("phone", "words"), [(3, ""), (4, "уже начата с другими столбцами")])
def test_a_mapping_of_a_run_that_has_begun_must_be_the_one_it_began_with(
    tmp_path: Path, phone: int, words: str
) -> None:
    path, own = tmp_path / "f.csv", tmp_path / "m.json"
    path.write_text(rows(*(f"C-{n};Иван;8916{n:07d};;;;;" for n in range(MANY))), encoding="utf-8")
    own.write_text(json.dumps(COLUMNS | {"phone": phone}), encoding="utf-8")
    interrupted(path)

    if words:
        with pytest.raises(CommandError, match=words):
            run(path, "--source", "crm", "--mapping", own)
        assert Customer.objects.count() == BATCH
    else:
        run(path, "--source", "crm", "--mapping", own)
        assert Customer.objects.count() == MANY


def test_a_mapping_is_taken_over_by_a_run_that_has_stored_nothing(tmp_path: Path) -> None:
    path, own = tmp_path / "f.csv", tmp_path / "m.json"
    path.write_text("ID;Телефон;Второй\n7;89161234567;89161234568\n", encoding="utf-8")
    own.write_text('{"external_id": 1, "phone": 3}', encoding="utf-8")
    job_id = received(path)
    ImportJob.objects.filter(pk=job_id).update(status=ImportStatus.RUNNING)

    run(path, "--source", "crm", "--mapping", own)

    assert ContactPoint.objects.get().value == "+79161234568"


@pytest.mark.parametrize("code", ["file_missing", "file_changed"])
def test_a_file_whose_stored_copy_is_gone_or_changed_is_taken_in_anew(tmp_path: Path, code: str) -> None:
    path = tmp_path / "f.csv"
    path.write_text(rows("C-1;Иван;89161234567;;;;;"), encoding="utf-8")
    lost = received(path)
    ImportJob.objects.filter(pk=lost).update(status=ImportStatus.FAILED, error_code=code)

    text, exit_code = run(path, "--source", "crm")

    assert exit_code == 0
    assert "была прервана" not in text
    assert Customer.objects.count() == 1


def test_a_report_that_cannot_be_written_is_told_before_anything_is_loaded(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Ничего не загружено"):
        run(SAMPLES / "utf8_comma.csv", "--source", "crm", "--report", tmp_path / "none" / "r.csv")

    assert not ImportJob.objects.exists()


def test_an_older_report_is_replaced_whole_and_closed_to_others(tmp_path: Path) -> None:
    report = tmp_path / "r.csv"
    report.write_text("x" * 1_000_000)
    report.chmod(0o644)

    run(SAMPLES / "broken_cp1251.csv", "--source", "crm", "--report", report)

    assert report.stat().st_mode & 0o777 == 0o600
    assert "xxx" not in report.read_text(encoding="utf-8-sig")


def test_an_unforeseen_error_is_told_without_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    words = f"Key (value)=(+7916{1234567}) already exists"

    def fails(_job: ImportJob, _upto: int, **_earlier: object) -> dict[str, int]:
        raise ValueError(words)

    monkeypatch.setattr(batches, "batch_store", fails)

    with pytest.raises(CommandError) as caught:
        run(SAMPLES / "utf8_comma.csv", "--source", "crm")

    assert "ValueError" in str(caught.value)
    assert "79161234567" not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(("known", "given"), [("CRM", "crm"), ("1С УТ", "1C УТ")])
def test_a_source_written_in_other_letters_is_refused(known: str, given: str) -> None:
    run(SAMPLES / "utf8_comma.csv", "--source", known)

    with pytest.raises(CommandError, match=f"Уже есть источник «{known}»"):
        run(SAMPLES / "utf8_comma.csv", "--source", given)


def test_a_new_source_is_pointed_out_once(tmp_path: Path) -> None:
    first, _code = run(SAMPLES / "utf8_comma.csv", "--source", "crm")
    second, _code = run(SAMPLES / "utf8_comma.csv", "--source", "crm")

    assert "Источник «crm» новый" in first
    assert "новый" not in second


def test_a_finished_file_is_loaded_anew_and_changes_nothing() -> None:
    run(SAMPLES / "utf8_comma.csv", "--source", "crm")

    text, code = run(SAMPLES / "utf8_comma.csv", "--source", "crm")

    assert code == 0
    assert "Без изменений: 400" in text
