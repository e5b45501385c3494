"""What VK's codes of errors mean to us (VKCOM/vk-api-schema, `errors.json`, version 5.199)."""

from collections.abc import Mapping
from typing import Final

from notify.channels.base import (
    AddressFault,
    ChannelError,
    Misconfigured,
    OutcomeUnknown,
    Rejected,
    TemporarilyUnavailable,
)

LATER: Final[Mapping[int, tuple[str, float]]] = {
    6: ("too_many_calls", 1.0),
    9: ("flood", 60.0),
    14: ("captcha", 300.0),
    29: ("rate_limit", 3600.0),
    32: ("wait", 60.0),
    43: ("section_off", 300.0),
}
"""VK takes nothing from the community for now; with the seconds after which to try again."""

OURS: Final[Mapping[int, str]] = {
    2: "app_off",
    3: "unknown_method",
    4: "wrong_signature",
    5: "wrong_token",
    7: "no_right",
    11: "test_mode",
    15: "access_denied",
    16: "https_wanted",
    17: "validation_wanted",
    20: "no_right",
    21: "no_right",
    23: "method_off",
    24: "confirmation_wanted",
    25: "confirmation_wanted",
    27: "wrong_token",
    28: "wrong_token",
    34: "old_version",
    35: "old_version",
    38: "unknown_app",
    40: "unknown_group",
    42: "ip_refused",
    101: "unknown_app",
    125: "unknown_group",
    912: "bot_features_off",
}
"""The token, its rights or the settings of the community: a person mends it."""

UNSURE: Final[Mapping[int, str]] = {
    1: "unknown_error",
    10: "server_error",
    36: "timed_out",
}
"""Something broke at VK, and it does not say before what."""

REFUSED: Final[Mapping[int, tuple[str, AddressFault]]] = {
    8: ("bad_request", ""),
    18: ("user_deleted", "dead"),
    19: ("content_blocked", ""),
    30: ("profile_closed", "closed"),
    37: ("user_banned", "dead"),
    39: ("unknown_user", "dead"),
    100: ("bad_parameter", ""),
    113: ("unknown_user", "dead"),
    900: ("blacklist", "closed"),
    901: ("no_permission", "closed"),
    902: ("privacy", "closed"),
    910: ("too_big", ""),
    911: ("bad_keyboard", ""),
    914: ("too_long", ""),
    932: ("no_peer_access", "closed"),
    936: ("unknown_user", "dead"),
    943: ("intent_refused", ""),
    944: ("intent_limit", ""),
    950: ("reply_timed_out", "closed"),
}
"""This message, for ever; with what it says of the profile."""


def failure_of(code: int) -> ChannelError:
    """Return what an error of VK means. A code that no table knows refuses the message."""
    if code in LATER:
        return TemporarilyUnavailable(*LATER[code])
    if code in OURS:
        return Misconfigured(OURS[code])
    if code in UNSURE:
        return OutcomeUnknown(UNSURE[code])
    return Rejected(*REFUSED.get(code, (f"code_{code}", "")))
