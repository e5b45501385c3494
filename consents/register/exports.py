"""The register as files for Excel: one row an event, for a period or for a person. Memory stays flat.

Its columns are in `docs/formats.md`: words, never what the database stores for them; every cell quoted; and the number
of the export in each row, so that a page torn out still names who took it away. Cells are guarded against formulas, so
a phone reads ="+7…": a formula that is this text and nothing else.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consents.documents.company_reading import OperatorNames
from consents.enums import Channel, DocumentKind
from consents.ledger.canonical import canonical_time
from consents.ledger.history import EventView, event_views, events_of
from consents.models import ConsentEvent
from consents.register.search import EventFilter, events_matching
from consents.register.spreadsheet import csv_stream
from consents.touchpoint import TouchpointName
from consents.words import BOX_WORDS, choice_words, demand_words, stop_words

_LOCAL = "%d.%m.%Y %H:%M:%S"

HEADER = (
    gettext_lazy("Номер записи"),
    gettext_lazy("Дата и время у клиента"),
    gettext_lazy("Часовой пояс"),
    gettext_lazy("Дата и время UTC"),
    gettext_lazy("Событие"),
    gettext_lazy("Цель"),
    gettext_lazy("Канал"),
    gettext_lazy("Номер клиента"),
    gettext_lazy("Имя"),
    gettext_lazy("Контакт"),
    gettext_lazy("Документ"),
    gettext_lazy("Редакция"),
    gettext_lazy("Контрольная сумма текста, SHA-256"),
    gettext_lazy("Подпись у отметки"),
    gettext_lazy("Нажатая кнопка"),
    gettext_lazy("Отметка до ответа"),
    gettext_lazy("Отметка при ответе"),
    gettext_lazy("Действует до"),
    gettext_lazy("Как подтверждено"),
    gettext_lazy("Степень подтверждения"),
    gettext_lazy("Кто записал"),
    gettext_lazy("Сотрудник"),
    gettext_lazy("Откуда пришёл клиент"),
    gettext_lazy("Страница"),
    gettext_lazy("IP-адрес"),
    gettext_lazy("Браузер"),
    gettext_lazy("В ответ на запись"),
    gettext_lazy("Контрольная сумма записи"),
    gettext_lazy("Место в журнале"),
    gettext_lazy("Данные уничтожены"),
    gettext_lazy("Номер выгрузки"),
    gettext_lazy("Запрет"),
    gettext_lazy("Требование"),
    gettext_lazy("Правовое основание"),
    gettext_lazy("Кто отправляет"),
    gettext_lazy("Язык страницы"),
    gettext_lazy("Оператор"),
)
TEXT_COLUMN = gettext_lazy("Показанный текст")

Export = tuple[int, Iterator[bytes]]
"""How many rows a file has, and the file piece by piece; in one snapshot of the database the two agree."""


def period_export(*, since: datetime, until: datetime, number: str) -> Export:
    """Open a file of all events from `since` (included) to `until` (excluded), in the order they came.

    ``number`` is that of the export.
    """
    return _export(events_matching(EventFilter(since=since, until=until)), number, with_text=False)


def person_export(*, customer_id: int, number: str) -> Export:
    """Open a file of all events of one person with the exact texts, and nobody else's data."""
    return _export(events_of(customer_id).order_by("id"), number, with_text=True)


def _export(events: QuerySet[ConsentEvent], number: str, *, with_text: bool) -> Export:
    header = [*HEADER, TEXT_COLUMN] if with_text else HEADER
    operators = OperatorNames()
    rows = (
        [*_row(event, number, operators), event.personal.get("text", "")]
        if with_text
        else _row(event, number, operators)
        for event in event_views(events)
    )
    return events.count(), csv_stream(header, rows)


def _row(event: EventView, number: str, operators: OperatorNames) -> list[object]:
    values, personal = event.values, event.personal
    return [
        event.uuid,
        event.local_time.strftime(_LOCAL),
        _zone(personal),
        canonical_time(event.occurred_at),
        event.label("kind"),
        event.label("purpose"),
        event.label("channel"),
        personal.get("external_id", ""),
        personal.get("name", ""),
        personal.get("contact", ""),
        personal.get("title", "") or _document(values["document"]),
        personal.get("edition", ""),
        personal.get("text_sha256", ""),
        personal.get("checkbox", ""),
        personal.get("button", ""),
        *(BOX_WORDS.get(box, box) for box in (personal.get("box_default", ""), personal.get("box", ""))),
        _local(personal.get("valid_until", ""), event),
        event.label("method"),
        event.level_label,
        event.label("actor_kind"),
        values["actor"],
        TouchpointName.parse(values["touchpoint"]).words,
        *(personal.get(name, "") for name in ("page", "ip", "user_agent")),
        values["answers"] or "",
        event.leaf_hash.hex(),
        "" if event.leaf_index is None else event.leaf_index + 1,
        _("да") if event.is_erased else "",
        number,
        stop_words(personal),
        demand_words(personal),
        *(personal.get(name, "") for name in ("legal_basis", "processor", "page_language")),
        operators(values["operator_profile"], event.occurred_at),
    ]


def _zone(personal: Mapping[str, str]) -> str:
    zone, offset = personal.get("zone", ""), personal.get("offset", "")
    return f"{zone} (UTC{offset})" if offset else zone


def _document(name: str) -> str:
    """Return kind and channel of a text in words, for a title that was erased or never kept."""
    kind, _slash, channel = name.partition("/")
    return ", ".join(filter(None, (choice_words(DocumentKind, kind), choice_words(Channel, channel))))


def _local(moment: str, event: EventView) -> str:
    """Return a stored moment in the zone of the event."""
    return datetime.fromisoformat(moment).astimezone(event.local_time.tzinfo).strftime(_LOCAL) if moment else ""
