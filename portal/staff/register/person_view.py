"""One customer as staff see them: masked words, the time line, places in words."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from consents.enums import EventKind, LegalBasis, Purpose, StopReason
from consents.ledger.history import EventView
from consents.reach.barring import channels_open
from consents.reach.eligibility import Ground
from consents.register.search import RegisterPerson, register_person
from consents.touchpoint import TouchpointName
from consents.words import stop_words
from notify.channel_settings import writable_channels

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


def event_title(event: EventView) -> str:
    """Return what happened, with purpose and channel where there are any."""
    title = event.label("kind")
    about = [event.label(column) for column in ("purpose", "channel") if event.values[column]]
    words = ", ".join(_within(label) for label in about if label not in title)
    return f"{title}: {words}" if words else title


def _within(label: str) -> str:
    """Return a label for the middle of a sentence: «Сервисные сообщения» in lower case, «СМС» and «MAX» as they are."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


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
        "tone": TONES.get(event.kind, ""),
        "text": " · ".join(str(part) for part in parts if part),
        "record": str(event.uuid)[:8],
        "position": None if event.leaf_index is None else event.leaf_index + 1,
        "url": reverse("staff:event", args=[customer_id, event.uuid]),
    }
