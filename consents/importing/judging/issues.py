"""The issues that a row can have, and their severity."""

from dataclasses import dataclass
from typing import Final

from consents.enums import IssueSeverity

VALUE_LIMIT: Final = 300
COLUMN_NAME_LIMIT: Final = 120

REFUSED: Final = frozenset(
    (
        "row_too_short",
        "row_too_long",
        "row_quote_open",
        "control_characters",
        "id_missing",
        "id_too_long",
        "id_scientific",
        "id_twice",
        "name_too_long",
        "text_too_long",
        "phone_scientific",
        "phone_letters",
        "phone_several",
        "phone_too_short",
        "phone_too_long",
        "phone_range",
        "phone_toll_free",
        "phone_paid",
        "phone_malformed",
        "email_at",
        "email_several",
        "email_space",
        "email_zone",
        "email_letters",
        "email_reserved",
        "email_too_long",
        "email_malformed",
        "customer_erased",
        "opt_out_of_refused",
        "opt_out_waits",
    )
)
"""The row is not loaded."""

DOUBTFUL: Final = frozenset(
    (
        "cell_error",
        "id_date",
        "id_repeated",
        "no_contact",
        "name_formula",
        "invisible_removed",
        "text_lost",
        "phone_foreign",
        "phone_fixed",
        "phone_other_line",
        "phone_extension",
        "phone_unallotted",
        "phone_shared",
        "phone_kept",
        "phone_given_up",
        "email_shared",
        "email_kept",
        "email_given_up",
        "zone_unknown",
        "messenger_unknown",
        "messenger_several",
        "opt_out_unclear",
        "opt_out_kept",
        "opt_out_of_twin",
        "opt_out_of_contact",
    )
)
"""The row is loaded, and a person should look at it."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One value of one row that needs a person. ``detail`` is a line, a country or a number that the sentence names."""

    line: int
    column: str
    value: str
    code: str
    detail: str = ""

    @property
    def severity(self) -> IssueSeverity:
        """Return how much the issue matters to the row."""
        return IssueSeverity.REFUSED if self.code in REFUSED else IssueSeverity.DOUBTFUL


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
