"""Load a customer file: 0 all rows are in, 1 the file or the run failed, 3 some rows were refused."""

import os
import stat
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from typing import IO, Any, Final

from django.core.management.base import BaseCommand, CommandError

from consents.enums import ImportStatus
from consents.errors import FileRefused, ImportBusy, fault_place
from consents.importing.judging.mapping import ImportField
from consents.importing.listing import (
    ImportCard,
    import_card,
    import_unfinished,
    refusal_words,
    source_alike,
    source_is_new,
)
from consents.importing.reports import REPORT_HEADER, import_problem_counts, import_report_rows
from consents.importing.running import import_examine, import_rehearsal, import_run
from consents.importing.runs import (
    import_discard,
    import_mapping_set,
    import_queue,
    import_receive,
)
from consents.importing.uploads import file_sha256
from consents.management.mapping_files import delimiter_read, mapping_read, unjudged
from consents.register.spreadsheet import csv_stream

REFUSED_ROWS: Final = 3
"""Not 2: that is what Python itself answers to a wrong argument."""
BROKEN_OFF: Final = (
    "Загрузка прервалась из-за ошибки. Загруженные строки сохранены; запустите команду ещё раз, и она продолжит "
    "с того же места. Место ошибки: %(place)s"
)
OTHER_COLUMNS: Final = (
    "Загрузка этого файла уже начата с другими столбцами. Запустите команду без --mapping, чтобы продолжить, "
    "или закройте ту загрузку на странице «Загрузка клиентов»."
)
ONE_COLUMN: Final = "Разделитель столбцов не распознан. Укажите его: --delimiter, например --delimiter '~'."
LOCK_WAIT_S: Final = 15

HELP = """Загружает клиентов из файла CSV, XLSX, XLSB, XLS или ODS. Кодировка, разделитель и столбцы определяются сами.

Тот же номер клиента обновляет запись; тот же файл второй раз ничего не меняет; отказ клиента файл снять не может.
Прерванная загрузка этого же файла продолжается с места, где остановилась.

Код выхода: 0 все строки загружены, 1 файл не принят или загрузка прервалась, 3 часть строк не загружена."""

EPILOG = f"""Файл --mapping: JSON, например {{"external_id": "Код", "phone": 3}}: заголовок или номер столбца с единицы.
Назначения: {", ".join(ImportField.values)}.
opt_out может быть столбцом, списком столбцов или объектом, который говорит, что значат значения:
{{"opt_out": {{"Подписка": {{"нет": "all", "да": "no"}}, "Статус": {{}}}}}}.
all остановит все сообщения, advertising рекламу, no ничего.
ignore: список столбцов, которые похожи на отказ, но отказами не являются."""


