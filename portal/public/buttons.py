"""The captions of buttons outside the texts, as pages show them and as evidence keeps the one that was pressed.

They travel with the form, signed, with the language of the page: an answer names the words that were on its page
whatever language the next request speaks. Buttons under a text go with the text itself (`portal.visits.shown`).
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy

from consents.types import Circumstances

CAPTIONS: Final[dict[str, Promise]] = {
    "advertising": gettext_lazy("Только от рекламы"),
    "all": gettext_lazy("От всех сообщений"),
    "denial": gettext_lazy("Да, это не я"),
    "one_click": gettext_lazy("Отписаться"),
    "switch_off": gettext_lazy("Выключить"),
    "no_here": gettext_lazy("Не писать сюда"),
    "max_off": gettext_lazy("Отключить MAX"),
    "vk_off": gettext_lazy("Отключить ВКонтакте"),
    "restore": gettext_lazy("Вернуть прежний контакт"),
    "confirm": gettext_lazy("Подтвердить"),
    "go_on": gettext_lazy("Продолжить"),
}

FIELD: Final = "buttons"
_SALT: Final = "mostik.buttons"
_LIFE: Final = timedelta(days=1)
"""A page that was left open for longer claims no caption."""


def buttons_shown(*names: str) -> dict[str, object]:
    """Return for a page the captions of its buttons by name, and the signed field that its forms carry."""
    captions = {name: str(CAPTIONS[name]) for name in names}
    told = {"captions": captions, "language": get_language() or settings.LANGUAGE_CODE}
    return {"captions": captions, FIELD: signing.dumps(told, salt=_SALT)}


def pressed(how: Circumstances, request: HttpRequest, name: str) -> Circumstances:
    """Return the circumstances with the caption and the language of the page on which the button was pressed.

    A form that carries no field of ours, or another button's, was made by no page: then no caption is claimed.
    """
    captions, language = _read(request.POST.get(FIELD, ""))
    extra = {key: value for key, value in how.extra.items() if key != "page_language"}
    if name not in captions:
        return replace(how, button="", extra=extra)
    return replace(how, button=captions[name], extra={**extra, "page_language": language})


def _read(signed: str) -> tuple[dict[str, str], str]:
    """Read the field of a form; one that is not ours has no captions."""
    try:
        told = signing.loads(signed, salt=_SALT, max_age=_LIFE)
    except signing.BadSignature:
        return {}, ""
    return told["captions"], told["language"]
