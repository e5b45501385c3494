"""Sentences about problems of a specification and warnings before a launch."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consents.reach.audience import problem_sentence
from notify.conf import notify_conf
from notify.messages.rendering import FIELDS, FLAGS
from notify.types import SpecProblem
from portal.templatetags.ui import counted

Text = str | Promise

PROBLEMS: Final[Mapping[str, Text]] = {
    "first_goes_to_everybody": _("Первый шаг уходит всем. Условие можно поставить следующим шагам."),
    "first_waits_for_nothing": _("Первый шаг ничего не ждёт. Чтобы начать позже, укажите день начала."),
    "unknown_placeholder": _("Поля ((%(name)s)) нет. Можно: %(fields)s."),
    "unknown_flag": _("Признака «%(name)s» нет. Можно: %(flags)s."),
    "not_closed": _("После «((%(name)s» не хватает закрывающих скобок ))."),
    "control_character": _("Здесь перенос строки или скрытый знак. Наберите это место заново."),
    "unknown_field": _("Условия «%(name)s» нет. Уберите его."),
    "wrong_type": _("Значение не подходит. Выберите его заново."),
    "missing": _("Заполните это поле."),
    "bad_time": _("Время записывается так: 09:00."),
    "advertising_needs_consent": _(
        "Реклама уходит только по согласию. Выберите основание «согласие» или уберите рекламу из текста."
    ),
    "advertising_hours": _(
        "Реклама приходит только днём: с 09:00 до 21:00 по времени получателя. Поставьте время внутри этих часов."
    ),
    "number_missing": _("Здесь нет номера. Назовите статью закона или пункт договора с номером."),
    "subscriber_consent_missing": _(
        "Рассылка по СМС требует согласия абонента (126-ФЗ, статья 44.1). Укажите, где оно записано."
    ),
    "date_ahead": _("Этот день ещё не наступил. Укажите дату, с которой договор действует."),
    "bad_date": _("Дата записывается так: 2026-02-01."),
    "offers_found": _(
        "Похоже на рекламу: %(name)s. Выберите ещё раз: «Это реклама» или «Это не реклама» с причиной не короче пяти "
        "знаков."
    ),
    "out_of_range": _("Можно от %(name)s."),
    "not_a_campaign": _("В условии «%(name)s» нужен номер кампании."),
    "unknown_choice": _("Такого значения нет. Выберите из списка."),
    "too_long": _("Слишком длинно: не больше %(name)s знаков."),
    "link_missing": _("В СМС нет кнопки, поэтому в тексте нужна личная ссылка: ((ссылка))."),
}

OF_STEP: Final = _("Шаг %(number)s. %(words)s")

WARNINGS: Final[Mapping[str, Text]] = {
    "max_contract_missing": _(
        "Без договора с MAX первое сообщение отправить нельзя: все получатели будут исключены. "
        "Договор вносит администратор в разделе «Каналы»."
    ),
    "kind_not_in_contract": _(
        "Договор с MAX не разрешает такие сообщения: все получатели будут исключены. "
        "Что он разрешает и до какого дня, видно в разделе «Каналы»."
    ),
    "channel_not_connected": _(
        "К этому каналу не подключён провайдер: кампанию нельзя ни отправить на проверку, ни запустить. "
        "Выберите другой канал."
    ),
    "ground_missing": _(
        "Не указано, на чём основана кампания, или в тексте есть слова предложений. Откройте её для изменения: там "
        "отмечено, что исправить."
    ),
    "too_many_parts": _(
        "Сообщение слишком длинное: в одном СМС можно не больше %(limit)s частей, каждая оплачивается отдельно. "
        "Сократите текст: до этого кампанию нельзя ни отправить на проверку, ни запустить."
    ),
    "channel_closed": _("Канал закрыт администратором. Сообщения будут ждать, пока его откроют."),
    "audience_empty": _("Никто не подходит под условия. Измените отбор: такую кампанию нельзя отправить на проверку."),
    "nobody_may_be_written_to": _(
        "Под условия клиенты подходят, но писать нельзя никому из них. Причины указаны ниже."
    ),
}
"""What the author should know before the launch."""

PLACEHOLDERS: Final[tuple[tuple[str, Text], ...]] = (
    ("((приветствие))", _("«Здравствуйте, Анна Петровна!», а если имя и отчество неясны, «Здравствуйте!»")),
    ("((имя))", _("имя клиента, а если его нет, «уважаемый клиент»")),
    ("((ссылка))", _("личная ссылка этого человека")),
    ("((компания))", _("краткое наименование компании")),
    ("((есть имя??текст))", _("текст только для тех, чьё имя известно")),
    ("((иностранный мессенджер??текст))", _("текст только для тех, кому раньше писали в иностранный мессенджер")),
    ("((контакт подтверждён??текст))", _("текст только для тех, чей контакт подтверждён")),
)


def warning_text(code: str) -> str:
    """Return what the author should know, by the code of the warning."""
    sentence = str(WARNINGS[code])
    return sentence % {"limit": notify_conf().sms_parts_most} if "%(" in sentence else sentence


def problem_text(problem: SpecProblem) -> str:
    """Return what is wrong with one field and what to do; a filter of people has sentences of its own.

    Of a step after the first one it says which.
    """
    if problem.field == "audience" and problem.code not in PROBLEMS:
        return str(problem_sentence((problem.code, problem.name)))
    sentence = str(PROBLEMS.get(problem.code, PROBLEMS["wrong_type"]))
    names = {
        "name": problem.name,
        "fields": ", ".join(f"(({name}))" for name in FIELDS),
        "flags": ", ".join(FLAGS),
    }
    words = sentence % names if "%(" in sentence else sentence
    return str(OF_STEP) % {"number": problem.step, "words": words} if problem.step > 1 else words


def step_when(step: Any) -> str:
    """Return when a later step comes and to whom, in words: «через 3 дня тем, кто не ответил»."""
    if step.wait_days:
        when = gettext("через %(days)s") % {"days": counted(step.wait_days, gettext("день, дня, дней"))}
    else:
        when = gettext("сразу после предыдущего")
    return f"{when} {step.get_condition_display()}"