class Command(BaseCommand):
    """The way in of a nightly export and of an administrator."""

    help = HELP

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the file, the source and what to do with them; keep the lines of the help as they are written."""
        parser.formatter_class, parser.epilog = RawDescriptionHelpFormatter, EPILOG
        parser.add_argument("file", type=Path, metavar="ФАЙЛ")
        parser.add_argument(
            "--source", required=True, metavar="ИМЯ", help="система, которой принадлежат номера клиентов"
        )
        parser.add_argument("--mapping", type=Path, metavar="ФАЙЛ", help="соответствие столбцов (JSON)")
        parser.add_argument("--sheet", default="", metavar="ИМЯ", help="лист книги; без него первый видимый непустой")
        parser.add_argument("--delimiter", default="", metavar="ЗНАК", help=r"разделитель столбцов CSV; табуляция: \t")
        parser.add_argument("--dry-run", action="store_true", help="только проверить: база останется прежней")
        parser.add_argument("--report", type=Path, metavar="ФАЙЛ", help="записать отчёт о строках (CSV для Excel)")

    def handle(self, **options: Any) -> None:
        """Print a sentence and end with a code for every outcome; the message of an error may quote a customer."""
        try:
            card = self._loaded(options)
        except CommandError:
            raise
        except FileRefused as error:
            raise CommandError(refusal_words(error)) from None
        except ImportBusy:
            raise CommandError("Этот файл уже загружает другой процесс. Дождитесь его конца.") from None
        except Exception as error:
            raise CommandError(BROKEN_OFF % {"place": fault_place(error)}) from None
        if card.job.status != ImportStatus.FINISHED:
            raise CommandError(card.error)
        if card.job.refused_count:
            sys.exit(REFUSED_ROWS)

    def _loaded(self, options: dict[str, Any]) -> ImportCard:
        """Load or rehearse, print the result, and return it."""
        with _report_opened(options["report"]) as report:
            job_id = self._job(options)
            if not options["dry_run"]:
                import_run(job_id=job_id, lock_wait_s=LOCK_WAIT_S)
                return self._told(job_id, report, options)
            try:
                with import_rehearsal(job_id=job_id):
                    return self._told(job_id, report, options)
            finally:
                import_discard(job_id=job_id)

    def _job(self, options: dict[str, Any]) -> int:
        """Find the interrupted run of this file or take the file in."""
        path: Path = options["file"]
        source = " ".join(options["source"].split())
        if not path.is_file():
            raise CommandError(f"Файла {path} нет. Проверьте путь.")
        if not 0 < len(source) <= 64:
            raise CommandError("Имя источника: от 1 до 64 знаков.")
        if alike := source_alike(source=source):
            raise CommandError(f"Уже есть источник «{alike}». Укажите его: иначе все клиенты появятся второй раз.")
        begun = None if options["dry_run"] else import_unfinished(sha256=file_sha256(path), source=source)
        return self._received(path, source, options) if begun is None else self._resumed(begun, options)

    def _received(self, path: Path, source: str, options: dict[str, Any]) -> int:
        if source_is_new(source=source):
            self.stdout.write(f"Источник «{source}» новый: все клиенты файла станут новыми.")
        with path.open("rb") as stream:
            job_id = import_receive(
                file_name=path.name,
                stream=stream,
                source=source,
                delimiter=delimiter_read(options["delimiter"]),
                sheet=options["sheet"],
            )
        try:
            import_examine(job_id=job_id)
            card = import_card(job_id=job_id)
            if card.job.status == ImportStatus.REFUSED:
                raise CommandError(card.error)
            if card.is_one_column:
                raise CommandError(ONE_COLUMN)
            if options["mapping"]:
                mapping, refusals = mapping_read(options["mapping"], card)
                import_mapping_set(job_id=job_id, mapping=mapping, refusals=refusals)
            elif card.is_unconfirmed:
                raise CommandError(unjudged(card.questions[0]))
            if not options["dry_run"]:
                import_queue(job_id=job_id)
        except BaseException:
            import_discard(job_id=job_id)
            raise
        return job_id

    def _resumed(self, job_id: int, options: dict[str, Any]) -> int:
        """Go on with an interrupted run: by the columns it began with, or by others before its first row."""
        card = import_card(job_id=job_id)
        if options["mapping"]:
            mapping, refusals = mapping_read(options["mapping"], card)
            if card.job.next_row == 0:
                import_mapping_set(job_id=job_id, mapping=mapping, refusals=refusals)
            elif (mapping, refusals) != (card.job.mapping, card.job.refusal_meanings or {}):
                raise CommandError(OTHER_COLUMNS)
        self.stdout.write(f"Загрузка этого файла была прервана; продолжаем со строки {card.job.next_row + 1}.")
        return job_id

    def _told(self, job_id: int, report: IO[bytes] | None, options: dict[str, Any]) -> ImportCard:
        card = import_card(job_id=job_id)
        if options["dry_run"]:
            self.stdout.write("Проверка без записи: база осталась прежней.")
        self._summary(card)
        if report is not None:
            if report.seekable():
                report.truncate(0)
            report.writelines(csv_stream(REPORT_HEADER, import_report_rows(job_id=job_id)))
            self.stdout.write(f"Отчёт: {options['report']}")
        return card

    def _summary(self, card: ImportCard) -> None:
        how = f"{card.kind}, {card.encoding}, {card.delimiter}" if card.encoding else card.kind
        self.stdout.write(f"Файл: {card.job.file_name} ({how})")
        for name, column in sorted(card.job.mapping.items(), key=itemgetter(1)):
            self.stdout.write(f"  {ImportField(name).label}: {card.columns[column]}")
        self._refusals(card)
        self._sheets(card)
        for label, figure in (
            ("Строк", card.job.total_rows),
            ("Новых клиентов", card.job.created_count),
            ("Обновлено", card.job.updated_count),
            ("Без изменений", card.job.unchanged_count),
            ("Не загружено", card.job.refused_count),
            ("Загружено с замечаниями", card.job.doubtful_count),
        ):
            self.stdout.write(f"{label}: {figure}")
        for problem in import_problem_counts(job_id=card.job.pk):
            self.stdout.write(f"  {problem.count} × {problem.severity.label}: {problem.reason} {problem.mend}")

    def _refusals(self, card: ImportCard) -> None:
        for column, values in (card.job.refusal_meanings or {}).items():
            said = ", ".join(f"{value}: {meaning}" for value, meaning in values.items())
            self.stdout.write(f"  Отказ от сообщений: {card.columns[int(column)]}" + (f" ({said})" if said else ""))
        for words in card.to_check:
            self.stdout.write(words)
        if card.to_check:
            self.stdout.write("Столбцы назначает файл --mapping; отказ от сообщений в нём называется opt_out.")

    def _sheets(self, card: ImportCard) -> None:
        if card.job.sheet:
            self.stdout.write(f"Лист: {card.job.sheet}")
        for name, state in card.job.sheets:
            if state in ("skipped", "hidden"):
                self.stdout.write(
                    f"Лист «{name}» не загружается{', он скрыт' if state == 'hidden' else ''}. Выберите: --sheet"
                )
        if card.job.hidden_rows:
            self.stdout.write(f"Скрытых строк: {card.job.hidden_rows}, они загружаются тоже.")


@contextmanager
def _report_opened(path: Path | None) -> Iterator[IO[bytes] | None]:
    """Open the report before anything is loaded, readable by its owner only: it quotes customers.

    What an older report holds stays until the new one is written.
    """
    if path is None:
        yield None
        return
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.fchmod(descriptor, 0o600)
    except OSError as error:
        raise CommandError(f"Отчёт в {path} не записать: {error.strerror}. Ничего не загружено.") from None
    with os.fdopen(descriptor, "wb") as stream:
        yield stream
