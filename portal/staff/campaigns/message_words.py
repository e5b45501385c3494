"""Why a message was not sent or delivered, in words: reasons of the gate, our errors, refusals of providers."""

import re
from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consents.words import choice_words
from notify.enums import SkipReason

ERRORS: Final[Mapping[str, str | Promise]] = {
    "worker_lost": gettext_lazy("программа остановилась во время передачи"),
    "adapter_error": gettext_lazy("ошибка программы во время передачи"),
    "compose_error": gettext_lazy("сообщение не удалось составить"),
    "header_refused": gettext_lazy("в теме письма перенос строки или скрытый знак"),
    "header_injection": gettext_lazy("в теме или адресе перенос строки или скрытый знак"),
    "text_too_long": gettext_lazy("текст с именем и ссылкой длиннее, чем принимает канал"),
    "text_refused": gettext_lazy("в тексте неизвестное поле"),
    "code_expired": gettext_lazy("код устарел до отправки"),
    "no_contact": gettext_lazy("контакта для этого канала больше нет"),
    "bad_address": gettext_lazy("адрес записан с ошибкой"),
    "connection_lost": gettext_lazy("связь с провайдером оборвалась"),
    "no_connection": gettext_lazy("нет связи с провайдером"),
    "no_greeting": gettext_lazy("почтовый сервер не ответил"),
    "no_answer": gettext_lazy("провайдер не ответил"),
    "no_id": gettext_lazy("провайдер не назвал номер сообщения"),
    "no_provider": gettext_lazy("к каналу не подключён провайдер"),
    "unreadable_answer": gettext_lazy("не удалось прочитать ответ провайдера"),
}

_GAVE_UP: Final = "gave_up_"
_SETTLED: Final = "settled"
"""Older rows have `settled_by_` and the number of an account."""
_SMTP: Final = re.compile(r"smtp_(\d{3})(?:_(\d\.\d{1,3}\.\d{1,3}))?")
_HTTP: Final = re.compile(r"http_(\d{3})")


def why_text(*, skip_reason: str = "", error_code: str = "") -> str:
    """Return why a message was kept back, failed or is in doubt; empty while nothing is known."""
    if skip_reason:
        return choice_words(SkipReason, skip_reason)
    return error_text(error_code) if error_code else ""


def error_text(code: str) -> str:
    """Return an error code in words, with the provider's own code."""
    if code in ERRORS:
        return str(ERRORS[code])
    if code.startswith(_GAVE_UP):
        return _("попытки исчерпаны: %(reason)s") % {"reason": error_text(code.removeprefix(_GAVE_UP))}
    if code.startswith(_SETTLED):
        return _("исход записан сотрудником")
    if smtp := _SMTP.fullmatch(code):
        return _("почтовый сервер отказал, код %(code)s") % {"code": " ".join(filter(None, smtp.groups()))}
    if http := _HTTP.fullmatch(code):
        return _("провайдер отказал, код %(code)s") % {"code": http.group(1)}
    return _("другая причина, код %(code)s") % {"code": code}
