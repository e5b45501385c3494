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
    "bad_button": gettext_lazy("кнопку нельзя показать в этом канале"),
    "too_many_buttons": gettext_lazy("кнопок больше, чем принимает канал"),
    "bad_image": gettext_lazy("картинку нельзя показать в этом канале"),
    "image_not_carried": gettext_lazy("провайдер не передаёт картинок"),
    "no_image": gettext_lazy("картинки кампании нет"),
    "no_database": gettext_lazy("база данных не ответила"),
    "no_memory": gettext_lazy("база данных не ответила"),
    "upload_failed": gettext_lazy("провайдер пока не принял картинку"),
    "attachment_not_ready": gettext_lazy("провайдер ещё готовит картинку"),
    "bad_text": gettext_lazy("в тексте знаки, которых канал не принимает"),
    "no_text": gettext_lazy("в сообщении нет текста"),
    "text_size": gettext_lazy("текст длиннее, чем принимает канал"),
    "too_long": gettext_lazy("текст длиннее, чем принимает провайдер"),
    "bad_value": gettext_lazy("ответ компании не удалось прочитать"),
    "dialogue_pace": gettext_lazy("этому человеку только что написали, сообщение уйдёт чуть позже"),
    "dropped": gettext_lazy("провайдер закрыл соединение"),
    "login_later": gettext_lazy("провайдер пока не принимает логин или пароль"),
    "next_batch": gettext_lazy("сообщение уйдёт со следующей пачкой"),
    "no_time": gettext_lazy("сообщение не успело уйти, уйдёт позже"),
    "no_clear_answers": gettext_lazy("провайдер отвечает так, что не понять, приняты ли сообщения"),
    "no_code": gettext_lazy("провайдер не назвал код"),
    "no_token": gettext_lazy("провайдер не выдал доступ"),
    "not_in_answer": gettext_lazy("провайдер ничего не сказал об этом сообщении"),
    "not_put_away": gettext_lazy("письмо не удалось убрать из ящика"),
    "pace": gettext_lazy("провайдер просит отправлять реже"),
    "parts": gettext_lazy("дошла только часть длинного сообщения"),
    "refused": gettext_lazy("провайдер отказал"),
    "slow_tokens": gettext_lazy("провайдер слишком долго выдавал доступ"),
    "tokens_busy": gettext_lazy("доступ к провайдеру обновляется"),
    "dialog_suspended": gettext_lazy("человек остановил бота"),
    "dialog_not_found": gettext_lazy("человек не начинал диалог с ботом"),
    "chat_not_found": gettext_lazy("диалога с ботом больше нет"),
    "chat_denied": gettext_lazy("человек закрыл диалог с ботом"),
    "wrong_number": gettext_lazy("номера не существует"),
    "forbidden": gettext_lazy("провайдер не пропустил текст или имя отправителя"),
    "undeliverable": gettext_lazy("сообщение нельзя доставить"),
    "expired": gettext_lazy("сообщение не доставлено вовремя"),
    "not_found": gettext_lazy("провайдер не получал этого сообщения"),
    "letter_unreadable": gettext_lazy("письмо не удалось расшифровать: ключ FIELD_KEY сменился"),
    "no_money": gettext_lazy("на счёте у провайдера кончились деньги"),
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
