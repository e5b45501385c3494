"""The words about every issue that a row can have, by its code."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consents.importing.judging.doubtful import DOUBTFUL
from consents.importing.judging.refused import REFUSED

_COUNTRIES: Final[Mapping[str, str | Promise]] = {
    "KZ": _("Казахстан"),
    "BY": _("Беларусь"),
    "UA": _("Украина"),
    "UZ": _("Узбекистан"),
    "KG": _("Киргизия"),
    "TJ": _("Таджикистан"),
    "TM": _("Туркмения"),
    "AM": _("Армения"),
    "AZ": _("Азербайджан"),
    "GE": _("Грузия"),
    "MD": _("Молдавия"),
    "CN": _("Китай"),
    "TR": _("Турция"),
    "RS": _("Сербия"),
    "IL": _("Израиль"),
    "DE": _("Германия"),
}


def issue_words(code: str, detail: str = "") -> tuple[str, str]:
    """Return why a value is refused or doubtful and what to do about it, in the active language."""
    advice = REFUSED.get(code) or DOUBTFUL[code]
    named = _named(code, detail)
    return str(advice.reason) % {"detail": named}, str(advice.mend) % {"detail": named}


def _named(code: str, detail: str) -> str:
    if code in ("phone_foreign", "phone_country"):
        return str(_COUNTRIES.get(detail, detail or gettext("страна неизвестна")))
    if code in ("phone_shared", "email_shared"):
        if not detail:
            return gettext("загружен раньше, возможно, из другого источника")
        return gettext("строка %(line)s") % {"line": detail}
    return detail
