"""One customer as staff see them: masked words, the time line, places in words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from consents.enums import EventKind, LegalBasis, Purpose, StopReason
from consents.ledger.history import EventView
from consents.reach.barring import channels_open
from consents.reach.eligibility import Ground
from consents.register.search import RegisterPerson, register_person
from consents.touchpoint import TouchpointName
from consents.words import stop_words
from notify.channel_settings import writable_channels
from portal.exports.evidence_words import event_title

TONES: Final[Mapping[str, str]] = {
    EventKind.GRANTED: "ok",
    EventKind.MAX_LINKED: "ok",
    EventKind.ACCOUNT_LINKED: "ok",
    EventKind.RULES_ACCEPTED: "ok",
    EventKind.RULES_REFUSED: "warn",
    EventKind.CONTACT_CONFIRMED: "info",
    EventKind.CONTACT_ADDED: "info",
    EventKind.CONTACT_CHANGED: "info",
    EventKind.CONTACT_RESTORED: "info",
    EventKind.REFUSED: "danger",
    EventKind.WITHDRAWN: "danger",
    EventKind.CONTACT_DENIED: "danger",
    EventKind.MAX_UNLINKED: "warn",
    EventKind.ACCOUNT_UNLINKED: "warn",
    EventKind.STOP_SET: "danger",
    EventKind.STOP_LIFTED: "warn",
    EventKind.ERASED: "warn",
}


def person_or_404(customer_id: int) -> RegisterPerson:
    """Return one customer of the register. Raises Http404 where there is none."""
    shown = register_person(customer_id=customer_id)
    if shown is None:
        raise Http404
    return shown


def ways_instead(person: RegisterPerson) -> list[str | Promise] | None:
    """Return over which channels a service message would reach whoever takes no SMS, after a verb: «по почте».

    None for those whose operator lets mailings through.
    """
    if not any(stop.reason == StopReason.BARRED for stop in person.stops):
        return None
    ground = Ground(purpose=Purpose.SERVICE, legal_basis=LegalBasis.CONTRACT)
    customer_id = person.customer.pk
    found = channels_open(customer_ids=[customer_id], channels=writable_channels(), ground=ground)
    return [channel.spec.by for channel in found.get(customer_id, ())]


def timeline(events: Sequence[EventView], *, customer_id: int) -> list[dict[str, Any]]:
    """Put a person's events into words, newest first; each moment carries the person's own clock."""
    return [_moment(event, customer_id) for event in events]


def _moment(event: EventView, customer_id: int) -> dict[str, Any]:
    parts = [
        event.personal.get("title", ""),
        _("редакция № %(number)s") % {"number": event.personal["edition"]} if event.personal.get("edition") else "",
        event.label("method"),
        stop_words(event.personal),
        event.contact_masked,
        TouchpointName.parse(event.values["touchpoint"]).words,
        _("данные клиента уничтожены") if event.is_erased else "",
    ]
    return {
        "title": event_title(event),
        "when": event.local_time,
        "here": _here(event),
        "tone": TONES.get(event.kind, ""),
        "text": " · ".join(str(part) for part in parts if part),
        "record": str(event.uuid)[:8],
        "position": None if event.leaf_index is None else event.leaf_index + 1,
        "url": reverse("staff:event", args=[customer_id, event.uuid]),
    }


def _here(event: EventView) -> datetime | None:
    """Return the time of an event on the clock of staff, where that is another than the person's."""
    here = localtime(event.occurred_at)
    return None if here.utcoffset() == event.local_time.utcoffset() else here
