"""One cell to one value, and the faults found in it. Pure. Cells come as a person sees them: `signs.text_seen`."""

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from consents.enums import LineType
from consents.errors import BadValue
from consents.importing.files.damage import (
    entities_read,
    is_garbled,
    is_lost,
    is_made_date,
    is_rounded,
    is_scientific,
)
from consents.normalise import NOTHING, Phone, email_normalise, email_tidy, phone_normalise
from consents.register.spreadsheet import cell_unguard

ID_LIMIT: Final = 64
TEXT_LIMIT: Final = 120
OTHER_MESSENGER: Final = "other"

_T = TypeVar("_T")

Fault = tuple[str, str]
"""A code and its detail."""
Found = tuple[_T, tuple[Fault, ...]]

_NO_FAULTS: Final[tuple[Fault, ...]] = ()
_SHEET_ERRORS: Final = frozenset(
    (
        "#n/a", "#ref!", "#value!", "#name?", "#div/0!", "#num!", "#null!", "#spill!", "#calc!", "#field!", "#error!",
        "#formula!", "#getting_data", "#blocked!", "#connect!", "#unknown!", "#busy!", "#н/д", "#ссылка!", "#знач!",
        "#имя?", "#дел/0!", "#число!", "#пусто!", "#перенос!", "#вычисл!", "#поле!", "err:501", "err:502", "err:504",
        "err:508", "err:509", "err:511", "err:519", "err:520", "err:522", "err:523", "########",
    )
)  # fmt: skip
_APART: Final = re.compile(r"\s*(?:[,;/+&|]|\bи\b|\band\b)\s*")
_FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_GUARDS: Final = ("'", '="')
_ORDINARY: Final = re.compile(r"[А-ЯЁ][а-яё]*(?:[ \-][А-ЯЁ][а-яё]*)*")
"""Names and cities as nearly all are: nothing can be wrong with them but their length."""
_SUSPECT_ID: Final = re.compile(r"[.,+]|[eEеЕ]\d|\d{15}|[a-zA-Zа-яА-Я]{3}|\d-\d\d-|[^\x20-\x7e]")
_LATIN: Final = re.compile(r"[a-zA-Z]")
_CYRILLIC: Final = re.compile(r"[а-яёА-ЯЁ]")


def is_sheet_error(cell: str) -> bool:
    """Return whether a cell holds what a sheet shows where it has no value: an error, or a formula never computed."""
    return cell.strip().lower() in _SHEET_ERRORS


def text_read(text: str, limit: int, too_long: str) -> Found[str]:
    """Return the text as it was written, without what programs put around it, and the faults found in it."""
    if _ORDINARY.fullmatch(text) and len(text) <= limit:
        return text, _NO_FAULTS
    faults = _NO_FAULTS
    if text.startswith(_GUARDS):
        text = cell_unguard(text)
    if "&" in text and (plain := entities_read(text)) != text:
        text, faults = plain.strip(), (("text_entities", ""),)
    if len(text) > limit:
        faults = (*faults, (too_long, str(len(text))))
    elif text.startswith(_FORMULA) and text.lower() not in NOTHING:
        faults = (*faults, ("name_formula", ""))
    if "?" in text or not text.isascii():
        faults += _letters_damaged(text)
    return text, faults


def _letters_damaged(text: str) -> tuple[Fault, ...]:
    if is_lost(text):
        return (("text_lost", ""),)
    return (("text_garbled", ""),) if is_garbled(text) else _NO_FAULTS


def id_read(cell: str) -> Found[str]:
    """Read the number of a customer; it must be there and whole."""
    text, faults = text_read(cell, ID_LIMIT, "id_too_long")
    if text.lower() in NOTHING:
        return text, (("id_missing", ""),)
    if not _SUSPECT_ID.search(text):
        return text, faults
    if not text.isascii() and any(_LATIN.search(word) and _CYRILLIC.search(word) for word in text.split()):
        return text, (*faults, ("id_mixed", ""))
    checks = ((is_scientific, "id_scientific"), (is_made_date, "id_date"), (is_rounded, "id_rounded"))
    wrong = tuple((code, "") for holds, code in checks if holds(text))
    return text, faults + wrong[:1]


def short_text_read(cell: str) -> Found[str | None]:
    """Read a city or a segment; a word for nothing says nothing."""
    if cell.lower() in NOTHING:
        return None, _NO_FAULTS
    return text_read(cell, TEXT_LIMIT, "text_too_long")


def phone_read(cell: str) -> Found[Phone | None]:
    """Read a phone; a number that takes no ordinary message is taken with a doubt."""
    if cell.startswith(_GUARDS):
        cell = cell_unguard(cell)
    phone, faults = value_read(cell, phone_normalise)
    return phone, faults if phone is None or phone.is_ordinary else _phone_doubts(phone)


def _phone_doubts(phone: Phone) -> tuple[Fault, ...]:
    doubts = {
        "phone_foreign": phone.country != "RU",
        "phone_fixed": phone.line_type is LineType.FIXED,
        "phone_other_line": phone.line_type is LineType.OTHER,
        "phone_extension": phone.has_extension,
        "phone_words": phone.has_words,
        "phone_unallotted": not phone.is_allotted,
    }
    return tuple((code, phone.country if code == "phone_foreign" else "") for code, holds in doubts.items() if holds)


def email_read(cell: str) -> Found[str | None]:
    """Read an address; one that had something around it is taken with a word."""
    if cell.startswith(_GUARDS):
        cell = cell_unguard(cell)
    address, faults = value_read(cell, email_normalise)
    if address and address != cell.lower() and email_tidy(cell) != cell.strip():
        return address, (("email_tidied", ""),)
    return address, faults


def value_read(cell: str, normalise: Callable[[str], _T]) -> Found[_T | None]:
    """Read a cell by a rule of `normalise`; a word for nothing says nothing."""
    if cell.lower() in NOTHING:
        return None, _NO_FAULTS
    try:
        return normalise(cell), _NO_FAULTS
    except BadValue as error:
        return None, ((error.reason, error.detail),)


def messenger_read(cell: str, known: Mapping[str, str]) -> Found[str | None]:
    """Read a messenger, by its spellings, as its code; a word for nothing is an empty code."""
    word = cell.lower()
    if word in NOTHING:
        return "" if word else None, _NO_FAULTS
    parts = [word] if word in known else _APART.split(word)
    codes = [known[part] for part in parts if part in known]
    if not codes:
        return OTHER_MESSENGER, (("messenger_unknown", ""),)
    return codes[0], _NO_FAULTS if len(set(codes)) == 1 else (("messenger_several", ""),)
