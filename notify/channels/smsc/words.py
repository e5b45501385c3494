"""What the codes of SMSC.ru mean to us. A code that stands in no table moves nothing and accepts nothing."""

from collections.abc import Mapping
from typing import Final, Literal

from notify.channels.base import AddressFault
from notify.channels.events import ReportState

Meaning = Literal["refused", "ours", "later"]

SENDING: Final[Mapping[int, tuple[Meaning, str, AddressFault]]] = {
    1: ("refused", "parameters", ""),
    2: ("ours", "login", ""),
    3: ("ours", "no_money", ""),
    4: ("ours", "ip_blocked", ""),
    5: ("refused", "date", ""),
    6: ("refused", "forbidden", ""),
    7: ("refused", "wrong_number", "dead"),
    8: ("refused", "undeliverable", ""),
    9: ("later", "too_many", ""),
}
"""``error_code`` of an answer. 6 says text or sender without saying which: so it is about the message."""

TOO_MANY_SECONDS: Final = 60.0
"""Code 9 counts requests of a minute."""

NOT_FOUND: Final = -3
STATUSES: Final[Mapping[int, tuple[ReportState, str, AddressFault]]] = {
    NOT_FOUND: ("failed", "not_found", ""),
    -2: ("accepted", "stopped", ""),
    -1: ("accepted", "waiting", ""),
    0: ("accepted", "with_operator", ""),
    1: ("delivered", "", ""),
    2: ("delivered", "read", ""),
    3: ("failed", "expired", ""),
    4: ("delivered", "link_opened", ""),
    20: ("failed", "undeliverable", ""),
    22: ("failed", "wrong_number", "dead"),
    23: ("failed", "forbidden", ""),
    24: ("failed", "no_money", ""),
    25: ("failed", "unreachable", ""),
}
"""``status`` of a message. `NOT_FOUND` counts only where the message surely bears the id that was asked for."""

ERRORS: Final[Mapping[int, tuple[str, AddressFault]]] = {
    1: ("no_subscriber", "dead"),
    6: ("offline", "soft"),
    11: ("no_service", "soft"),
    12: ("phone_error", "soft"),
    13: ("blocked", "soft"),
    21: ("no_support", ""),
    200: ("test_send", ""),
    219: ("sim_replaced", "soft"),
    220: ("queue_full", "soft"),
    237: ("no_answer", ""),
    239: ("ip_forbidden", ""),
    240: ("busy", ""),
    241: ("conversion", ""),
    242: ("answering_machine", ""),
    243: ("no_contract", ""),
    245: ("no_status", ""),
    246: ("out_of_hours", ""),
    247: ("limit", ""),
    248: ("no_route", ""),
    249: ("wrong_number", "dead"),
    250: ("number_excluded", ""),
    251: ("limit_per_number", ""),
    252: ("number_forbidden", ""),
    253: ("spam_filter", ""),
    254: ("sender_not_approved", ""),
    255: ("operator_refused", ""),
}
"""``err`` beside a status that failed. 13 is a debt or a wish of the owner, not a ban of mailings."""
