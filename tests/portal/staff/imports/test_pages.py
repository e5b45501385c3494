"""Pages of customer files: from the upload to the report."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from consents import tasks
from consents.enums import ImportStatus
from consents.importing import running as import_running
from consents.models import Customer, ImportJob, Stop
from portal.audit.acts import AuditedAction
from portal.models import StaffAction
from portal.models.user import Role
from tests.factories.staff import client_of, user_make
from tests.portal.staff.conftest import Login

SAMPLES = Path(__file__).parents[3] / "data" / "customers"
SMALL = "Код;Имя;Телефон;Второй\n1;Ёлкин;8 916 123-45-67;8 926 123-45-67\n2;Иванов;4.479E+11;\n".encode()

pytestmark = pytest.mark.django_db


@pytest.fixture
def marketing(login: Login) -> Client:
    """A browser of somebody from marketing."""
    return login(Role.MARKETING)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The jobs that were handed to the workers. The broker is another process: what is handed to it is what counts."""
    handed: list[int] = []

    def take(task: object, job_id: int) -> None:
        if task is tasks.run_import:
            handed.append(job_id)

    monkeypatch.setattr("portal.flows.imports.nudge", take)
    return handed


def upload(client: Client, content: bytes, name: str = "клиенты.csv") -> Any:
    """Post a file as the form does."""
    return client.post(reverse("staff:imports"), {"file": SimpleUploadedFile(name, content), "source": " 1С  УТ "})


def uploaded(client: Client, content: bytes, name: str = "клиенты.csv") -> UUID:
    """Upload a file, let a worker examine it, and return its public number."""
    answer = upload(client, content, name)
    job = ImportJob.objects.latest("id")
    assert answer["Location"] == reverse("staff:import", args=[job.uuid])
    tasks.examine_import(job.pk)
    return UUID(str(job.uuid))


def page(client: Client, job: UUID) -> str:
    """The page of an upload."""
    answer = client.get(reverse("staff:import", args=[job]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_upload_shows_what_was_understood(marketing: Client) -> None:
    job = uploaded(marketing, (SAMPLES / "broken_cp1251.csv").read_bytes())

    text = page(marketing, job)

    for words in ("Windows-1251", "точка с запятой", "400", "Кузнецов Семён Фёдорович", "+79840000001"):
        assert words in text
    assert "Не загрузится: 5" in text
    assert "Таблица превратила телефон" in text
    assert ImportJob.objects.get().source == "1С УТ"
    assert not Customer.objects.exists()


REFUSALS = "Код;Телефон;Статус\n1;89161234567;Отписался\n2;89161234568;Активен\n3;89161234569;отписался\n".encode()


def test_nothing_starts_before_a_person_has_judged_what_values_mean(marketing: Client, started: list[int]) -> None:
    job = uploaded(marketing, REFUSALS)
    address = reverse("staff:import_columns", args=[job])
    answer = marketing.get(reverse("staff:import", args=[job]))
    form = answer.context["form"]
    (question, values), *_none = form.questions()
    shown = {name: form[name].value() for name in form.fields if name != "judged"}

    assert "Что значат эти значения" in answer.content.decode()
    assert question.name == "Статус"
    assert [(field.label, count, field.value()) for field, count in values] == [
        ("Отписался", 2, "all"),
        ("Активен", 1, "no"),
    ]

    assert marketing.post(address, shown | {"start": "1"}).status_code == 200
    marketing.post(reverse("staff:import_start", args=[job]))
    assert started == []

    stale = shown | {"shown": "of another file", "judged": "on", "start": "1"}
    assert "прочитан заново" in marketing.post(address, stale).content.decode()

    marketing.post(address, shown | {"judged": "on", "start": "1"})
    tasks.run_import(started[0])
    assert set(Stop.objects.values_list("customer__external_id", "scope")) == {("1", "all"), ("3", "all")}


def test_a_meaning_that_a_person_changes_is_what_the_run_goes_by(marketing: Client, started: list[int]) -> None:
    job = uploaded(marketing, REFUSALS)
    form = marketing.get(reverse("staff:import", args=[job])).context["form"]
    shown = {name: form[name].value() for name in form.fields} | {"judged": "on", "start": "1"}
    address = reverse("staff:import_columns", args=[job])

    marketing.post(address, shown | {"value_2_0": "advertising"})
    assert started == []
    marketing.post(address, shown | {"value_2_0": "advertising"})

    tasks.run_import(started[0])
    assert set(Stop.objects.values_list("scope", flat=True)) == {"advertising"}


def test_another_delimiter_and_another_sheet_are_chosen_on_the_page(
    marketing: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    job = uploaded(marketing, "Код@Имя@Тел\n7@Ян@89161234567\n".encode())
    assert "Разделитель столбцов не распознан" in page(marketing, job)
    assert reverse("staff:import_reread", args=[job]) in page(marketing, job)

    book = uploaded(marketing, (SAMPLES.parent / "cases" / "20_three_sheets.xlsx").read_bytes(), "три.xlsx")
    text = page(marketing, book)
    assert "Загружается лист «Москва». Не загружаются: «Омск», «Тверь»" in text
    with django_capture_on_commit_callbacks(execute=True):
        marketing.post(reverse("staff:import_reread", args=[book]), {"sheet": "Тверь"})
    tasks.examine_import(ImportJob.objects.get(uuid=book).pk)

    assert "Загружается лист «Тверь»" in page(marketing, book)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "Файл пуст"), (b"%PDF-1.7", "Это не таблица")],
)
def test_a_file_that_is_no_table_at_first_sight_is_explained_beside_its_field(
    marketing: Client, content: bytes, words: str
) -> None:
    answer = upload(marketing, content)

    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not ImportJob.objects.exists()
    assert not StaffAction.objects.filter(action=AuditedAction.IMPORT_UPLOADED).exists()


