"""Words of the pages of scenarios: problems of a wording, its fields, and their values in lines."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notify.scenarios.spec import FIELDS, FLAGS, Hours, NumberForm
from notify.types import SpecProblem
from portal.staff.scenarios.forms import DAYS, KINDS

Text = str | Promise

PROBLEMS: Final[Mapping[str, Text]] = {
    "missing": gettext_lazy("Заполните это поле."),
    "too_long": gettext_lazy("Слишком длинно: не больше %(name)s знаков."),
    "unknown_placeholder": gettext_lazy("Поля ((%(name)s)) здесь нет. Можно: %(fields)s."),
    "unknown_flag": gettext_lazy("Признака «%(name)s» нет. Можно: %(flags)s."),
    "not_closed": gettext_lazy("После «((%(name)s» не хватает закрывающих скобок ))."),
    "control_character": gettext_lazy("Здесь скрытый знак. Наберите это место заново."),
    "phrases_count": gettext_lazy("Нужна хотя бы одна фраза, но не больше пятидесяти."),
    "phrase_length": gettext_lazy("Во фразе «%(name)s» должно быть от 2 до 80 знаков и хотя бы одно слово."),
    "buttons_count": gettext_lazy("Кнопок может быть не больше шести."),
    "caption_length": gettext_lazy("На кнопке «%(name)s» нужно хотя бы одно слово, не больше 40 знаков."),
    "hours_empty": gettext_lazy("Начало и конец совпадают. Укажите разное время."),
    "hours_days": gettext_lazy("Выберите хотя бы один день."),
    "out_of_range": gettext_lazy("Номер состоит из 3–40 знаков, и «не меньше» не может быть больше, чем «не больше»."),
}
PLACE_OF: Final[Mapping[str, str]] = {"number": "longest", "hours": "hours_answer"}
"""Field of the wording -> field of the form, where they differ."""
PLACE_OF_CODE: Final[Mapping[str, str]] = {"hours_empty": "until", "hours_days": "days"}

FIELD_WORDS: Final[Mapping[str, Text]] = {
    "kind": gettext_lazy("Что делает бот"),
    "phrases": gettext_lazy("Что пишет клиент"),
    "answer": gettext_lazy("Что сказать"),
    "buttons": gettext_lazy("Кнопки"),
    "hours": gettext_lazy("Часы"),
    "question": gettext_lazy("Как спросить номер"),
    "not_found": gettext_lazy("Если номер не нашёлся"),
    "failed": gettext_lazy("Если справка не ответила"),
    "number": gettext_lazy("Номер"),
}
CASES: Final[Mapping[str, Text]] = {
    "answer": gettext_lazy("Ответ"),
    "hours": gettext_lazy("В остальное время"),
    "question": gettext_lazy("Номера в сообщении нет"),
    "not_found": gettext_lazy("Номер не нашёлся"),
    "failed": gettext_lazy("Справка не ответила"),
}
"""In which case a text is said."""

PLACEHOLDERS: Final[tuple[tuple[str, Text], ...]] = (
    ("((имя))", gettext_lazy("имя и отчество, а если они неясны, «уважаемый клиент»")),
    ("((компания))", gettext_lazy("краткое наименование компании")),
    ("((телефон поддержки))", gettext_lazy("телефон поддержки, а если его нет, почта ответственного за данные")),
    ("((личная страница))", gettext_lazy("личная ссылка клиента, а незнакомому ссылка на общий вход")),
    ("((есть имя??текст))", gettext_lazy("текст только для тех, чьё имя известно")),
    ("((номер))", gettext_lazy("только для статуса: номер из сообщения")),
    ("((статус))", gettext_lazy("только для статуса: что справка ответила о номере")),
    ("((дата доставки))", gettext_lazy("только для статуса: любое поле, которое возвращает справка")),
)


def problem_text(problem: SpecProblem) -> str:
    """Return what is wrong with one field and what to do."""
    sentence = str(PROBLEMS.get(problem.code, PROBLEMS["missing"]))
    names = {
        "name": problem.name,
        "fields": ", ".join(f"(({name}))" for name in FIELDS),
        "flags": ", ".join(FLAGS),
    }
    return sentence % names if "%(" in sentence else sentence


def problem_place(problem: SpecProblem) -> str:
    """Return the field of the form that a problem belongs to."""
    return PLACE_OF_CODE.get(problem.code) or PLACE_OF.get(problem.field, problem.field)


def value_lines(name: str, value: Any) -> list[str]:
    """Return one field of a wording in lines, for people who compare two."""
    if isinstance(value, Hours):
        return [hours_words(value), value.answer]
    if isinstance(value, NumberForm):
        return [number_words(value)]
    if isinstance(value, tuple):
        return list(value)
    if name == "kind" and value:
        return [str(dict(KINDS)[value])]
    return [value] if value else []


def hours_words(hours: Hours) -> str:
    """Return hours in words: «пн, вт, ср с 09:00 до 18:00»."""
    names = dict(DAYS)
    days = ", ".join(str(names[str(day)]) for day in hours.days)
    return _("%(days)s с %(since)s до %(until)s") % {
        "days": days, "since": f"{hours.since:%H:%M}", "until": f"{hours.until:%H:%M}",
    }  # fmt: skip


def number_words(number: NumberForm) -> str:
    """Return the form of a number in words."""
    words = _("из букв, цифр и дефисов, от %(shortest)s до %(longest)s знаков")
    if not number.has_letters:
        words = _("только из цифр, от %(shortest)s до %(longest)s знаков")
    return words % {"shortest": number.shortest, "longest": number.longest}
