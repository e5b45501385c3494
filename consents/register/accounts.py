"""One account of a messenger: whose it is or was, and what the ledger holds of it, for whoever asks for the basis.

The reader is the platform itself: it learns what concerns the account, and neither the customer's name and number nor
the address of a browser, as far as the exact texts do not name them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consents.documents.company_reading import OperatorNames
from consents.enums import ContactKind, EventKind
from consents.ledger.canonical import canonical_time
from consents.ledger.history import EventView, event_views, events_of
from consents.models import ContactPoint
from consents.register.spreadsheet import csv_stream

HEADER = (
    gettext_lazy("Номер записи"),
    gettext_lazy("Дата и время UTC"),
    gettext_lazy("Событие"),
    gettext_lazy("Цель"),
    gettext_lazy("Канал"),
    gettext_lazy("Документ"),
    gettext_lazy("Редакция"),
    gettext_lazy("Контрольная сумма текста, SHA-256"),
    gettext_lazy("Подпись у отметки"),
    gettext_lazy("Нажатая кнопка"),
    gettext_lazy("Действует до"),
    gettext_lazy("Как подтверждено"),
    gettext_lazy("Степень подтверждения"),
    gettext_lazy("Кто записал"),
    gettext_lazy("Правовое основание"),
    gettext_lazy("Кто отправляет"),
    gettext_lazy("Оператор"),
    gettext_lazy("В ответ на запись"),
    gettext_lazy("Контрольная сумма записи"),
    gettext_lazy("Место в журнале"),
    gettext_lazy("Данные уничтожены"),
    gettext_lazy("Номер выгрузки"),
    gettext_lazy("Показанный текст"),
)

_WHOLE_PERSON = (EventKind.STOP_SET, EventKind.STOP_LIFTED)
"""Events without a channel that hold for every channel, and so for the account too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountOwner:
    """A customer to whom an account is, or was, linked. ``since`` is empty where the link was never proven."""

    customer_id: int
    external_id: str
    name: str
    contact_id: int
    contact_uuid: UUID
    since: datetime | None
    closed_at: datetime | None
    is_current: bool


def account_owners(*, kind: ContactKind, value: str) -> tuple[AccountOwner, ...]:
    """Return every customer to whom an account is or was linked, those of today first."""
    rows = ContactPoint.objects.filter(kind=kind, value=value).select_related("customer")
    return tuple(
        AccountOwner(
            customer_id=row.customer_id,
            external_id=row.customer.external_id,
            name=row.customer.name,
            contact_id=row.pk,
            contact_uuid=row.uuid,
            since=row.confirmed_at,
            closed_at=row.closed_at,
            is_current=row.is_current,
        )
        for row in rows.order_by("-is_current", "customer_id")
    )


def account_events(*, owner: AccountOwner, kind: ContactKind) -> tuple[EventView, ...]:
    """Return what the ledger holds of one owner's account, the oldest first.

    What names another contact is left out, also another account of the same messenger.
    """
    codes = [channel.value for channel in kind.channels]
    own = Q(contact=owner.contact_uuid) | Q(contact=None, channel__in=codes)
    everywhere = Q(contact=None, channel="", kind__in=_WHOLE_PERSON)
    return tuple(event_views(events_of(owner.customer_id).filter(own | everywhere).order_by("id")))


def account_csv(*, events: Sequence[EventView], number: str) -> Iterator[bytes]:
    """Yield the events as a file for Excel, with the exact texts; ``number`` is that of the export."""
    operators = OperatorNames()
    return csv_stream(HEADER, ([*_row(event, operators), number, event.personal.get("text", "")] for event in events))


def _row(event: EventView, operators: OperatorNames) -> list[object]:
    values, personal = event.values, event.personal
    return [
        event.uuid,
        canonical_time(event.occurred_at),
        event.label("kind"),
        event.label("purpose"),
        event.label("channel"),
        *(personal.get(name, "") for name in ("title", "edition", "text_sha256", "checkbox", "button", "valid_until")),
        event.label("method"),
        event.level_label,
        event.label("actor_kind"),
        *(personal.get(name, "") for name in ("legal_basis", "processor")),
        operators(values["operator_profile"], event.occurred_at),
        values["answers"] or "",
        event.leaf_hash.hex(),
        "" if event.leaf_index is None else event.leaf_index + 1,
        _("да") if event.is_erased else "",
    ]
