"""One customer as staff see them: masked words, the time line, the fields of one event in words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consents.enums import ContactKind, EventKind, ProofMethod
from consents.selectors.history import EventView
from notify.enums import TouchpointKind

TONES: Final[Mapping[str, str]] = {
    EventKind.GRANTED: "ok",
    EventKind.MAX_LINKED: "ok",
    EventKind.RULES_ACCEPTED: "ok",
    EventKind.CONTACT_CONFIRMED: "info",
    EventKind.CONTACT_ADDED: "info",
    EventKind.CONTACT_CHANGED: "info",
    EventKind.CONTACT_RESTORED: "info",
    EventKind.REFUSED: "danger",
    EventKind.WITHDRAWN: "danger",
    EventKind.CONTACT_DENIED: "danger",
    EventKind.MAX_UNLINKED: "warn",
    EventKind.ERASED: "warn",
}

FACTS: Final[Mapping[str, str | Promise]] = {
    "name": gettext_lazy("Имя"),
    "external_id": gettext_lazy("Номер клиента"),
    "contact": gettext_lazy("Контакт"),
    "title": gettext_lazy("Документ"),
    "edition": gettext_lazy("Редакция"),
    "published_on": gettext_lazy("Опубликована"),
    "checkbox": gettext_lazy("Подпись у отметки"),
    "box_default": gettext_lazy("Отметка до ответа"),
    "button": gettext_lazy("Нажатая кнопка"),
    "page": gettext_lazy("Страница"),
    "shown_at": gettext_lazy("Текст показан"),
    "opened_at": gettext_lazy("Ссылка открыта"),
    "code_issued_at": gettext_lazy("Код отправлен"),
    "code_entered_at": gettext_lazy("Код введён"),
    "code_tries": gettext_lazy("Попыток ввода кода"),
    "contact_event": gettext_lazy("Запись о подтверждении контакта"),
    "contact_method": gettext_lazy("Как подтверждён контакт"),
    "rules_event": gettext_lazy("Запись о правилах подписи"),
    "valid_until": gettext_lazy("Действует до"),
    "ip": gettext_lazy("IP-адрес"),
    "user_agent": gettext_lazy("Браузер"),
    "zone": gettext_lazy("Часовой пояс"),
    "offset": gettext_lazy("Смещение от UTC"),
    "language": gettext_lazy("Язык текста"),
    "build": gettext_lazy("Сборка программы"),
    "processor": gettext_lazy("Кто отправляет"),
}
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
HIDDEN: Final = frozenset({"text", "text_sha256", "contact_kind"})
"""Shown in places of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One line of the time line."""

    title: str
    when: datetime
    tone: str
    text: str
    record: str
    position: int | None
    url: str


def initials(name: str) -> str:
    """Give a name as those see it who need not know it: «Петрова Анна» is «П. А.»."""
    return " ".join(f"{word[0].upper()}." for word in name.replace("-", " ").split() if word) or _("без имени")


def timeline(events: Sequence[EventView], *, customer_id: int) -> list[Moment]:
    """Put a person's events into words, newest first; the time is that of the person's own clock."""
    return [_moment(event, customer_id) for event in events]


def event_title(event: EventView) -> str:
    """Say what happened, with purpose and channel where there are any."""
    about = [event.label(column) for column in ("purpose", "channel") if event.values[column]]
    return f"{event.label('kind')}: {', '.join(about)}" if about else event.label("kind")


def evidence_facts(event: EventView) -> list[tuple[str, str]]:
    """Give the evidence of one event in words; a fact without a word of its own keeps its name."""
    known = [(str(label), _fact(event.personal[name])) for name, label in FACTS.items() if event.personal.get(name)]
    rest = sorted(set(event.personal) - set(FACTS) - HIDDEN)
    return known + [(name, _fact(event.personal[name])) for name in rest]


def touchpoint_words(touchpoint: str) -> str:
    """Name the place that the ledger keeps as a value: `campaign:12/email` is «кампания № 12, письмо»."""
    place, _slash, kind = touchpoint.partition("/")
    name, _colon, number = place.partition(":")
    kinds = dict(TouchpointKind.choices)
    if name == "campaign" and number:
        words = _("кампания № %(number)s") % {"number": number}
        return f"{words}, {kinds[kind]}" if kind in kinds else words
    return str(kinds.get(touchpoint, touchpoint))


def contact_word(kind: str) -> str:
    """Name a kind of contact in one word for narrow lists."""
    words = {ContactKind.PHONE: _("Телефон"), ContactKind.EMAIL: _("Почта"), ContactKind.MAX: _("MAX")}
    return words.get(ContactKind(kind), kind)


def _fact(value: str) -> str:
    """Put a stored value into words: a moment, a method of proof, the box as it was."""
    if _MOMENT.match(value):
        return f"{datetime.fromisoformat(value).astimezone(UTC):%d.%m.%Y %H:%M:%S} UTC"
    words = dict(ProofMethod.choices) | {"unticked": _("пустая")}
    return str(words.get(value, value))


def _moment(event: EventView, customer_id: int) -> Moment:
    parts = [
        event.personal.get("title", ""),
        _("редакция № %(number)s") % {"number": event.personal["edition"]} if event.personal.get("edition") else "",
        event.label("method"),
        event.contact_masked,
        touchpoint_words(event.values["touchpoint"]),
        _("данные человека уничтожены") if event.is_erased else "",
    ]
    return Moment(
        title=event_title(event),
        when=event.local_time,
        tone=TONES.get(event.kind, ""),
        text=" · ".join(str(part) for part in parts if part),
        record=str(event.uuid)[:8],
        position=None if event.leaf_index is None else event.leaf_index + 1,
        url=reverse("staff:event", args=[customer_id, event.uuid]),
    )
