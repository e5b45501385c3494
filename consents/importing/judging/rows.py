"""Reading one record of a file into one customer and a list of issues. Pure, no database."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from consents.importing.files.cells import (
    Fault,
    id_read,
    is_clean,
    is_sheet_error,
    messenger_read,
    phone_read,
    refusal_read,
    short_text_read,
    text_read,
    value_read,
)
from consents.importing.files.records import Record
from consents.importing.judging.issues import Issue, value_shown
from consents.importing.judging.mapping import Columns, ImportField, heading_key
from consents.importing.judging.sentences import REFUSED
from consents.importing.words import NOTHING, question_of
from consents.normalise import NAME_LIMIT, email_normalise, name_key, zone_check

_REMEMBERED: Final = 10_000
NAME_PARTS: Final = (ImportField.LAST_NAME, ImportField.FIRST_NAME, ImportField.MIDDLE_NAME)


class CustomerRow(NamedTuple):
    """A row as it is staged. None is an empty cell; an empty messenger means that there is none."""

    line: int
    external_id: str
    name: str | None
    name_key: str | None
    city: str | None
    time_zone: str | None
    segment: str | None
    messenger: str | None
    phone: str | None
    phone_country: str | None
    phone_line_type: str | None
    email: str | None
    opt_out: str | None


class ReadRow(NamedTuple):
    """The result of one record. ``row`` is None when the record is refused.

    ``external_id`` and ``opt_out`` are read of a refused one too: a refusal counts even when its row is refused.
    """

    line: int
    row: CustomerRow | None
    issues: Sequence[Issue]
    external_id: str | None = None
    opt_out: str | None = None


class RowReader:
    """Reads the records of one file. ``messengers`` maps every known spelling to a code."""

    def __init__(
        self,
        *,
        column_names: Sequence[str],
        mapping: Columns,
        messengers: Mapping[str, str],
        may_be_short: bool,
    ) -> None:
        self._names = [*column_names, ""]
        self._width = len(column_names)
        self._may_be_short = may_be_short
        # A field without a column reads the empty cell that is added to every record.
        self._id, self._phone, self._email = (
            mapping.get(field.value, self._width)
            for field in (ImportField.EXTERNAL_ID, ImportField.PHONE, ImportField.EMAIL)
        )
        whole = mapping.get(ImportField.NAME.value)
        parts = [mapping[field.value] for field in NAME_PARTS if field.value in mapping]
        self._name_columns = parts if whole is None else [whole]
        question = question_of(heading_key(self._names[mapping.get(ImportField.OPT_OUT.value, self._width)]))
        # Cities, zones and messengers repeat.
        remembered = lru_cache(maxsize=_REMEMBERED)
        texts = remembered(short_text_read)
        # An error in the column of refusals is no empty cell either, but there it stops messages.
        self._values = [column for field, column in mapping.items() if field != ImportField.OPT_OUT.value]
        self._words = tuple(
            (mapping.get(field.value, self._width), read)
            for field, read in (
                (ImportField.CITY, texts),
                (ImportField.TIME_ZONE, remembered(lambda cell: value_read(cell, zone_check, clean=True))),
                (ImportField.SEGMENT, texts),
                (ImportField.MESSENGER, remembered(lambda cell: messenger_read(cell, messengers))),
                (ImportField.OPT_OUT, remembered(lambda cell: refusal_read(cell, question))),
            )
        )

    def read(self, record: Record) -> ReadRow:
        """Return what one record holds, with all of its issues, so that it has to be corrected only once."""
        if fault := self._shape_fault(record):
            return ReadRow(record.line, None, (fault,))
        cells = record.cells[: self._width]
        cells += [""] * (self._width + 1 - len(cells))
        # One look at the whole row spares a look at each cell: nearly every row is clean.
        text = "".join(cells)
        lost = [column for column in self._values if is_sheet_error(cells[column])] if "#" in text else []
        whole = ["" if column in lost else cell for column, cell in enumerate(cells)] if lost else cells
        row, faults = self._fields(record.line, whole, clean=is_clean(text))
        faults += [(column, ("cell_error", "")) for column in lost]
        issues = [Issue(record.line, self._names[c], value_shown(cells[c]), *fault) for c, fault in faults]
        if issues and any(issue.code in REFUSED for issue in issues):
            is_legible = not any(column == self._id and code in REFUSED for column, (code, _detail) in faults)
            return ReadRow(record.line, None, issues, row.external_id if is_legible else None, row.opt_out)
        if row.phone is None and row.email is None:
            issues.append(Issue(record.line, "", row.external_id, "no_contact"))
        return ReadRow(record.line, row, issues)

    def _shape_fault(self, record: Record) -> Issue | None:
        """Return the issue of a record with an open quote or a wrong number of cells, else None."""
        cells = record.cells
        if record.broken:
            code = "row_quote_open"
        elif len(cells) > self._width and any(cell.strip() for cell in cells[self._width :]):
            code = "row_too_long"
        elif len(cells) < self._width and not self._may_be_short:
            code = "row_too_short"
        else:
            return None
        return Issue(record.line, "", value_shown("; ".join(cells)), code, f"{len(cells)}/{self._width}")

    def _fields(self, line: int, cells: Sequence[str], *, clean: bool) -> tuple[CustomerRow, list[tuple[int, Fault]]]:
        """Read every field; return the row and the faults with their columns."""
        faults: list[tuple[int, Fault]] = []
        external_id, wrong = id_read(cells[self._id], clean=clean)
        if wrong:  # here and below no list is made for a cell of a clean row: it would cost most
            faults += [(self._id, fault) for fault in wrong]
        name = self._name(cells, faults, clean=clean)
        phone, wrong = phone_read(cells[self._phone], clean=clean)
        if wrong:
            faults += [(self._phone, fault) for fault in wrong]
        email, wrong = value_read(cells[self._email], email_normalise, clean=clean)
        if wrong:
            faults += [(self._email, fault) for fault in wrong]
        words = []
        for column, read in self._words:
            value, wrong = read(cells[column])
            words.append(value)
            if wrong:
                faults += [(column, fault) for fault in wrong]
        city, zone, segment, messenger, opt_out = words
        row = CustomerRow(
            line,
            external_id,
            name,
            name_key(name) if name else None,
            city,
            zone,
            segment,
            messenger,
            phone.e164 if phone else None,
            phone.country if phone else None,
            phone.line_type.value if phone else None,
            email,
            opt_out,
        )
        return row, faults

    def _name(self, cells: Sequence[str], faults: list[tuple[int, Fault]], *, clean: bool) -> str | None:
        """Return the whole name, or its parts joined with the family name first."""
        parts = []
        for column in self._name_columns:
            text, wrong = text_read(cells[column], NAME_LIMIT, "name_too_long", clean=clean)
            if wrong:
                faults += [(column, fault) for fault in wrong]
            if text.lower() not in NOTHING:
                parts.append(text)
        name = " ".join(parts)
        if len(parts) > 1 and len(name) > NAME_LIMIT:
            faults.append((self._name_columns[0], ("name_too_long", str(len(name)))))
        return name or None
