"""The editor of a scenario. `notify.scenarios.spec` checks the values, not this form."""

from typing import Any, Final, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from notify.inbound.stop_words import is_stop
from notify.scenarios.spec import (
    CAPTION_LIMIT,
    MOST_BUTTONS,
    NUMBER_LENGTHS,
    PHRASES,
    TEXT_LIMIT,
    Hours,
    Kind,
    NumberForm,
    ScenarioSpec,
)
from portal.staff.widgets import HourField, LongTextField, WholeField

KINDS: Final = [
    ("answer", _("отвечает готовым текстом")),
    ("status", _("узнаёт статус по номеру")),
    ("hand_over", _("передаёт вопрос сотруднику")),
]
WHEN: Final = [("always", _("всегда")), ("hours", _("в рабочие часы"))]
DAYS: Final = [
    ("1", _("пн")),
    ("2", _("вт")),
    ("3", _("ср")),
    ("4", _("чт")),
    ("5", _("пт")),
    ("6", _("сб")),
    ("7", _("вс")),
]
SIGNS: Final = [("letters", _("из букв, цифр и дефисов")), ("digits", _("только из цифр"))]
TRIED_LIMIT: Final = 1000


def _text(label: Any, help_text: Any = "", *, rows: int = 4, required: bool = False) -> forms.CharField:
    return LongTextField(
        label=label, help_text=help_text, rows=rows, required=required, max_length=TEXT_LIMIT, strip=True
    )


class ScenarioForm(forms.Form):
    """One wording, field by field. Lists are typed one to a line."""

    title = forms.CharField(label=_("Название"), max_length=80, help_text=_("Видят только сотрудники."))
    phrases = LongTextField(
        label=_("Что пишет клиент"),
        rows=8,
        max_length=PHRASES.stop * 90,
        help_text=_(
            "По одной фразе в строке. Сообщение подходит, если в нём есть все слова фразы: в любом порядке, с любыми "
            "окончаниями. Чем короче фраза, тем больше сообщений ей подойдёт."
        ),
    )
    kind = forms.ChoiceField(label=_("Что делает бот"), choices=KINDS, widget=forms.RadioSelect)
    answer = _text(_("Что сказать"), _("Если бот узнаёт статус, это ответ на найденный номер."), rows=6, required=True)
    question = _text(_("Как спросить номер"), rows=2)
    signs = forms.ChoiceField(label=_("Номер"), choices=SIGNS, required=False)
    shortest = WholeField(
        label=_("Знаков не меньше"), required=False, min_value=NUMBER_LENGTHS.start, max_value=NUMBER_LENGTHS.stop - 1
    )
    longest = WholeField(
        label=_("Знаков не больше"), required=False, min_value=NUMBER_LENGTHS.start, max_value=NUMBER_LENGTHS.stop - 1
    )
    not_found = _text(_("Если номер не нашёлся"), _("Клиент может тут же написать другой номер."), rows=3)
    failed = _text(_("Если справка не ответила"), _("После этих слов сообщение ждёт сотрудника в обращениях."), rows=3)
    buttons = LongTextField(
        label=_("Кнопки под ответом"),
        rows=3,
        required=False,
        max_length=(MOST_BUTTONS + 4) * (CAPTION_LIMIT + 20),
        help_text=_(
            "По одной в строке, до шести. Нажатие приходит как сообщение с этими словами. В СМС и письмах кнопок нет."
        ),
    )
    when = forms.ChoiceField(label=_("Когда отвечает так"), choices=WHEN, widget=forms.RadioSelect)
    since = HourField(label=_("С"), required=False)
    until = HourField(label=_("До"), required=False)
    days = forms.MultipleChoiceField(label=_("Дни"), choices=DAYS, required=False, widget=forms.CheckboxSelectMultiple)
    hours_answer = _text(_("Что сказать в остальное время"), rows=3)
    sentence = forms.CharField(
        label=_("Сообщение клиента"),
        required=False,
        max_length=TRIED_LIMIT,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_phrases(self) -> list[str]:
        """Return the phrases; one that stops messages never reaches a scenario."""
        phrases = lines_of(self.cleaned_data["phrases"])
        stops = [phrase for phrase in phrases if is_stop(phrase)]
        if stops:
            raise forms.ValidationError(
                _("Фраза «%(phrase)s» останавливает сообщения, до сценария она не дойдёт. Уберите её."),
                params={"phrase": stops[0]},
            )
        return phrases

    def clean_buttons(self) -> list[str]:
        """Return the captions."""
        return lines_of(self.cleaned_data["buttons"])

    def spec(self) -> ScenarioSpec:
        """Return the wording that was typed, unchecked; call it on a valid form only."""
        typed = self.cleaned_data
        is_status = typed["kind"] == "status"
        return ScenarioSpec(
            kind=cast(Kind, typed["kind"]),
            phrases=tuple(typed["phrases"]),
            answer=typed["answer"],
            buttons=() if typed["kind"] == "hand_over" else tuple(typed["buttons"]),
            hours=self._hours() if typed["when"] == "hours" else None,
            question=typed["question"] if is_status else "",
            not_found=typed["not_found"] if is_status else "",
            failed=typed["failed"] if is_status else "",
            number=self._number() if is_status else NumberForm(),
        )

    def clean(self) -> None:
        """Ask for the hours where the scenario keeps some."""
        typed = self.cleaned_data
        if typed.get("when") == "hours":
            for name in ("since", "until"):
                if typed.get(name) is None and name not in self.errors:
                    self.add_error(name, _("Укажите время, например 09:00."))

    def _hours(self) -> Hours:
        typed = self.cleaned_data
        days = tuple(sorted(int(day) for day in typed["days"]))
        return Hours(since=typed["since"], until=typed["until"], days=days, answer=typed["hours_answer"])

    def _number(self) -> NumberForm:
        typed = self.cleaned_data
        return NumberForm(
            has_letters=typed["signs"] != "digits",
            shortest=typed["shortest"] or NUMBER_LENGTHS.start,
            longest=typed["longest"] or NUMBER_LENGTHS.stop - 1,
        )


def fields_of(title: str, spec: ScenarioSpec) -> dict[str, Any]:
    """Return the fields of the editor for a wording."""
    hours = spec.hours
    return {
        "title": title,
        "phrases": "\n".join(spec.phrases),
        "kind": spec.kind,
        "answer": spec.answer,
        "question": spec.question,
        "signs": "letters" if spec.number.has_letters else "digits",
        "shortest": spec.number.shortest,
        "longest": spec.number.longest,
        "not_found": spec.not_found,
        "failed": spec.failed,
        "buttons": "\n".join(spec.buttons),
        "when": "hours" if hours else "always",
        "since": hours.since if hours else None,
        "until": hours.until if hours else None,
        "days": [str(day) for day in (hours.days if hours else range(1, 6))],
        "hours_answer": hours.answer if hours else "",
    }


def lines_of(typed: str) -> list[str]:
    """Return the lines that hold something, each once, with single blanks."""
    return list(dict.fromkeys(line for raw in typed.splitlines() if (line := " ".join(raw.split()))))
