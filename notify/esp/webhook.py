"""What services call back with, verified and understood by django-anymail, and told in our words."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final

from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent, EventType
from django.core.handlers.wsgi import WSGIRequest

from notify.channels.base import AddressFault, Rejected
from notify.channels.columns import column_word
from notify.channels.events import Complaint, DeliveryReport, Event, PlainAnswer, ReportState
from notify.channels.mail_status import fault_of, status_in
from notify.esp.service import REFERENCE, Service, Values, as_object

STATES: Final[Mapping[str, ReportState]] = {
    EventType.QUEUED: "accepted",
    EventType.SENT: "accepted",
    EventType.DELIVERED: "delivered",
    EventType.BOUNCED: "failed",
    EventType.REJECTED: "failed",
    EventType.FAILED: "failed",
}
COMPLAINTS: Final = frozenset({EventType.COMPLAINED, EventType.UNSUBSCRIBED})
"""Anymail's words, and ours. The rest (deferred, opened, clicked, autoresponded, subscribed) moves nothing."""

UNREADABLE: Final = (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError, AnymailError)
_WORD: Final = re.compile(r"[A-Za-z0-9_.-]{1,60}")


class EspWebhook(PlainAnswer):
    """Calls of one service. ``secrets`` are ours, for services that sign nothing: a password of the address."""

    def __init__(self, service: Service, values: Values, secrets: Sequence[str]) -> None:
        self._service = service
        self._view = service.tracking(values, secrets)

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Let anymail check the signature, in constant time."""
        try:
            self._view.run_validators(_request(headers, body))
        except (AnymailWebhookValidationFailure, *UNREADABLE):
            return False
        return True

    def read(self, body: bytes) -> Sequence[Event]:
        """Read all events of a call; one that is broken does not spoil the others."""
        try:
            raw = self._service.events_of(as_object(json.loads(body)))
        except UNREADABLE as error:
            raise Rejected("unreadable") from error
        return [event for one in raw if (event := self._event(one)) is not None]

    def _event(self, raw: Any) -> Event | None:
        given = {name: value for name, value in as_object(raw).items() if value is not None}
        try:
            event = self._view.esp_to_anymail_event(given)
            reference = column_word(as_object(event.metadata).get(REFERENCE))
            return self._told(event, given, reference) if reference or event.message_id else None
        except UNREADABLE:
            return None

    def _told(self, event: AnymailTrackingEvent, raw: Mapping[str, Any], reference: str) -> Event | None:
        found: dict[str, Any] = {
            "event_key": self._key(event, reference),
            "occurred_at": event.timestamp or datetime.now(UTC),
            "reference": reference,
            "provider_id": column_word(event.message_id),
        }
        if event.event_type in COMPLAINTS:
            return Complaint(**found, is_unsubscribe=event.event_type == EventType.UNSUBSCRIBED)
        if event.event_type not in STATES:
            return None
        state = STATES[event.event_type]
        word = self._service.word_of(raw) if state == "failed" else ""
        return DeliveryReport(
            **found,
            state=state,
            detail=word if _WORD.fullmatch(word) else str(event.event_type),
            address_fault=self._fault(event, word) if state == "failed" else "",
        )

    def _fault(self, event: AnymailTrackingEvent, word: str) -> AddressFault:
        """Return what the failure says of the address: by the service's word, else by what the server answered."""
        if word in self._service.faults:
            return self._service.faults[word]
        answer = str(event.mta_response or "")
        return fault_of(status_in(answer), answer)

    def _key(self, event: AnymailTrackingEvent, reference: str) -> str:
        """Return the same for a repeat. Where a service numbers no events they differ by what and when they are."""
        parts = (event.event_id,) if event.event_id else (event.message_id, reference, event.recipient, event.timestamp)
        named = "\0".join(str(part) for part in (self._service.code, event.event_type, *parts))
        return hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def _request(headers: Mapping[str, str], body: bytes) -> WSGIRequest:
    """Return the call as Django would have seen it: anymail verifies requests of Django."""
    named = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    return WSGIRequest(
        {
            **named,
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/",
            "SERVER_NAME": "webhook",
            "SERVER_PORT": "443",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
        }
    )
