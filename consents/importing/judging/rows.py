"""Reading one record of a file into one customer and a list of issues. Pure, no database."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from consents.importing.files.cells import (
    Found,
    id_read,
    is_sheet_error,
    messenger_read,
    short_text_read,
    text_read,
    value_read,
)
from consents.importing.files.damage import is_garbled
from consents.importing.files.records import Record
from consents.importing.judging.contacts import ContactReader, Faults
from consents.importing.judging.furniture import Furniture
from consents.importing.judging.issues import Issue, value_shown
from consents.importing.judging.mapping import Columns, ImportField
from consents.importing.judging.refusals import RefusalColumn
from consents.importing.judging.refused import REFUSED
from consents.importing.words import OptOut
from consents.normalise import (
    NAME_LIMIT,
    NOTHING,
    has_control,
    hides_signs,
    is_plain,
    name_key,
    text_seen,
    zone_check,
)

_REMEMBERED: Final = 10_000
NAME_PARTS: Final = (ImportField.LAST_NAME, ImportField.FIRST_NAME, ImportField.MIDDLE_NAME)
_SURNAMES: Final = frozenset(("null", "nil", "none", "no", "na", "nan", "нет", "пусто", "void", "empty", "blank"))
"""Words for nothing that are surnames too."""
_STRICTEST: Final = (OptOut.ALL, OptOut.UNCLEAR, OptOut.ADVERTISING, OptOut.NO)


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


class RowRules(NamedTuple):
    """How the rows of one file are read.

    ``messengers`` maps every known spelling to a code. A row of fewer cells than ``least_cells`` lacks some that its
    file always fills; one that has them lacks nothing but an empty tail.
    """

    column_names: Sequence[str]
    mapping: Columns
    messengers: Mapping[str, str]
    refusals: Sequence[RefusalColumn] = ()
    least_cells: int = 0


class RowReader:
    """Reads the records of one file."""

    def __init__(self, rules: RowRules) -> None:
        column_names, mapping, messengers, refusals, self._least_cells = rules
        self._names = [*column_names, ""]
        self._width = len(column_names)
        # A field without a column reads the empty cell that is added to every record.
        self._id = mapping.get(ImportField.EXTERNAL_ID.value, self._width)
        self._contacts = ContactReader(mapping, self._names)
        whole = mapping.get(ImportField.NAME.value)
        parts = [mapping[field.value] for field in NAME_PARTS if field.value in mapping]
        self._name_columns = parts if whole is None else [whole]
        self._surname = mapping.get(ImportField.LAST_NAME.value) if whole is None and len(parts) > 1 else None
        # An error in a column of refusals is no empty cell either, but there it stops messages.
        self._values = [column for field, column in mapping.items() if field != ImportField.OPT_OUT.value]
        self._furniture = Furniture(column_names, self._id)
        # Cities, zones, messengers and refusals repeat.
        remembered = lru_cache(maxsize=_REMEMBERED)
        texts = remembered(short_text_read)
        self._words: tuple[tuple[int, Callable[[str], Found[str | None]]], ...] = tuple(
            (mapping.get(field.value, self._width), read)
            for field, read in (
                (ImportField.CITY, texts),
                (ImportField.TIME_ZONE, remembered(lambda cell: value_read(cell, zone_check))),
                (ImportField.SEGMENT, texts),
                (ImportField.MESSENGER, remembered(lambda cell: messenger_read(cell, messengers))),
            )
        )
        self._refusals = [(refusal.column, lru_cache(maxsize=_REMEMBERED)(refusal.read)) for refusal in refusals]

    def read(self, record: Record) -> ReadRow:
        """Return what one record holds, with all of its issues, so that it has to be corrected only once."""
        cells = record.cells[: self._width]
        if fault := self._shape_fault(record, cells):
            return ReadRow(record.line, None, (fault,))
        cells += [""] * (self._width + 1 - len(cells))
        faults: Faults = []
        # One look at the whole row spares a look at each cell: nearly every row is clean.
        text = "".join(cells)
        whole = cells if is_plain(text) else self._seen(cells, faults)
        if "#" in text or "rr:5" in text:
            whole = self._without_errors(whole, faults)
        row = self._fields(record.line, whole, faults)
        if row.phone is None and row.email is None and self._furniture.holds(cells):
            return ReadRow(record.line, None, (Issue(record.line, "", _joined(cells), "row_not_customer"),))
        issues = self._issues(record.line, cells, faults, has_contact=row.phone is not None or row.email is not None)
        if issues and any(issue.refuses for issue in issues):
            is_legible = not any(column == self._id and code in REFUSED for column, (code, _detail) in faults)
            return ReadRow(record.line, None, issues, row.external_id if is_legible else None, row.opt_out)
        if row.phone is None and row.email is None:
            issues.append(Issue(record.line, "", row.external_id, "no_contact"))
        return ReadRow(record.line, row, issues)

    def _shape_fault(self, record: Record, cells: Sequence[str]) -> Issue | None:
        """Return the issue of a record with an open quote or a wrong number of cells, else None."""
        if record.broken:
            code = "row_quote_open"
        elif len(record.cells) > self._width and any(cell.strip() for cell in record.cells[self._width :]):
            code = "row_too_long"
        elif len(cells) < self._least_cells and not self._furniture.holds(cells):
            code = "row_too_short"
        else:
            return None
        return Issue(record.line, "", _joined(record.cells), code, f"{len(record.cells)}/{self._width}")

    def _issues(self, line: int, cells: Sequence[str], faults: Faults, *, has_contact: bool) -> list[Issue]:
        """Return the issues of a row. A contact that cannot be read costs itself alone where the row has another."""
        return [
            Issue(
                line,
                self._names[column],
                value_shown(cells[column]),
                *fault,
                is_spared=has_contact and column in self._contacts.columns and fault[0] in REFUSED,
            )
            for column, fault in faults
        ]

    def _seen(self, cells: Sequence[str], faults: Faults) -> list[str]:
        """Return the cells as a person sees them; note what was taken out of those that are loaded."""
        seen = [text_seen(cell) for cell in cells]
        for column in self._values:
            if cells[column].isascii() and cells[column].isprintable():
                continue
            if has_control(cells[column]):
                if is_garbled(cells[column]):  # the control characters are letters that were read wrongly
                    seen[column] = "".join(sign for sign in seen[column] if sign.isprintable())
                    faults.append((column, ("text_garbled", "")))
                else:
                    seen[column] = ""
                    faults.append((column, ("control_characters", "")))
            elif hides_signs(cells[column]):
                faults.append((column, ("invisible_removed", "")))
        return seen

    def _without_errors(self, cells: Sequence[str], faults: Faults) -> list[str]:
        lost = [column for column in self._values if is_sheet_error(cells[column])]
        faults += [(column, ("cell_error", "")) for column in lost]
        return ["" if column in lost else cell for column, cell in enumerate(cells)]

    def _fields(self, line: int, cells: Sequence[str], faults: Faults) -> CustomerRow:
        """Read every field; add the faults with their columns."""
        external_id, wrong = id_read(cells[self._id].strip())
        if wrong and not _is_noted(faults, self._id, "control_characters"):
            faults += [(self._id, fault) for fault in wrong]
        name = self._name(cells, faults)
        phone = self._contacts.phone(cells, faults)
        email = self._contacts.email(cells, faults)
        words = []
        for column, read in self._words:
            value, wrong = read(cells[column].strip())
            words.append(value)
            if wrong:  # no list is made for a cell of a clean row: it would cost most
                faults += [(column, fault) for fault in wrong]
        city, zone, segment, messenger = words
        return CustomerRow(
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
            self._refusal(cells, faults) if self._refusals else None,
        )

    def _refusal(self, cells: Sequence[str], faults: Faults) -> str | None:
        """Return the strictest of what the columns of refusals say; what is not clear is a refusal of everything."""
        said: Any = [(column, read(cells[column])) for column, read in self._refusals]
        strictest = min((_STRICTEST.index(word) for _column, word in said if word), default=None)
        if strictest is None:
            return None
        answer = _STRICTEST[strictest]
        if answer is not OptOut.UNCLEAR:
            return answer.value
        faults += [(column, ("opt_out_unclear", "")) for column, word in said if word is OptOut.UNCLEAR]
        return OptOut.ALL.value

    def _name(self, cells: Sequence[str], faults: Faults) -> str | None:
        """Return the whole name, or its parts joined with the family name first."""
        parts = []
        surname = ""
        for column in self._name_columns:
            text, wrong = text_read(cells[column].strip(), NAME_LIMIT, "name_too_long")
            if wrong and not (_is_noted(faults, column, "text_garbled") and wrong == (("text_garbled", ""),)):
                faults += [(column, fault) for fault in wrong]
            if text.lower() not in NOTHING:
                parts.append(text)
            elif column == self._surname and text.lower() in _SURNAMES:
                surname = text
        if surname and parts:
            # A word for nothing beside a first name is a surname: there are people of the name Null.
            parts.insert(0, surname)
            faults.append((self._name_columns[0], ("name_nothing", "")))
        name = " ".join(parts)
        if len(parts) > 1 and len(name) > NAME_LIMIT:
            faults.append((self._name_columns[0], ("name_too_long", str(len(name)))))
        return name or None


def _is_noted(faults: Faults, column: int, code: str) -> bool:
    return any(fault[0] == column and fault[1][0] == code for fault in faults)


def _joined(cells: Sequence[str]) -> str:
    return value_shown("; ".join(cells).rstrip("; "))
