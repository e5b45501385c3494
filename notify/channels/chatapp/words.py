"""ChatApp's words beside ours: messengers, states, errors. The source are its public clients: there is no reference."""

import re
from collections.abc import Mapping
from typing import Any, Final

from notify.channels.base import ChannelError, Misconfigured, Rejected
from notify.channels.events import ReportState

INVALID_TOKEN: Final = "ApiInvalidTokenError"  # noqa: S105 - the name of an error

OWN_TYPES: Final[Mapping[str, str]] = {"email": "email", "vk": "vkontakte"}
"""The one type that a channel may have. That of MAX is not published: the administrator names it."""

FOREIGN: Final = (
    "whatsapp", "telegram", "instagram", "facebook", "viber", "discord", "skype", "snapchat", "teams", "threema",
    "wechat",
)  # fmt: skip
"""Words in the types of messengers that the law closes to a company (41-FZ): ``grWhatsApp``, ``telegramBot``."""

NOT_MAX: Final = frozenset({"email", "vkontakte", "avito"})
"""Types that are known to be something else."""

STATES: Final[Mapping[str, ReportState]] = {"sent": "accepted", "delivered": "delivered", "viewed": "delivered"}

OURS: Final[Mapping[str, str]] = {INVALID_TOKEN: "invalid_token"}
"""Errors of the set-up. No other code is published."""

OUR_STATUSES: Final = frozenset({401, 402, 403, 405})
"""Statuses that speak of the token, the money, the line or the messenger, whatever the code."""

_WORD: Final = re.compile(r"[A-Za-z0-9_]{1,50}")


def type_check(channel: str, messenger: str) -> None:
    """Raise `Misconfigured` where ``messenger`` may not carry ``channel``."""
    word = messenger.casefold()
    if any(foreign in word for foreign in FOREIGN):
        raise Misconfigured("foreign_messenger")
    if channel in OWN_TYPES:
        fits = messenger == OWN_TYPES[channel]
    else:
        fits = channel == "max" and word not in NOT_MAX and _WORD.fullmatch(messenger) is not None
    if not fits:
        raise Misconfigured("wrong_messenger")


def code_of(body: Any) -> str:
    """Return the code of the error in an answer, "" where it holds none."""
    error = body.get("error") if isinstance(body, dict) else None
    code = error.get("code") if isinstance(error, dict) else error
    return code if isinstance(code, str) else ""


def word_of(code: str) -> str:
    """Return a code as a reason; one that looks like a sentence is not repeated."""
    return f"code_{code}" if _WORD.fullmatch(code) else "refused"


def failure_of(code: str, status: int) -> ChannelError:
    """Return what an error means. A code that no table knows refuses the message, unless the status means us."""
    if code in OURS:
        return Misconfigured(OURS[code])
    return Misconfigured(word_of(code)) if status in OUR_STATUSES else Rejected(word_of(code))
