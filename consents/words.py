"""Small tables between the room's own words, and what evidence calls a box."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consents.enums import DocumentKind, Purpose

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
OTHER_BASIS = "договор: 152-ФЗ, статья 6, часть 1, пункт 5"
"""What data stay on after a withdrawal: messages that the contract obliges the company to send."""
BOX_WORDS: Final[Mapping[str, str | Promise]] = {
    "ticked": _("поставлена"),
    "empty": _("не поставлена"),
    "unticked": _("пустая"),
}
"""How a box of a page was before the answer (unticked) and with it."""
