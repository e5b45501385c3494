"""VK: one message a call, in a dialogue that its owner has allowed.

VK answers 200 to everything; what it means stands in the body. The token goes in a header
(dev.vk.com/api/api-requests), never in an address.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

from notify.channels.base import (
    Accepted,
    AccountState,
    Button,
    Capabilities,
    Misconfigured,
    OutboundMessage,
    Outcome,
    OutcomeUnknown,
    Rejected,
    SentMessage,
    TemporarilyUnavailable,
)
from notify.channels.columns import column_word
from notify.channels.events import DeliveryReport
from notify.channels.http import CALL_SECONDS
from notify.channels.http_channel import HttpChannel
from notify.channels.vk.words import failure_of

VERSION: Final = "5.199"
PER_SECOND: Final = 20
"""Calls a second with the token of a community."""
TEXT_LIMIT: Final = 4096
"""What is accepted in practice; the schema's own 9000 is answered with code 914."""
MOST_BUTTONS: Final = 6
"""Rows of an inline keyboard, each with one button."""
LABEL_LIMIT: Final = 40
HISTORY_LENGTH: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class VkConf:
    """The community that writes. ``name`` is the set-up's."""

    name: str
    url: str
    group_id: str
    token: str = field(repr=False)


class VkChannel(HttpChannel):
    """Sends in the name of the community."""

    def __init__(self, conf: VkConf) -> None:
        carries = Capabilities(
            provider=conf.name, buttons=True, text_limit=TEXT_LIMIT, call_seconds=CALL_SECONDS, per_second=PER_SECOND
        )
        super().__init__(conf.url, carries)
        self._conf = conf

    def send(self, message: OutboundMessage) -> Outcome:
        """Hand over the message by a call of its own. A second call with its ``reference`` is no second message."""
        try:
            taken = self._call("messages.send", _fields(message))
        except (Rejected, OutcomeUnknown) as error:
            return error
        if isinstance(taken, bool) or not isinstance(taken, int) or taken < 0:
            return OutcomeUnknown("no_id")
        return Accepted(message.reference, column_word(taken) if taken else "")

    def statuses(self, sent: Sequence[SentMessage]) -> list[DeliveryReport]:
        """Look for messages in the dialogues. Not to find one proves nothing: a dialogue may be long."""
        found = [self._status(one) for one in sent]
        return [report for report in found if report is not None]

    def account(self) -> AccountState:
        """Return the name of the community in links, and whether VK has blocked it."""
        try:
            found = self._ask("groups.getById", {"group_id": self._conf.group_id})
            groups = found["groups"] if isinstance(found, dict) else found
            group = groups[0]
            name, blocked = column_word(group["screen_name"]), "deactivated" in group
        except Rejected as error:
            raise Misconfigured(error.reason) from error
        except (LookupError, TypeError) as error:
            raise TemporarilyUnavailable("unreadable_answer") from error
        return AccountState(name=name, notes=("group_blocked",) if blocked else ())

    def _status(self, sent: SentMessage) -> DeliveryReport | None:
        try:
            found = self._ask("messages.getHistory", {"user_id": sent.address, "count": str(HISTORY_LENGTH)})
            items = [item for item in found["items"] if _is_it(item, sent)]
            if not items:
                return None
            at = datetime.fromtimestamp(int(items[0]["date"]), tz=UTC)
            provider_id = column_word(int(items[0]["id"]))
        except (Rejected, LookupError, TypeError, ValueError, AttributeError, OverflowError):
            return None  # nothing of this message can be said; others may be found
        return DeliveryReport(
            event_key=f"{sent.reference}:history",
            state="accepted",
            occurred_at=at,
            reference=sent.reference,
            provider_id=provider_id,
        )

    def _ask(self, method: str, fields: Mapping[str, str]) -> Any:
        """Call a method that only reads. Raises `TemporarilyUnavailable`, `Misconfigured` or `Rejected`."""
        try:
            return self._call(method, fields, is_safe=True)
        except OutcomeUnknown as error:
            raise TemporarilyUnavailable(error.reason) from error

    def _call(self, method: str, fields: Mapping[str, str], *, is_safe: bool = False) -> Any:
        """Return ``response`` of the answer, or raise what VK says instead."""
        answer = self._client.call(
            "POST",
            f"{self._conf.url}/method/{method}",
            headers={
                "Authorization": f"Bearer {self._conf.token}",
                "Content-Type": "application/x-www-form-urlencoded",
            },
            content=urlencode({**fields, "v": VERSION}).encode(),
            is_safe=is_safe,
        )
        answer.check()
        found = answer.json()
        if "error" in found:
            raise failure_of(_code(found["error"]))
        return found.get("response")


def random_id(reference: str) -> int:
    """Return the number by which VK knows a repeat: of 32 bits, never 0, the same for the same ``reference``."""
    digest = hashlib.sha256(reference.encode()).digest()
    return int.from_bytes(digest[:4], signed=True) or 1


def _fields(message: OutboundMessage) -> dict[str, str]:
    if not (message.address.isascii() and message.address.isdigit()):
        raise Rejected("bad_address", "dead")
    fields = {
        "user_id": message.address,
        "random_id": str(random_id(message.reference)),
        "message": message.text,
        "dont_parse_links": "1",
    }
    return {**fields, "keyboard": _keyboard(message.buttons)} if message.buttons else fields


def _keyboard(buttons: Sequence[Button]) -> str:
    if len(buttons) > MOST_BUTTONS:
        raise Rejected("too_many_buttons")
    rows = [[{"action": _action(button)}] for button in buttons]
    return json.dumps({"inline": True, "buttons": rows}, ensure_ascii=False)


def _action(button: Button) -> dict[str, str]:
    label = button.text[:LABEL_LIMIT]
    if button.url:
        return {"type": "open_link", "link": button.url, "label": label}
    return {"type": "text", "label": label}


def _is_it(item: Mapping[str, Any], sent: SentMessage) -> bool:
    if not item.get("out"):
        return False
    return item.get("random_id") == random_id(sent.reference) or str(item.get("id")) == sent.provider_id


def _code(error: Any) -> int:
    code = error.get("error_code") if isinstance(error, dict) else None
    if isinstance(code, bool) or not isinstance(code, int):
        raise OutcomeUnknown("unreadable_answer")
    return code
