"""One cell to one value, and the faults found in it. Pure; ``clean`` spares a second look at a clean row."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from consents.enums import LineType
from consents.errors import BadValue
from consents.importing.words import NOTHING, OptOut, Question, opt_out_read
from consents.normalise import Phone, has_control, phone_normalise
from consents.register.spreadsheet import cell_unguard

ID_LIMIT: Final = 64
TEXT_LIMIT: Final = 120
OTHER_MESSENGER: Final = "other"

_T = TypeVar("_T")

Fault = tuple[str, str]
"""A code and its detail."""
Found = tuple[_T, tuple[Fault, ...]]

_NO_FAULTS: Final[tuple[Fault, ...]] = ()
_SCIENTIFIC: Final = re.compile(r"\d+(?:[.,]\d+)?[eEеЕ]\+?\d{1,3}")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}:\d{2})?")
"""As the dates of a sheet are written out."""
_SHEET_ERRORS: Final = frozenset(
    (
        "#n/a", "#ref!", "#value!", "#name?", "#div/0!", "#num!", "#null!", "#spill!", "#calc!", "#field!", "#error!",
        "#formula!", "#н/д", "#ссылка!", "#знач!", "#имя?", "#дел/0!", "#число!", "#пусто!", "#перенос!", "#вычисл!",
    )
)  # fmt: skip
_APART: Final = re.compile(r"\s*(?:[,;/+&|]|\bи\b|\band\b)\s*")
_LOST: Final = re.compile(r"\N{REPLACEMENT CHARACTER}|\?{3,}")
_FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_INVISIBLE: Final = (("invisible_removed", ""),)
_HIDDEN: Final = ("", (("control_characters", ""),))


def is_clean(text: str) -> bool:
    """Return whether a text has no hidden characters and is composed, as most are."""
    return text.isprintable() and unicodedata.is_normalized("NFC", text)


def is_sheet_error(cell: str) -> bool:
    """Return whether a cell holds what a sheet shows where it has no value: an error, or a formula never computed."""
    return cell.strip().lower() in _SHEET_ERRORS


def text_read(cell: str, limit: int, too_long: str, *, clean: bool) -> Found[str]:
    """Return the text with trimmed ends as it was written, and the faults found in it."""
    text = cell.strip()
    faults = _NO_FAULTS
    if not clean:
        if has_control(text):
            return _HIDDEN
        # Files from macOS write Ё and Й as two characters: the same letter, found by no search.
        text = unicodedata.normalize("NFC", text)
        seen = "".join(sign for sign in text if unicodedata.category(sign) != "Cf").strip()
        text, faults = seen, _NO_FAULTS if seen == text else _INVISIBLE
    if text.startswith("'"):
        text = cell_unguard(text)
    if len(text) > limit:
        faults = (*faults, (too_long, str(len(text))))
    elif text.startswith(_FORMULA) and text.lower() not in NOTHING:
        faults = (*faults, ("name_formula", ""))
    if ("?" in text or not clean) and _LOST.search(text):
        faults = (*faults, ("text_lost", ""))
    return text, faults


def id_read(cell: str, *, clean: bool) -> Found[str]:
    """Read the number of a customer; it must be there and whole."""
    text, faults = text_read(cell, ID_LIMIT, "id_too_long", clean=clean)
    if not text:
        return text, faults if faults == _HIDDEN[1] else (*faults, ("id_missing", ""))
    if not clean:
        # A space that does not break looks like any other and would make a second customer.
        text = "".join(" " if unicodedata.category(sign) == "Zs" else sign for sign in text)
    if _SCIENTIFIC.fullmatch(text):
        return text, (*faults, ("id_scientific", ""))
    if _DATE.fullmatch(text):
        return text, (*faults, ("id_date", ""))
    return text, faults


def short_text_read(cell: str) -> Found[str | None]:
    """Read a city or a segment; a word for nothing says nothing."""
    if cell.strip().lower() in NOTHING:
        return None, _NO_FAULTS
    return text_read(cell, TEXT_LIMIT, "text_too_long", clean=is_clean(cell))


def phone_read(cell: str, *, clean: bool) -> Found[Phone | None]:
    """Read a phone; a number that takes no ordinary message is taken with a doubt."""
    phone, faults = value_read(cell, phone_normalise, clean=clean)
    return phone, faults if phone is None or phone.is_ordinary else _phone_doubts(phone)


def _phone_doubts(phone: Phone) -> tuple[Fault, ...]:
    doubts = {
        "phone_foreign": phone.country != "RU",
        "phone_fixed": phone.line_type is LineType.FIXED,
        "phone_other_line": phone.line_type is LineType.OTHER,
        "phone_extension": phone.has_extension,
        "phone_unallotted": not phone.is_allotted,
    }
    return tuple((code, phone.country if code == "phone_foreign" else "") for code, holds in doubts.items() if holds)


def value_read(cell: str, normalise: Callable[[str], _T], *, clean: bool) -> Found[_T | None]:
    """Read a cell by a rule of `normalise`; a word for nothing says nothing."""
    if cell.strip().lower() in NOTHING:
        return None, _NO_FAULTS
    if not clean and has_control(cell.strip()):
        return None, _HIDDEN[1]
    try:
        return normalise(cell), _NO_FAULTS
    except BadValue as error:
        return None, ((error.reason, ""),)


def refusal_read(cell: str, question: Question) -> Found[str | None]:
    """Read the column of refusals: None says nothing; what is not clear is taken for a refusal of everything."""
    if not cell.strip():
        return None, _NO_FAULTS
    answer = opt_out_read(cell, question)
    if answer is OptOut.UNCLEAR:
        return OptOut.ALL.value, (("opt_out_unclear", ""),)
    return answer.value, _NO_FAULTS


def messenger_read(cell: str, known: Mapping[str, str]) -> Found[str | None]:
    """Read a messenger, by its spellings, as its code; a word for nothing is an empty code."""
    word = cell.strip().lower()
    if word in NOTHING:
        return "" if word else None, _NO_FAULTS
    parts = [word] if word in known else _APART.split(word)
    codes = [known[part] for part in parts if part in known]
    if not codes:
        return OTHER_MESSENGER, (("messenger_unknown", ""),)
    return codes[0], _NO_FAULTS if len(set(codes)) == 1 else (("messenger_several", ""),)
