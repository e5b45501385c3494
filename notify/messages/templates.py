"""Notices about a person's own acts: one table of what they say. Pure words."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notify.enums import LinkScope

DAY: Final = timedelta(hours=24)
MONTH: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """``short`` is the SMS; it names the company and the link itself: ``{company}``, ``{url}``.

    Letters and MAX carry the paragraphs and, unless ``button`` is empty, a button with a link of its own.
    """

    subject: str | Promise
    paragraphs: tuple[str | Promise, ...]
    short: str | Promise
    button: str | Promise
    scope: LinkScope = LinkScope.PERSONAL
    link_life: timedelta = MONTH


NOTICES: Final[dict[str, Notice]] = {
    "contact_changed": Notice(
        subject=_("Ваш контакт заменён"),
        paragraphs=(
            _("На вашей личной странице этот контакт заменён другим. Новый контакт подтверждён кодом."),
            _("Если это были не вы, верните прежний контакт: это можно сделать в течение 24 часов."),
        ),
        short=_("{company}: ваш контакт заменён другим. Это не вы? Верните прежний за 24 часа: {url}"),
        button=_("Вернуть прежний контакт"),
        scope=LinkScope.CANCEL_CHANGE,
        link_life=DAY,
    ),
    "phone_changed": Notice(
        subject=_("Ваш номер телефона заменён"),
        paragraphs=(
            _("На вашей личной странице номер телефона заменён другим. Новый номер подтверждён кодом."),
            _("Если это были не вы, верните прежний номер: это можно сделать в течение 24 часов."),
        ),
        short=_("{company}: ваш номер телефона заменён другим. Это не вы? Верните прежний за 24 часа: {url}"),
        button=_("Вернуть прежний номер"),
        scope=LinkScope.CANCEL_CHANGE,
        link_life=DAY,
    ),
    "max_refused": Notice(
        subject=_("Не удалось подключить MAX"),
        paragraphs=(
            _("Эта ссылка для MAX больше не работает: она открывается один раз и действует 15 минут."),
            _("Вернитесь на личную страницу и нажмите «Получить код для MAX» ещё раз."),
        ),
        short=_("{company}: ссылка для MAX уже не действует. На личной странице нажмите «Получить код для MAX»."),
        button="",
    ),
    "max_linked": Notice(
        subject=_("MAX подключён"),
        paragraphs=(_("MAX подключён. Отключить его можно на личной странице."),),
        short=_("{company}: MAX подключён. Отключить его можно на личной странице: {url}"),
        button=_("Открыть личную страницу"),
    ),
}
