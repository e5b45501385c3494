"""What the codes of SMS.RU mean to us. A code that stands in no table moves nothing and accepts nothing."""

from collections.abc import Mapping
from typing import Final, Literal

from notify.channels.base import AddressFault
from notify.channels.events import ReportState

Meaning = Literal["refused", "ours", "later", "unknown"]

SENDING: Final[Mapping[int, tuple[Meaning, str, AddressFault]]] = {
    150: ("refused", "no_route", ""),
    200: ("ours", "login", ""),
    201: ("ours", "no_money", ""),
    202: ("refused", "wrong_number", "dead"),
    203: ("refused", "no_text", ""),
    204: ("ours", "sender_not_approved", ""),
    205: ("refused", "too_long", ""),
    206: ("later", "daily_limit", ""),
    207: ("refused", "no_route", ""),
    208: ("refused", "date", ""),
    209: ("refused", "stop_list", ""),
    210: ("ours", "method", ""),
    211: ("ours", "method", ""),
    212: ("refused", "encoding", ""),
    213: ("refused", "too_many_phones", ""),
    214: ("refused", "abroad", ""),
    215: ("refused", "spam_list", ""),
    216: ("refused", "forbidden_word", ""),
    217: ("refused", "forbidden_word", ""),
    220: ("later", "unavailable", ""),
    221: ("ours", "sender_not_approved", ""),
    230: ("refused", "limit_per_number", ""),
    231: ("refused", "repeat", ""),
    232: ("refused", "repeat", ""),
    233: ("refused", "repeat", ""),
    300: ("ours", "login", ""),
    301: ("ours", "login", ""),
    302: ("ours", "not_confirmed", ""),
    500: ("unknown", "server_error", ""),
    501: ("refused", "limit", ""),
    502: ("refused", "limit", ""),
    503: ("refused", "limit", ""),
    504: ("refused", "limit", ""),
    505: ("refused", "limit", ""),
    506: ("refused", "limit", ""),
    507: ("refused", "wrong_ip", ""),
    508: ("later", "too_many", ""),
    550: ("refused", "abroad", ""),
    703: ("refused", "wrong_number", "dead"),
}
"""``status_code`` of an answer or of one phone in it.

231 to 233 say that the same text went to this phone a moment ago. The message that is refused so was not taken, and an
outcome that was unknown is never repeated by a machine: so it is no unknown outcome, but a refusal. To a person who
resends after an unknown outcome it says that the first one had arrived.
"""

LATER_SECONDS: Final[Mapping[str, float]] = {"daily_limit": 3600.0, "unavailable": 60.0, "too_many": 300.0}

NOT_FOUND: Final = -1
STATUSES: Final[Mapping[int, tuple[ReportState, str, AddressFault]]] = {
    NOT_FOUND: ("failed", "not_found", ""),
    100: ("accepted", "waiting", ""),
    101: ("accepted", "with_operator", ""),
    102: ("accepted", "on_the_way", ""),
    103: ("delivered", "", ""),
    104: ("failed", "expired", ""),
    105: ("failed", "deleted", ""),
    106: ("failed", "phone_error", "soft"),
    107: ("failed", "undeliverable", ""),
    108: ("failed", "refused", ""),
    110: ("delivered", "read", ""),
    130: ("failed", "limit_per_number", ""),
    131: ("failed", "repeat", ""),
    132: ("failed", "repeat", ""),
    150: ("failed", "no_route", ""),
}
"""Where a message stands: of a question and of a report."""
