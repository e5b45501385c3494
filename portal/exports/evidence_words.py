"""An event and its evidence in words: what happened, names of the facts, words for stored codes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consents.documents.editions import edition_number
from consents.enums import ProofMethod
from consents.ledger.history import EventView
from consents.words import BOX_WORDS, FACT_WORDS
from portal.templatetags.ui import clock, day
from portal.ui.zones import zone_words

FACTS: Final[Mapping[str, str | Promise]] = {
    "name": gettext_lazy("Имя"),
    "external_id": gettext_lazy("Номер клиента"),
    "contact": gettext_lazy("Контакт"),
    "replaced_contact": gettext_lazy("Прежний контакт"),
    "closed_contacts": gettext_lazy("Закрытые контакты"),
    "title": gettext_lazy("Документ"),
    "edition": gettext_lazy("Редакция"),
    "published_on": gettext_lazy("Опубликована"),
    "shown_version": gettext_lazy("Показана редакция"),
    "shown_sha256": gettext_lazy("Контрольная сумма показанного текста"),
    "edition_state": gettext_lazy("Статус редакции при ответе"),
    "checkbox": gettext_lazy("Подпись у отметки"),
    "box_default": gettext_lazy("Отметка до ответа"),
    "box": gettext_lazy("Отметка при ответе"),
    "button": gettext_lazy("Нажатая кнопка"),
    "page": gettext_lazy("Страница"),
    "shown_at": gettext_lazy("Текст показан"),
    "opened_at": gettext_lazy("Ссылка открыта"),
    "code_issued_at": gettext_lazy("Код отправлен"),
    "code_entered_at": gettext_lazy("Код введён"),
    "code_tries": gettext_lazy("Попыток ввода кода"),
    "contact_event": gettext_lazy("Запись о подтверждении контакта"),
    "contact_method": gettext_lazy("Как подтверждён контакт"),
    "rules_version": gettext_lazy("Редакция правил подписи"),
    "rules_event": gettext_lazy("Запись о правилах подписи"),
    "valid_until": gettext_lazy("Действует до"),
    "ip": gettext_lazy("IP-адрес"),
    "user_agent": gettext_lazy("Браузер"),
    "zone": gettext_lazy("Часовой пояс"),
    "offset": gettext_lazy("Смещение от UTC"),
    "language": gettext_lazy("Язык текста"),
    "page_language": gettext_lazy("Язык страницы"),
    "build": gettext_lazy("Сборка программы"),
    "processor": gettext_lazy("Кто отправляет"),
    "legal_basis": gettext_lazy("Правовое основание"),
    "other_basis": gettext_lazy("Остаётся на основании"),
    "destroy_by": gettext_lazy("Уничтожить до"),
    "stop_scope": gettext_lazy("Запрещены"),
    "stop_holder": gettext_lazy("Кому"),
    "stop_reason": gettext_lazy("Причина запрета"),
    "demand_kind": gettext_lazy("Как пришло требование"),
    "demand_received": gettext_lazy("Когда пришло"),
    "demand_sender": gettext_lazy("От кого"),
    "demand_details": gettext_lazy("Подробности"),
    "typed": gettext_lazy("Написано клиентом"),
    "provider": gettext_lazy("Провайдер"),
    "message": gettext_lazy("Номер сообщения"),
    "failure": gettext_lazy("Что сообщил провайдер"),
    "import_job": gettext_lazy("Номер загрузки"),
    "import_line": gettext_lazy("Строка файла"),
    "import_sha256": gettext_lazy("Контрольная сумма файла, SHA-256"),
    "verification": gettext_lazy("Номер проверки кода"),
    "link": gettext_lazy("Номер ссылки"),
    "http_method": gettext_lazy("Метод запроса"),
    "asked_at": gettext_lazy("Когда попросил клиент"),
}
EDITIONS: Final = frozenset({"shown_version", "rules_version"})
"""Kept as the id of an edition; people know it by its number."""
MOMENTS: Final = frozenset({"valid_until", "destroy_by"})
"""As everything whose name ends in ``_at``. What people have written may look like a moment, and is none."""
HIDDEN: Final = frozenset({"text", "text_sha256", "contact_kind"})
"""Shown in places of their own."""

_WORDS: Final[Mapping[str, Mapping[str, str | Promise]]] = {
    **FACT_WORDS,
    "box": BOX_WORDS,
    "box_default": BOX_WORDS,
    "contact_method": {str(value): label for value, label in ProofMethod.choices},
    "edition_state": {"altered": gettext_lazy("изменена после публикации")},
    "page_language": {"ru": gettext_lazy("русский"), "en": gettext_lazy("английский")},
    "language": {"ru": gettext_lazy("русский"), "en": gettext_lazy("английский")},
}


def evidence_facts(event: EventView) -> list[tuple[str, str]]:
    """Return the evidence of one event in words, times in the person's zone.

    A fact without a word of its own keeps its name, so that no stored fact is left out.
    """
    known = [(str(label), _fact(event, name)) for name, label in FACTS.items() if event.personal.get(name)]
    rest = sorted(set(event.personal) - set(FACTS) - HIDDEN)
    return known + [(name, _fact(event, name)) for name in rest]


def event_title(event: EventView) -> str:
    """Return what happened, with purpose and channel where there are any."""
    title = event.label("kind")
    about = [event.label(column) for column in ("purpose", "channel") if event.values[column]]
    words = ", ".join(_within(label) for label in about if label not in title)
    return f"{title}: {words}" if words else title


def _within(label: str) -> str:
    """Return a label for the middle of a sentence: «Сервисные сообщения» in lower case, «СМС» and «MAX» as they are."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _fact(event: EventView, name: str) -> str:
    value = event.personal[name]
    if name == "zone":
        return zone_words(value)
    if name in EDITIONS:
        return _edition(value)
    if name.endswith("_at") or name in MOMENTS:
        return _moment(value, event)
    return str(_WORDS.get(name, {}).get(value, value))


def _moment(kept: str, event: EventView) -> str:
    """Return a moment by the clock of the event; what is none, as it is kept."""
    try:
        moment = datetime.fromisoformat(kept).astimezone(event.local_time.tzinfo)
    except (ValueError, OverflowError):
        return kept
    return f"{day(moment)} {clock(moment)}"


def _edition(kept: str) -> str:
    number = edition_number(edition_id=int(kept)) if kept.isascii() and kept.isdecimal() else None
    return kept if number is None else _("№ %(number)d") % {"number": number}
