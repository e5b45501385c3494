"""What is kept about a person, in words, for that person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from consents.answers.own import OwnPoint, OwnRecord, own_record
from consents.customers.messengers import messenger_names
from consents.documents.company_reading import company_current
from consents.enums import ContactKind
from consents.reach.stops import StopView
from notify.outbox.watching.reading import OwnMessage, messages_of
from portal.templatetags.ui import clock, day, phone
from portal.ui.zones import in_zone, zone_words

MESSAGES_SHOWN: Final = 50

Rows = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnData:
    """Rows of a label and a value, by section."""

    about: Rows
    kept: str
    """Where the company says that it keeps the data; empty where it says nothing."""
    contacts: Rows
    stops: Rows
    messages: Rows
    is_cut: bool
    """There are more messages than are shown."""


def own_data(*, customer_id: int) -> OwnData:
    """Return what the register and the sending side keep of a person; empty values are left out."""
    record = own_record(customer_id=customer_id)
    sent = messages_of(customer_id=customer_id, limit=MESSAGES_SHOWN + 1)
    zone = record.time_zone if record else ""
    company = company_current()
    return OwnData(
        about=[row for row in _about(record) if row[1]] if record else [],
        kept=company.data_place if company else "",
        contacts=[(str(point.kind.label), _contact(point, zone)) for point in record.points] if record else [],
        stops=[(str(stop.scope.label), _stop(stop, zone)) for stop in record.stops] if record else [],
        messages=[(_moment(one.sent_at, zone), _message(one)) for one in sent[:MESSAGES_SHOWN]],
        is_cut=len(sent) > MESSAGES_SHOWN,
    )


def _about(record: OwnRecord) -> Iterator[tuple[str, str]]:
    yield _("Имя"), record.name
    yield _("Номер клиента"), record.external_id
    yield _("Откуда данные"), record.source
    yield _("Город"), record.city
    yield _("Часовой пояс"), zone_words(record.time_zone)
    yield _("Группа"), record.segment
    yield _("Мессенджер"), ", ".join(messenger_names([record.messenger] if record.messenger else []))


def _contact(point: OwnPoint, zone: str) -> str:
    words = [phone(point.value), str(point.origin.label)]
    if point.confirmed_at:
        words.append(_("подтверждён %(day)s") % {"day": day(in_zone(point.confirmed_at, zone))})
    if point.closed_at:
        words.append(_("закрыт %(day)s") % {"day": day(in_zone(point.closed_at, zone))})
    return ", ".join(words)


def _stop(stop: StopView, zone: str) -> str:
    words = _("%(reason)s, с %(day)s") % {"reason": stop.reason.label, "day": day(in_zone(stop.since, zone))}
    return f"{phone(stop.value)}: {words}" if stop.value and stop.kind not in ContactKind.accounts() else words


def _message(one: OwnMessage) -> str:
    return f"{one.kind.label} {one.channel.spec.by}, {one.state.label}"


def _moment(moment: datetime, zone: str) -> str:
    local = in_zone(moment, zone)
    return f"{day(local)} {clock(local)}"