def test_an_upload_is_read_by_a_worker_and_the_page_waits_for_it(
    marketing: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[int] = []
    monkeypatch.setattr("portal.flows.imports.nudge", lambda _task, job_id: handed.append(job_id))
    monkeypatch.setattr(import_running, "shape_detect", lambda _path: pytest.fail("read inside the request"))
    upload(marketing, (SAMPLES / "sheet.xlsx").read_bytes(), "клиенты.xlsx")
    monkeypatch.undo()
    job = ImportJob.objects.get()
    address = reverse("staff:import_progress", args=[job.uuid])

    assert handed == [job.pk]
    waiting = page(marketing, job.uuid)
    assert "Файл разбирается…" in waiting
    assert '<noscript><meta http-equiv="refresh"' in waiting
    assert f'data-live="{address}"' in waiting
    assert "data-live-done" not in marketing.get(address).content.decode()

    tasks.examine_import(job.pk)

    assert "data-live-done" in marketing.get(address).content.decode()
    assert "Как распознан файл" in page(marketing, job.uuid)


def test_a_file_that_turns_out_to_be_broken_is_explained_on_its_page(marketing: Client) -> None:
    job = uploaded(marketing, b"PK\x03\x04 no archive")

    text = page(marketing, job)

    assert "Файл повреждён" in text
    assert "Продолжить" not in text
    assert "не принят" in marketing.get(reverse("staff:imports")).content.decode()


@pytest.mark.parametrize("status", [ImportStatus.UPLOADED, ImportStatus.FAILED])
def test_an_upload_whose_file_is_gone_says_so_and_can_be_thrown_away(marketing: Client, status: ImportStatus) -> None:
    job = uploaded(marketing, SMALL)
    Path(ImportJob.objects.get().path).unlink()
    ImportJob.objects.update(status=status)

    text = page(marketing, job)

    assert "Файл не найден на диске. Клиенты не изменились" in text
    assert reverse("staff:import_discard", args=[job]) in text
    assert reverse("staff:import_start", args=[job]) not in text
    assert marketing.post(reverse("staff:import_columns", args=[job])).status_code == 302


def test_a_known_source_is_offered_and_one_in_other_letters_refused(marketing: Client) -> None:
    uploaded(marketing, SMALL)

    answer = marketing.get(reverse("staff:imports")).content.decode()
    assert '<option value="1С УТ">' in answer

    file = SimpleUploadedFile("f.csv", SMALL)
    refused = marketing.post(reverse("staff:imports"), {"file": file, "source": "1c ут"}).content.decode()
    assert "Уже есть источник «1С УТ»" in refused
    assert ImportJob.objects.count() == 1


def test_a_new_source_is_pointed_out_before_the_start(marketing: Client, started: list[int]) -> None:
    job = uploaded(marketing, SMALL)
    assert "Источник «1С УТ» новый" in page(marketing, job)
    marketing.post(reverse("staff:import_start", args=[job]))
    tasks.run_import(started[0])

    assert "новый: все клиенты" not in page(marketing, uploaded(marketing, SMALL))


def test_columns_are_corrected_and_the_preview_follows(marketing: Client) -> None:
    job = uploaded(marketing, SMALL)

    answer = marketing.post(
        reverse("staff:import_columns", args=[job]),
        {"column_0": "external_id", "column_1": "name", "column_2": "", "column_3": "phone"},
    )

    assert answer.status_code == 302
    assert ImportJob.objects.get().mapping == {"external_id": 0, "name": 1, "phone": 3}
    assert "+79261234567" in page(marketing, job)


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"column_0": "external_id", "column_2": "phone", "column_3": "phone"}, "уже выбрано для другого столбца"),
        ({"column_2": "phone"}, "Не выбран столбец с номером клиента"),
        ({"column_0": "external_id"}, "Нужен хотя бы один"),
        ({"column_0": "consent"}, "Варианта «consent» нет"),
    ],
)
def test_a_choice_that_does_not_tell_enough_is_explained(marketing: Client, chosen: dict[str, str], words: str) -> None:
    job = uploaded(marketing, SMALL)
    before = ImportJob.objects.get().mapping

    answer = marketing.post(reverse("staff:import_columns", args=[job]), chosen)

    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert ImportJob.objects.get().mapping == before


