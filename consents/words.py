"""Small tables between the room's own words, and how stored words, spans and moments are said."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Choices
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consents.enums import Channel, ContactKind, DemandKind, DocumentKind, Purpose, StopHolder, StopReason, StopScope

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


def choice_words(words: type[Choices | Channel | ContactKind], stored: Any) -> str:
    """Return the label of a stored word in the reader's language; the word itself if it is none of ours."""
    try:
        return str(words(stored).label)
    except ValueError:
        return str(stored)


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


def demand_words(personal: Mapping[str, str]) -> str:
    """Return the demand that staff wrote down, of its evidence: how, when, from whom, what; empty for other events."""
    names = ("demand_kind", "demand_received", "demand_sender", "demand_details")
    return "; ".join(fact_words(name, personal[name]) for name in names if personal.get(name))


def span_words(seconds: int) -> str:
    """Return a span of time as it stands after «через» or «подождите»: in its largest whole unit."""
    if seconds in _SPELLED:
        return str(_SPELLED[seconds])
    unit = next(unit for unit in _UNITS if seconds % unit == 0)
    return f"{seconds // unit} {noun_of(seconds // unit, str(_UNITS[unit]))}"


_MOSCOW: Final = timedelta(hours=3)


def moment_words(moment: datetime, *, seconds: bool = False) -> str:
    """Return an aware moment as `29.11.2026 22:49, UTC+8`."""
    clock = "%d.%m.%Y %H:%M:%S" if seconds else "%d.%m.%Y %H:%M"
    return f"{moment:{clock}}, {offset_words(moment)}"


def offset_words(moment: datetime) -> str:
    """Return the offset of an aware moment as `МСК`, `UTC+10` or `UTC+5:30`."""
    offset = moment.utcoffset() or timedelta()
    return gettext("МСК") if offset == _MOSCOW else utc_words(offset)


def utc_words(offset: timedelta) -> str:
    """Return an offset as `UTC+10`, `UTC+5:30`, and `UTC` for none."""
    minutes = round(offset / timedelta(minutes=1))
    hours, rest = divmod(abs(minutes), 60)
    sign = "\N{MINUS SIGN}" if minutes < 0 else "+"
    return f"UTC{sign}{hours}:{rest:02}" if rest else f"UTC{sign}{hours}" if hours else "UTC"
