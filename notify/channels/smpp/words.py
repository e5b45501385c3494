"""The SMSC's codes and words, and ours."""

from collections.abc import Mapping
from typing import Final

from notify.channels.base import AddressFault, Misconfigured, Rejected, TemporarilyUnavailable
from notify.channels.events import ReportState

THROTTLED: Final = 0x58
THROTTLED_SECONDS: Final = 1.0

LATER: Final[Mapping[int, tuple[str, float]]] = {
    0x08: ("system_error", 5.0),
    0x14: ("queue_full", 5.0),
    THROTTLED: ("throttled", THROTTLED_SECONDS),
    0x64: ("application_later", 5.0),
}
"""Statuses of an answer that mean "later", with the seconds after which the next try makes sense."""

OUR_FAULT: Final[Mapping[int, str]] = {
    0x04: "bind_status",
    0x0A: "sender",
    0x15: "service_type",
    0x48: "sender_ton",
    0x49: "sender_npi",
    0x50: "destination_ton",
    0x51: "destination_npi",
    0x53: "system_type",
}
"""Statuses that say nothing of the message: a field of the set-up is wrong, or the name is not approved."""

REFUSED: Final[Mapping[int, tuple[str, AddressFault]]] = {
    0x01: ("too_long", ""),
    0x0B: ("bad_destination", "dead"),
    0x43: ("esm_class", ""),
    0x45: ("submit_failed", ""),
    0x62: ("validity", ""),
    0x65: ("application_refused", ""),
    0x66: ("application_rejected", ""),
    0xC0: ("optional_parameter", ""),
    0xC1: ("optional_parameter", ""),
    0xC2: ("parameter_length", ""),
    0xC3: ("optional_parameter", ""),
    0xC4: ("optional_parameter", ""),
    0xFF: ("unknown_error", ""),
}
"""Statuses that mean "never". Any other but 0 does too: its reason is `code_` and the number."""

LOGIN: Final[Mapping[int, str]] = {0x0E: "password", 0x0F: "system_id", 0x53: "system_type"}
"""Statuses of an answer to a bind that a person must mend. Any other may pass by itself."""

STATES: Final[Mapping[int, tuple[str, ReportState]]] = {
    1: ("enroute", "accepted"),
    2: ("delivrd", "delivered"),
    3: ("expired", "failed"),
    4: ("deleted", "failed"),
    5: ("undeliv", "failed"),
    6: ("acceptd", "accepted"),
    7: ("unknown", "unknown"),
    8: ("rejectd", "failed"),
}
"""Numbers of message_state (0x0427), the words of `stat:` in small letters, and our states."""

BY_WORD: Final[Mapping[str, ReportState]] = dict(STATES.values())

GSM_NETWORK: Final = 3
NETWORK_FAULTS: Final[Mapping[int, AddressFault]] = {1: "dead", 6: "soft", 27: "soft"}
"""Errors of a GSM network (3GPP 29.002) in network_error_code (0x0423): no such subscriber, absent."""


def refusal(status: int) -> Rejected | TemporarilyUnavailable | Misconfigured:
    """Return what a status other than 0 means for a message."""
    if status in LATER:
        return TemporarilyUnavailable(*LATER[status])
    if status in OUR_FAULT:
        return Misconfigured(OUR_FAULT[status])
    return Rejected(*REFUSED.get(status, (f"code_{status}", "")))


def bind_refusal(status: int) -> TemporarilyUnavailable | Misconfigured:
    """Return what a status other than 0 means for a bind."""
    return Misconfigured(LOGIN[status]) if status in LOGIN else TemporarilyUnavailable(f"bind_{status}")
