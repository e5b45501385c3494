"""Names, kinds of contacts and money in words for staff."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from consents.enums import ContactKind

SIGNS: Final[Mapping[str, str]] = {"RUB": "₽", "RUR": "₽"}


def money(amount: Decimal | None, currency: str) -> str:
    """Return 1234.5 RUB as `1 234,50 ₽`; the figure alone of no currency; an empty string of no amount."""
    if amount is None:
        return ""
    figure = f"{amount:,.2f}".replace(",", "\N{NARROW NO-BREAK SPACE}").replace(".", ",")
    return f"{figure}\N{NO-BREAK SPACE}{SIGNS.get(currency, currency)}".strip()


def initials(name: str) -> str:
    """Return a name as initials, for staff who may not see it whole: «Петрова Анна» is «П. А.»."""
    return " ".join(f"{word[0].upper()}." for word in name.replace("-", " ").split() if word) or _("без имени")


def contact_word(kind: str) -> str:
    """Name a kind of contact in one word for narrow lists."""
    return str(ContactKind(kind).spec.word)


def count_word(count: int, *, limit: int) -> str:
    """Return a figure for a small badge: empty for none, «999+» where counting ended at ``limit`` 1000."""
    if not count:
        return ""
    return f"{limit - 1}+" if count >= limit else str(count)
