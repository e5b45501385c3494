"""Small tables between the room's own words, and what evidence calls a box."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consents.enums import DemandKind, DocumentKind, Purpose, StopHolder, StopReason, StopScope

PURPOSE_OF = {
    DocumentKind.PD_SERVICE: Purpose.SERVICE,
    DocumentKind.PD_PROMO: Purpose.PROMOTION,
    DocumentKind.ADS: Purpose.ADVERTISING,
}
LEGAL_BASIS = {
    Purpose.SERVICE: "152-ФЗ, статья 6, часть 1, пункт 1; статья 9",
    Purpose.PROMOTION: "152-ФЗ, статья 15, часть 1",
    Purpose.ADVERTISING: "38-ФЗ, статья 18, часть 1",
}
"""What a yes is in law: kept with it, so that a later reading of the law does not reach back."""
BOX_WORDS: Final[Mapping[str, str | Promise]] = {
    "ticked": _("поставлена"),
    "empty": _("не поставлена"),
    "unticked": _("пустая"),
}
"""How a box of a page was before the answer (unticked) and with it."""
FACT_WORDS: Final[Mapping[str, Mapping[str, str | Promise]]] = {
    "stop_scope": dict(StopScope.choices),
    "stop_reason": dict(StopReason.choices),
    "stop_holder": dict(StopHolder.choices),
    "demand_kind": dict(DemandKind.choices),
}
"""Facts of evidence that are kept as stored words, with their labels."""
STOP_FACTS: Final = ("stop_scope", "stop_holder", "stop_reason")

_SPELLED: Final[Mapping[int, str | Promise]] = {30: _("полминуты"), 900: _("пятнадцать минут"), 86_400: _("сутки")}
_UNITS: Final[Mapping[int, str | Promise]] = {
    3_600: _("час, часа, часов"),
    60: _("минуту, минуты, минут"),
    1: _("секунду, секунды, секунд"),
}


def noun_of(value: int, forms: str) -> str:
    """Return the form of a noun that stands after a number: of `день, дня, дней`, or of English `day, days`."""
    words = forms.split(", ")
    if len(words) == 2:
        return words[value != 1]
    is_teen = value % 100 in (11, 12, 13, 14)
    if value % 10 == 1 and not is_teen:
        return words[0]
    return words[1 if value % 10 in (2, 3, 4) and not is_teen else 2]


def fact_words(name: str, value: str) -> str:
    """Return a fact of evidence as people read it; as it is kept where it is no stored word."""
    return str(FACT_WORDS.get(name, {}).get(value, value))


def stop_words(personal: Mapping[str, str]) -> str:
    """Return what an event of a stop is about, of its evidence: how much, whom, why; empty for any other event."""
    return "; ".join(fact_words(name, personal[name]) for name in STOP_FACTS if personal.get(name))


def span_words(seconds: int) -> str:
    """Return a span of time as it stands after «через» or «подождите»: in its largest whole unit."""
    if seconds in _SPELLED:
        return str(_SPELLED[seconds])
    unit = next(unit for unit in _UNITS if seconds % unit == 0)
    return f"{seconds // unit} {noun_of(seconds // unit, str(_UNITS[unit]))}"
