"""Words of the ledger for the person whom it is about."""

from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from consents.enums import EventKind
from consents.ledger.history import EventView
from consents.words import fact_words

TITLES: Final = {
    EventKind.SHOWN: _("Текст показан, ответ отложен"),
    EventKind.GRANTED: _("Вы дали согласие"),
    EventKind.REFUSED: _("Вы не дали согласие"),
    EventKind.WITHDRAWN: _("Согласие отозвано"),
    EventKind.RULES_ACCEPTED: _("Правила подписи приняты"),
    EventKind.RULES_REFUSED: _("Отказ от правил подписи"),
    EventKind.CONTACT_CONFIRMED: _("Контакт подтверждён"),
    EventKind.CONTACT_ADDED: _("Контакт добавлен"),
    EventKind.CONTACT_CHANGED: _("Контакт изменён"),
    EventKind.CONTACT_RESTORED: _("Прежний контакт возвращён"),
    EventKind.CONTACT_DENIED: _("Контакт отмечен как чужой"),
    EventKind.MAX_LINKED: _("MAX подключён"),
    EventKind.MAX_UNLINKED: _("MAX отключён"),
    EventKind.ACCOUNT_LINKED: _("Профиль подключён"),
    EventKind.ACCOUNT_UNLINKED: _("Профиль отключён"),
    EventKind.STOP_SET: _("Сообщения остановлены"),
    EventKind.STOP_LIFTED: _("Запрет снят"),
    EventKind.ERASED: _("Данные уничтожены"),
}
TONES: Final = {
    EventKind.GRANTED: "ok",
    EventKind.REFUSED: "danger",
    EventKind.WITHDRAWN: "danger",
    EventKind.STOP_SET: "danger",
    EventKind.CONTACT_DENIED: "warn",
}


_MAX: Final = (EventKind.MAX_LINKED, EventKind.MAX_UNLINKED)
"""Their titles name channel and contact."""
_ACCOUNTS: Final = (*_MAX, EventKind.ACCOUNT_LINKED, EventKind.ACCOUNT_UNLINKED)
"""Of an account the mask is but the name of the channel."""


def event_words(event: EventView) -> dict[str, Any]:
    """Describe one event for the history of its person."""
    kind = EventKind(event.kind)
    columns = ("purpose",) if kind in _MAX else ("purpose", "channel")
    about = [event.label(column) for column in columns if event.values[column]]
    return {
        "title": TITLES[kind],
        "when": event.local_time,
        "tone": TONES.get(kind, "info"),
        "text": ", ".join(dict.fromkeys([*about, *filter(None, [_stop(event)])])),
        "contact": "" if kind in _ACCOUNTS else event.contact_masked,
        "record": event.promise,
        "position": None if event.leaf_index is None else event.leaf_index + 1,
        "url": reverse("public:event_text", args=[event.uuid]) if event.personal.get("text") else "",
    }


def _stop(event: EventView) -> str:
    """Return what a stop stops; empty for any other event."""
    return fact_words("stop_scope", event.personal.get("stop_scope", ""))
