"""What MAX's refusals mean: its codes and sentences beside our words.

A refusal is ``{"code", "message"}`` with a status from 400 on, or ``{"success": false, "message"}`` with 200. The same
thing is said now by the code, now by the message.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from notify.channels.base import (
    AddressFault,
    ChannelError,
    Misconfigured,
    OutcomeUnknown,
    Rejected,
    TemporarilyUnavailable,
)
from notify.channels.http import Answer

NOT_READY: Final = "attachment_not_ready"
"""A picture is still being worked upon: the message was surely not taken."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word of MAX is to us."""

    error: type[ChannelError]
    reason: str
    address_fault: AddressFault = ""

    def made(self, answer: Answer) -> ChannelError:
        """Return the error."""
        if self.error is Rejected:
            return Rejected(self.reason, self.address_fault)
        if self.error is TemporarilyUnavailable:
            return TemporarilyUnavailable(self.reason, answer.retry_after)
        return self.error(self.reason)


PARTS: Final[Mapping[str, Meaning]] = {
    "error.dialog.suspended": Meaning(Rejected, "dialog_suspended", "closed"),
    "error.dialog.notfound": Meaning(Rejected, "dialog_not_found", "closed"),
    "error.chat.denied": Meaning(Rejected, "chat_denied", "closed"),
    "file.not.processed": Meaning(TemporarilyUnavailable, NOT_READY),
    "video.not.processed": Meaning(TemporarilyUnavailable, NOT_READY),
    "size must be between 0 and": Meaning(Rejected, "text_size"),
    "file extension is forbidden": Meaning(Rejected, "bad_image"),
}
"""What may stand anywhere in a code or a message. These go first: they say more than the code beside them."""

CODES: Final[Mapping[str, Meaning]] = {
    "verify.token": Meaning(Misconfigured, "verify_token"),
    "dialog.not.found": Meaning(Rejected, "dialog_not_found", "closed"),
    "chat.not.found": Meaning(Rejected, "chat_not_found", "closed"),
    "chat.denied": Meaning(Rejected, "chat_denied", "closed"),
    "attachment.not.ready": Meaning(TemporarilyUnavailable, NOT_READY),
    "proto.payload": Meaning(Rejected, "proto_payload"),
    "not.found": Meaning(Rejected, "not_found"),
    "access.denied": Meaning(Rejected, "access_denied"),
    "too.many.requests": Meaning(TemporarilyUnavailable, "too_many_requests"),
}
"""What a code or a message may be, whole."""

BY_STATUS: Final = frozenset({401, 405, 429})
"""Where the status says more than a code that is not in the tables."""

_CODE: Final = re.compile(r"[a-z]{1,20}(\.[a-z]{1,20}){0,4}")
"""Codes as MAX forms them; anything else could repeat what we sent, and stays out of reasons."""


def failure(answer: Answer) -> ChannelError | None:
    """Return what a refusal means, None where there is none."""
    if answer.status >= 500:
        return _by_status(answer)
    told = _told(answer)
    if answer.status < 300 and told.get("success") is not False:
        return None
    code, *others = (str(told.get(name) or "").lower() for name in ("code", "message", "error"))
    found = _found([code, *others])
    if found is not None:
        return found.made(answer)
    if answer.status < 300:
        return Rejected("refused")
    if answer.status in BY_STATUS or not _CODE.fullmatch(code):
        return _by_status(answer)
    return Rejected(f"code_{code}"[:60])


def _found(words: list[str]) -> Meaning | None:
    for part, meaning in PARTS.items():
        if any(part in word for word in words):
            return meaning
    return next((CODES[word] for word in words if word in CODES), None)


def _told(answer: Answer) -> Mapping[str, Any]:
    """Return the object of a body; an empty one for whatever else a proxy may have put there."""
    try:
        found = json.loads(answer.content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _by_status(answer: Answer) -> ChannelError:
    try:
        answer.check()
    except ChannelError as error:
        return error
    return OutcomeUnknown(f"http_{answer.status}")
