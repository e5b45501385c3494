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

    All texts may name ``{reach}``, how to reach the company, and what `notice_send` was given as context.

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
    "contact_denied": Notice(
        subject=_("Ваш контакт закрыт"),
        paragraphs=(
            _("Контакт {mask} закрыт: по ссылке из сообщения отметили, что он принадлежит другому человеку."),
            _("Мы больше не пишем туда и не отправляем туда коды."),
            _("Если контакт ваш, сообщите нам: {reach}."),
        ),
        short=_("{company}: контакт {mask} закрыт, отмечено «Это не я». Ваш контакт? Сообщите нам: {reach}"),
        button=_("Открыть личную страницу"),
    ),
    "max_refused": Notice(
        subject=_("Не удалось подключить MAX"),
        paragraphs=(
            _("Эта ссылка для MAX больше не работает: она открывается один раз и действует 15 минут."),
            _("Вернитесь на личную страницу и нажмите «Подключить MAX» ещё раз."),
        ),
        short=_("{company}: ссылка для MAX уже не действует. На личной странице нажмите «Подключить MAX»."),
        button="",
    ),
    "max_linked": Notice(
        subject=_("MAX подключён"),
        paragraphs=(
            _("MAX подключён к вашей личной странице."),
            _("Вернитесь в браузер, где открыта страница: если там есть вопрос, ответьте на него."),
            _("Чтобы мы перестали писать сюда, отправьте слово «стоп»."),
        ),
        short=_("{company}: MAX подключён. Отключить его можно на личной странице: {url}"),
        button=_("Открыть личную страницу"),
    ),
    "account_refused": Notice(
        subject=_("Не удалось подключить профиль"),
        paragraphs=(
            _("Эта ссылка больше не работает: она открывается один раз и действует 15 минут."),
            _("Вернитесь на личную страницу и подключите профиль ещё раз."),
        ),
        short=_("{company}: ссылка для подключения уже не действует. Начните заново на личной странице."),
        button="",
    ),
    "account_linked": Notice(
        subject=_("Профиль подключён"),
        paragraphs=(
            _("Профиль подключён к вашей личной странице."),
            _("Вернитесь в браузер, где открыта страница: если там есть вопрос, ответьте на него."),
            _("Чтобы мы перестали писать вам {by}, отправьте слово «стоп»."),
        ),
        short=_("{company}: профиль подключён. Отключить его можно на личной странице: {url}"),
        button=_("Открыть личную страницу"),
    ),
    "phone_unknown": Notice(
        subject=_("Не удалось подключить MAX"),
        paragraphs=(
            _("По этому номеру телефона мы не нашли клиента или нашли нескольких."),
            _("Откройте личную страницу по ссылке из нашего сообщения и нажмите «Подключить MAX»."),
        ),
        short=_("{company}: по этому номеру клиент не найден. На личной странице нажмите «Подключить MAX»."),
        button="",
    ),
    "stopped": Notice(
        subject=_("Отказ принят"),
        paragraphs=(
            _("Отказ принят: мы больше не пишем вам {by}. Номер отказа: {number}."),
            _("Отказаться от других сообщений или разрешить их снова можно на личной странице."),
        ),
        short=_("{company}: отказ принят, больше не пишем {by}. Номер отказа: {number}. Личная страница: {url}"),
        button=_("Открыть личную страницу"),
    ),
    "stopped_before": Notice(
        subject=_("Вы уже отказались"),
        paragraphs=(
            _("Вы уже отказались от сообщений {by}: мы не пишем вам сюда."),
            _("Отказаться от других сообщений или разрешить их снова можно на личной странице."),
        ),
        short=_("{company}: вы уже отказались от сообщений {by}. Личная страница: {url}"),
        button=_("Открыть личную страницу"),
    ),
    "stop_of_nobody": Notice(
        subject=_("Клиента с этим контактом нет"),
        paragraphs=(
            _("У нас нет клиента с этим контактом, и сообщений сюда мы не отправляем."),
            _(
                "Чтобы отказаться от сообщений на другие контакты, откройте ссылку из любого нашего сообщения "
                "или свяжитесь с нами: {reach}."
            ),
        ),
        short=_("{company}: клиента с этим контактом у нас нет. Связаться с нами: {reach}"),
        button="",
    ),
    "received": Notice(
        subject=_("Сообщение получено"),
        paragraphs=(
            _("Сообщение получено, его прочитает сотрудник. Срочный вопрос? Свяжитесь с нами: {reach}."),
            _("Чтобы мы перестали писать вам {by}, отправьте слово «стоп»."),
        ),
        short=_("{company}: сообщение получено, его прочитает сотрудник. Срочно: {reach}"),
        button="",
    ),
}
