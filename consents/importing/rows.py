"""One record to one customer, and everything that is wrong with it. Pure: no table is asked."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from consents.enums import LineType
from consents.errors import BadValue
from consents.importing.issues import REFUSED, Issue, value_shown
from consents.importing.mapping import Columns, ImportField
from consents.importing.records import Record
from consents.importing.words import NOTHING, OptOut, messengers_read, opt_out_read
from consents.normalise import NAME_LIMIT, Phone, email_normalise, has_control, name_key, phone_normalise, zone_check
from consents.spreadsheet import cell_unguard

ID_LIMIT: Final = 64
TEXT_LIMIT: Final = 120

_SCIENTIFIC: Final = re.compile(r"\d+(?:[.,]\d+)?[eEеЕ]\+?\d{1,3}")
_LOST: Final = re.compile(r"\N{REPLACEMENT CHARACTER}|\?{3,}")
_FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_REMEMBERED: Final = 10_000
_NAME_PARTS: Final = (ImportField.LAST_NAME, ImportField.FIRST_NAME, ImportField.MIDDLE_NAME)


class CustomerRow(NamedTuple):
    """A row as it is staged. None says nothing; an empty messenger says that there is none."""

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


@dataclass(frozen=True, slots=True)
class ReadRow:
    """What one record came to. ``row`` is None when the record is refused."""

    line: int
    row: CustomerRow | None
    issues: Sequence[Issue]


class RowReader:
    """Reads the records of one file. ``messengers`` maps every known spelling to a code."""

    def __init__(
        self,
        *,
        column_names: Sequence[str],
        mapping: Columns,
        messengers: Mapping[str, str],
        may_be_short: bool = False,
    ) -> None:
        self.names = column_names
        self._width = len(column_names)
        self.mapping = {ImportField(name): column for name, column in mapping.items()}
        self.messengers = messengers
        self._may_be_short = may_be_short
        self._zones: dict[str, str | None] = {}
        self.name_columns = [self.mapping[field] for field in _NAME_PARTS if field in self.mapping]
        if ImportField.NAME in self.mapping:
            self.name_columns = [self.mapping[ImportField.NAME]]

    def read(self, record: Record) -> ReadRow:
        """Read one record. All that is wrong with it is said at once, so that one mending is enough."""
        cells = record.cells
        if fault := self._shape_fault(record):
            return ReadRow(record.line, None, (fault,))
        if len(cells) < self._width:
            cells = cells + [""] * (self._width - len(cells))
        return _Reading(self, record.line, cells).result()

    def _shape_fault(self, record: Record) -> Issue | None:
        """Refuse a record whose cells cannot be told apart."""
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

    def zone(self, cell: str) -> str | None:
        """Give the zone that a cell names, None for one that nobody knows."""
        if cell not in self._zones:
            if len(self._zones) > _REMEMBERED:
                self._zones.clear()
            try:
                self._zones[cell] = zone_check(cell)
            except BadValue:
                self._zones[cell] = None
        return self._zones[cell]


class _Reading:
    """The reading of one record: its cells and what was found wrong so far."""

    __slots__ = ("_cells", "_clean", "_issues", "_line", "_reader")

    def __init__(self, reader: RowReader, line: int, cells: list[str]) -> None:
        self._reader = reader
        self._line = line
        self._cells = cells
        self._issues: list[Issue] = []
        whole = "".join(cells)
        # One look at the whole row spares a look at each cell: nearly every row is clean.
        self._clean = whole.isprintable() and unicodedata.is_normalized("NFC", whole)

    def result(self) -> ReadRow:
        """Read every field; refuse the row when any of them cannot be taken."""
        external_id = self._external_id()
        name = self._name()
        phone, country, line_type = self._phone()
        email = self._email()
        row = CustomerRow(
            self._line,
            external_id,
            name,
            name_key(name) if name else None,
            self._text(ImportField.CITY),
            self._time_zone(),
            self._text(ImportField.SEGMENT),
            self._messenger(),
            phone,
            country,
            line_type,
            email,
            self._opt_out(),
        )
        if any(issue.code in REFUSED for issue in self._issues):
            return ReadRow(self._line, None, self._issues)
        if phone is None and email is None:
            self._issues.append(Issue(self._line, "", external_id, "no_contact"))
        return ReadRow(self._line, row, self._issues)

    def _note(self, code: str, column: int, detail: str = "") -> None:
        names = self._reader.names
        self._issues.append(Issue(self._line, names[column], value_shown(self._cells[column]), code, detail))

    def _cell(self, field: ImportField) -> tuple[int, str]:
        """Give the column of a field and its trimmed cell; an unmapped field has an empty one."""
        column = self._reader.mapping.get(field, -1)
        return column, (self._cells[column].strip() if column >= 0 else "")

    def _cleaned(self, column: int, limit: int, too_long: str) -> str:
        """Give the text of a cell as written; note what it hides, what it lacks and what it could be taken for."""
        text = self._cells[column].strip()
        if not self._clean:
            if has_control(text):
                self._note("control_characters", column)
                return ""
            text = unicodedata.normalize("NFC", text)
        if text.startswith("'"):
            text = cell_unguard(text)
        if len(text) > limit:
            self._note(too_long, column, str(len(text)))
        elif text.startswith(_FORMULA) and text.lower() not in NOTHING:
            self._note("name_formula", column)
        if ("?" in text or not self._clean) and _LOST.search(text):
            self._note("text_lost", column)
        return text

    def _external_id(self) -> str:
        column, _cell = self._cell(ImportField.EXTERNAL_ID)
        text = self._cleaned(column, ID_LIMIT, "id_too_long")
        if not text:
            if not self._cells[column].strip():
                self._note("id_missing", column)
        elif _SCIENTIFIC.fullmatch(text):
            self._note("id_scientific", column)
        return text

    def _name(self) -> str | None:
        columns = self._reader.name_columns
        parts = [self._cleaned(column, NAME_LIMIT, "name_too_long") for column in columns]
        name = " ".join(part for part in parts if part)
        if len(parts) > 1 and len(name) > NAME_LIMIT and all(len(part) <= NAME_LIMIT for part in parts):
            self._note("name_too_long", columns[0], str(len(name)))
        return None if name.lower() in NOTHING else name

    def _text(self, field: ImportField) -> str | None:
        column, cell = self._cell(field)
        if not cell or cell.lower() in NOTHING:
            return None
        return self._cleaned(column, TEXT_LIMIT, "text_too_long") or None

    def _phone(self) -> tuple[str | None, str | None, str | None]:
        column, cell = self._cell(ImportField.PHONE)
        if not cell or cell.lower() in NOTHING:
            return None, None, None
        if not self._clean and has_control(cell):
            self._note("control_characters", column)
            return None, None, None
        try:
            phone = phone_normalise(cell)
        except BadValue as error:
            self._note(error.reason, column)
            return None, None, None
        if not phone.is_ordinary:
            self._note_phone(phone, column)
        return phone.e164, phone.country, phone.line_type.value

    def _note_phone(self, phone: Phone, column: int) -> None:
        """Say what keeps this phone from being an ordinary Russian mobile number."""
        doubts = {
            "phone_foreign": phone.country != "RU",
            "phone_fixed": phone.line_type is LineType.FIXED,
            "phone_other_line": phone.line_type is LineType.OTHER,
            "phone_extension": phone.has_extension,
            "phone_unallotted": not phone.is_allotted,
        }
        for code, holds in doubts.items():
            if holds:
                self._note(code, column, phone.country if code == "phone_foreign" else "")

    def _email(self) -> str | None:
        column, cell = self._cell(ImportField.EMAIL)
        if not cell or cell.lower() in NOTHING:
            return None
        if not self._clean and has_control(cell):
            self._note("control_characters", column)
            return None
        try:
            return email_normalise(cell)
        except BadValue as error:
            self._note(error.reason, column)
            return None

    def _time_zone(self) -> str | None:
        column, cell = self._cell(ImportField.TIME_ZONE)
        if not cell or cell.lower() in NOTHING:
            return None
        zone = self._reader.zone(cell)
        if zone is None:
            self._note("zone_unknown", column)
        return zone

    def _messenger(self) -> str | None:
        column, cell = self._cell(ImportField.MESSENGER)
        if not cell:
            return None
        code, doubt = messengers_read(cell, self._reader.messengers)
        if doubt:
            self._note(doubt, column)
        return code

    def _opt_out(self) -> str | None:
        column, cell = self._cell(ImportField.OPT_OUT)
        if not cell:
            return None
        answer = opt_out_read(cell)
        if answer is OptOut.UNCLEAR:
            self._note("opt_out_unclear", column)
            return OptOut.ALL.value
        return answer.value