def test_a_start_with_changed_columns_saves_them_and_waits_for_a_second_look(
    marketing: Client, started: list[int]
) -> None:
    job = uploaded(marketing, SMALL)
    before = ImportJob.objects.get().mapping
    same = {f"column_{column}": name for name, column in before.items()}
    spared = next(name for name in before if name not in ("external_id", "phone"))
    changed = same | {f"column_{before[spared]}": ""}
    address = reverse("staff:import_columns", args=[job])

    answer = marketing.post(address, changed | {"start": "1"}, follow=True)

    assert "загрузка ещё не начата" in answer.content.decode()
    assert started == []
    assert ImportJob.objects.get().mapping == {name: column for name, column in before.items() if name != spared}

    marketing.post(address, changed | {"start": "1"})
    assert started == [ImportJob.objects.get().pk]


def test_a_start_hands_the_id_to_the_workers_once(marketing: Client, started: list[int]) -> None:
    job = uploaded(marketing, SMALL)

    for _click in range(2):
        assert marketing.post(reverse("staff:import_start", args=[job])).status_code == 302

    row = ImportJob.objects.get()
    assert row.status == ImportStatus.QUEUED
    assert set(started) == {row.pk}
    assert "Загрузка поставлена в очередь" in page(marketing, job)


def test_a_start_without_a_number_of_customers_says_what_is_missing(marketing: Client, started: list[int]) -> None:
    job = uploaded(marketing, "Имя;Телефон\nИван;89161234567\n".encode())

    answer = marketing.post(reverse("staff:import_start", args=[job]), follow=True)

    assert "Не выбран столбец с номером клиента" in answer.content.decode()
    assert started == []
    assert ImportJob.objects.get().status == ImportStatus.UPLOADED


def test_the_progress_is_a_fragment_that_says_when_it_is_over(marketing: Client, started: list[int]) -> None:
    job = uploaded(marketing, (SAMPLES / "cp1251_semicolon.csv").read_bytes())
    marketing.post(reverse("staff:import_start", args=[job]))
    address = reverse("staff:import_progress", args=[job])
    ImportJob.objects.update(status=ImportStatus.RUNNING, next_row=200)

    midway = marketing.get(address).content.decode()
    assert '<progress value="200" max="400"' in midway
    assert "<html" not in midway
    assert "data-live-done" not in midway

    ImportJob.objects.update(status=ImportStatus.QUEUED, next_row=0)
    tasks.run_import(started[0])

    assert f'data-live-done="{reverse("staff:import", args=[job])}"' in marketing.get(address).content.decode()


