"""How providers fare, in words for staff and for `doctor`. A reason without words is shown as its code."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notify.providers.checks import NO_PROCESS, UNUSABLE, ProviderHealth
from portal.ui.words import money

Words = Mapping[str, str | Promise]

REASONS: Final[Words] = {
    "no_connection": gettext_lazy("нет связи с сервером провайдера"),
    "no_answer": gettext_lazy("провайдер не ответил"),
    "no_greeting": gettext_lazy("сервер провайдера не поздоровался"),
    "connection_lost": gettext_lazy("соединение оборвалось"),
    "unreadable_answer": gettext_lazy("ответ провайдера не удалось разобрать"),
    "no_clear_answers": gettext_lazy("провайдер отвечает так, что не понять, приняты ли сообщения"),
    "http_401": gettext_lazy("провайдер не принимает ключ"),
    "http_403": gettext_lazy("провайдер отказал: проверьте ключ, права и список разрешённых адресов"),
    "http_404": gettext_lazy("по этому адресу ничего нет: проверьте адрес API"),
    "http_405": gettext_lazy("по этому адресу отвечает что-то другое: проверьте адрес API"),
    "http_429": gettext_lazy("провайдер просит обращаться реже"),
    "http_500": gettext_lazy("у провайдера сбой"),
    "http_502": gettext_lazy("у провайдера сбой"),
    "http_503": gettext_lazy("провайдер временно недоступен"),
    "http_504": gettext_lazy("у провайдера сбой"),
    "too_many": gettext_lazy("провайдер просит обращаться реже"),
    "login": gettext_lazy("провайдер не принимает логин или пароль"),
    "login_refused": gettext_lazy("провайдер не принимает логин или пароль"),
    "no_money": gettext_lazy("на счёте кончились деньги"),
    "ip_blocked": gettext_lazy("провайдер не пускает с адреса этого сервера"),
    "refused": gettext_lazy("провайдер отказал"),
    "tls": gettext_lazy("защищённое соединение не устанавливается"),
    "bad_ca": gettext_lazy("файл с корневым сертификатом не читается"),
    "bad_address": gettext_lazy("адрес записан с ошибкой"),
    "bad_field": gettext_lazy("одно из полей заполнено с ошибкой"),
    "bad_secret": gettext_lazy("секрет записан с ошибкой"),
    "bad_codes": gettext_lazy("список кодов записан с ошибкой"),
    "bad_bounce_address": gettext_lazy("адрес возврата записан с ошибкой"),
    "no_bounce_key": gettext_lazy("не указан ключ адресов возврата"),
    "no_key": gettext_lazy("не указаны ни ключ, ни логин с паролем"),
    "no_folder": gettext_lazy("такой папки в ящике нет"),
    "incomplete": gettext_lazy("заполнены не все поля"),
    "no_messenger": gettext_lazy("такого мессенджера у провайдера нет"),
    "wrong_messenger": gettext_lazy("этот мессенджер подключён к другому каналу"),
    "foreign_messenger": gettext_lazy("это иностранный мессенджер: писать через него нельзя"),
    "group_blocked": gettext_lazy("группа заблокирована"),
    "licence_missing": gettext_lazy("такой лицензии у провайдера нет"),
    "unreadable": gettext_lazy("вызов не удалось разобрать"),
    "no_reason": gettext_lazy("провайдер не назвал причину"),
    "setup_missing": gettext_lazy("подключение не удалось прочитать"),
    NO_PROCESS: gettext_lazy("на сервере не запущен его процесс"),
    UNUSABLE: gettext_lazy("поля не подходят или секреты не читаются"),
    "address_changed": gettext_lazy("адрес изменился: введите секреты ещё раз"),
    "webhook_secret_unreadable": gettext_lazy("секрет вебхука не читается: сначала смените его"),
}
"""Short words of adapters, webhooks and set-ups, as they end a sentence."""

OF_THE_ENVIRONMENT: Final[Words] = {
    "smtp": gettext_lazy("Почтовый сервер"),
    "sandbox": gettext_lazy("Песочница"),
}
"""Providers that the settings of the server set up."""

BROKE: Final = "broke_"


@dataclass(frozen=True, slots=True)
class Said:
    """A state: one or two words with a tone, and a sentence where there is more to say."""

    label: str
    tone: str
    text: str = ""


def reason_words(code: str) -> str:
    """Return a reason as the end of a sentence."""
    if code.startswith(BROKE):
        return _("ошибка Мостика, %(name)s") % {"name": code.removeprefix(BROKE)}
    return str(REASONS.get(code, code))


def provider_title(health: ProviderHealth) -> str:
    """Return how staff know a provider."""
    return health.setup.title if health.setup else str(OF_THE_ENVIRONMENT.get(health.name, health.name))


def day_words(iso: str) -> str:
    """Return a day in ISO form as `30.11.2026`; whatever is none as it stands."""
    try:
        return f"{date.fromisoformat(iso[:10]):%d.%m.%Y}"
    except ValueError:
        return iso


def state_said(health: ProviderHealth) -> Said:
    """Return whether a provider works now, and why not."""
    if (unable := _unable(health)) is not None:
        return unable
    if health.failures:
        return _failing(health)
    if health.check_trouble:
        return Said(_("проверка не прошла"), "danger", _note(health.check_trouble))
    if health.setup is not None and health.checked_at is None:
        return Said(_("не проверено"), "neutral", _("Проверить его можно на странице подключения."))
    return Said(_("работает"), "ok")


def _unable(health: ProviderHealth) -> Said | None:
    """Return why a provider is not used at all."""
    if not health.is_on:
        return Said(_("выключено"), "neutral", _("Через него ничего не уходит."))
    if not health.is_usable:
        text = _("Поля не подходят или секреты не читаются. Введите секреты заново и сохраните подключение.")
        return Said(_("не работает"), "danger", text)
    if health.is_process_missing:
        text = _("На сервере не запущен его процесс: manage.py provider_run %(name)s.") % {"name": health.name}
        return Said(_("не работает"), "danger", text)
    return None


def _failing(health: ProviderHealth) -> Said:
    reason = reason_words(health.trouble or "no_reason")
    if health.open_until is None:
        text = _("Последнее обращение не удалось: %(reason)s. Следующее сообщение покажет, прошло ли это.")
        return Said(_("сбой"), "danger", text % {"reason": reason})
    until = f"{timezone.localtime(health.open_until):%H:%M:%S}"
    text = _("Не обращаемся к нему до %(until)s: %(reason)s.") % {"until": until, "reason": reason}
    return Said(_("пауза"), "warn", text)


def warnings_said(health: ProviderHealth, *, but: Collection[str] = ()) -> list[str]:
    """Return a sentence for each warning, those ``but`` left out."""
    words = [word for word in health.warnings if word not in but]
    return [_SAID[word](health) if word in _SAID else _note(word) for word in words]


def _balance(health: ProviderHealth) -> str:
    account, setup = health.account, health.setup
    if account is None or setup is None:
        return ""
    return _("На счёте %(balance)s, это меньше %(limit)s. Пополните счёт.") % {
        "balance": money(account.balance, account.currency),
        "limit": money(setup.balance_warn, account.currency),
    }


def _paid_until(health: ProviderHealth) -> str:
    day = day_words(health.account.paid_until) if health.account else ""
    return _("Оплачено до %(day)s. Продлите, чтобы сообщения не остановились.") % {"day": day}


def _state(health: ProviderHealth) -> str:
    return state_said(health).text


def _check(health: ProviderHealth) -> str:
    return _("Проверка не прошла: %(reason)s.") % {"reason": reason_words(health.check_trouble)}


def _note(word: str) -> str:
    said = reason_words(word)
    return f"{said[:1].upper()}{said[1:]}."


_SAID: Final[Mapping[str, Callable[[ProviderHealth], str]]] = {
    UNUSABLE: _state,
    NO_PROCESS: _state,
    "failing": _state,
    "check_failed": _check,
    "low_balance": _balance,
    "paid_time_ends": _paid_until,
}
