"""An issue of a row: where, what, how much it matters, and the words about it."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext

from consents.enums import IssueSeverity
from consents.importing.judging.refused import REFUSED
from consents.importing.judging.sentences import issue_words

VALUE_LIMIT: Final = 300
COLUMN_NAME_LIMIT: Final = 120


@dataclass(frozen=True, slots=True)
class Issue:
    """One value of one row that needs a person. ``detail`` is a line, a country or a number that the sentence names.

    ``is_spared``: the value cannot be taken, but its row is loaded without it.
    """

    line: int
    column: str
    value: str
    code: str
    detail: str = ""
    is_spared: bool = False

    @property
    def refuses(self) -> bool:
        """Return whether the row is not loaded for it."""
        return self.code in REFUSED and not self.is_spared

    @property
    def severity(self) -> IssueSeverity:
        """Return how much the issue matters to the row."""
        return IssueSeverity.REFUSED if self.refuses else IssueSeverity.DOUBTFUL

    @property
    def reason(self) -> str:
        """Return why, in the active language."""
        reason = issue_words(self.code, self.detail)[0]
        return " ".join((reason, gettext("Клиент загружается без этого контакта."))) if self.is_spared else reason

    @property
    def mend(self) -> str:
        """Return what to do about it."""
        return issue_words(self.code, self.detail)[1]


def value_shown(raw: str) -> str:
    """Return a value for a report: short, with control characters as visible signs that can be stored."""
    if not raw.isprintable():
        raw = "".join(_sign(sign) for sign in raw)
    return raw if len(raw) <= VALUE_LIMIT else raw[: VALUE_LIMIT - 1] + "…"


def _sign(sign: str) -> str:
    number = ord(sign)
    if number < 32:
        return chr(0x2400 + number)
    if number == 127 or 0xD800 <= number <= 0xDFFF:
        return "\N{SYMBOL FOR DELETE}"
    return sign if sign.isprintable() or sign.isspace() else f"\\u{number:04x}"