def test_the_result_adds_up_and_the_report_is_for_excel(marketing: Client, started: list[int]) -> None:
    job = uploaded(marketing, (SAMPLES / "broken_cp1251.csv").read_bytes())
    marketing.post(reverse("staff:import_start", args=[job]))
    tasks.run_import(started[0])

    text = page(marketing, job)
    assert "400 = новых 394 + обновлено 0 + без изменений 0 + не загружено 6" in text
    assert "4.479E+11" in text

    answer = marketing.get(reverse("staff:import_report", args=[job]))
    data = b"".join(answer)
    assert answer["Content-Disposition"].startswith("attachment;")
    assert data.startswith('\ufeff"Строка";"Столбец";"Значение";"Решение";"Причина";"Что сделать"\r\n'.encode())
    assert b'"=""=HYPERLINK' in data


def test_every_act_is_in_the_journal_without_a_contact(marketing: Client, started: list[int]) -> None:
    job = uploaded(marketing, SMALL)
    marketing.post(reverse("staff:import_columns", args=[job]), {"column_0": "external_id", "column_2": "phone"})
    marketing.post(reverse("staff:import_start", args=[job]))
    tasks.run_import(started[0])
    b"".join(marketing.get(reverse("staff:import_report", args=[job])))

    acts = StaffAction.objects.filter(object_kind="import").order_by("id")
    assert list(acts.values_list("action", flat=True)) == [
        AuditedAction.IMPORT_UPLOADED,
        AuditedAction.IMPORT_MAPPED,
        AuditedAction.IMPORT_STARTED,
        AuditedAction.IMPORT_REPORTED,
    ]
    assert set(acts.values_list("object_id", flat=True)) == {str(ImportJob.objects.get().pk)}
    assert "916" not in "".join(str(row.details) for row in acts)


def test_an_upload_can_be_thrown_away(
    marketing: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    job = uploaded(marketing, SMALL)
    path = Path(ImportJob.objects.get().path)

    with django_capture_on_commit_callbacks(execute=True):
        answer = marketing.post(reverse("staff:import_discard", args=[job]), follow=True)

    assert "Загрузок ещё не было" in answer.content.decode()
    assert not path.exists()


def test_a_run_that_failed_says_why_and_can_be_gone_on_with(marketing: Client, started: list[int]) -> None:
    job = uploaded(marketing, SMALL)
    ImportJob.objects.update(status=ImportStatus.FAILED, error_code="broken_off", next_row=1)

    text = page(marketing, job)
    assert "Загруженные строки сохранены" in text
    assert "Продолжить" in text

    marketing.post(reverse("staff:import_start", args=[job]))
    assert len(started) == 1


def test_a_run_that_stopped_half_way_can_be_closed(
    marketing: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    job = uploaded(marketing, SMALL)
    path = Path(ImportJob.objects.get().path)
    ImportJob.objects.update(status=ImportStatus.FAILED, error_code="broken_off", next_row=1)
    address = reverse("staff:import_close", args=[job])
    assert address in page(marketing, job)

    with django_capture_on_commit_callbacks(execute=True):
        for _click in range(2):
            marketing.post(address)

    text = page(marketing, job)
    assert "Загрузка закрыта до конца файла" in text
    assert "Обработано строк: 1 из 2" in text
    assert "Продолжить" not in text
    assert not path.exists()
    assert StaffAction.objects.filter(action=AuditedAction.IMPORT_CLOSED).count() == 1


def test_the_rows_are_for_the_one_who_brought_the_file(marketing: Client) -> None:
    job = uploaded(marketing, SMALL)
    colleague = client_of(user_make(Role.MARKETING))

    text = page(colleague, job)

    assert "Строки видит только тот, кто загрузил файл" in text
    assert "Ёлкин" not in text
    assert "1234567" not in text


def test_a_name_of_a_file_is_text_and_nothing_else(marketing: Client) -> None:
    job = uploaded(marketing, SMALL, "<img src=x onerror=alert(1)>.csv")

    assert "<img src=x" not in page(marketing, job)
    assert "<img src=x" not in marketing.get(reverse("staff:imports")).content.decode()


def test_an_upload_that_is_not_there_is_not_found(marketing: Client) -> None:
    nowhere = UUID("00000000-0000-4000-8000-000000000000")

    for name in ("import", "import_progress", "import_report"):
        assert marketing.get(reverse(f"staff:{name}", args=[nowhere])).status_code == 404
