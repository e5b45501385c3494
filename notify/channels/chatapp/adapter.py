"""ChatApp: one text a call, into one dialogue of one messenger of a line.

No rule against doubles is documented: our reference goes along as ``tracking`` and comes back with each status.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from notify.channels.base import (
    Accepted,
    AccountState,
    Capabilities,
    Misconfigured,
    OutboundMessage,
    Outcome,
    OutcomeUnknown,
    Rejected,
    SentMessage,
    TemporarilyUnavailable,
)
from notify.channels.chatapp.api import Api, Login
from notify.channels.chatapp.licences import Licence, licences_of
from notify.channels.chatapp.lines import Line
from notify.channels.chatapp.tokens import TokenStore
from notify.channels.chatapp.webhook import message_key, text_of
from notify.channels.columns import column_word
from notify.channels.events import DeliveryReport
from notify.channels.http import CALL_SECONDS

PER_SECOND: Final = 1
"""No limit is published; this is one at which nobody has complained."""
LATEST: Final = 50
"""Messages of a dialogue that are looked at."""
EVENTS: Final = ("message", "messageStatus")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatAppConf:
    """One set-up: a login, and the lines that it writes over."""

    name: str
    login: Login
    lines: tuple[Line, ...]

    def line_of(self, channel: str) -> Line:
        """Return the line of a channel. Raises `Misconfigured` when there is none."""
        for line in self.lines:
            if line.channel == channel:
                return line
        raise Misconfigured("no_messenger")


class ChatAppChannel:
    """Sends over the line of one channel."""

    def __init__(self, conf: ChatAppConf, channel: str, store: TokenStore) -> None:
        self.capabilities = Capabilities(
            provider=conf.name,
            call_seconds=CALL_SECONDS,
            per_second=PER_SECOND,
        )
        self._conf, self._line = conf, conf.line_of(channel)
        self._api = Api(conf.login, store)

    def open(self) -> None:
        """Look ChatApp up, and get tokens where none are kept."""
        self._api.open()

    def close(self) -> None:
        """Let go of the connections."""
        self._api.close()

    def send(self, message: OutboundMessage) -> Outcome:
        """Hand over the message by a call of its own."""
        payload = {"text": message.text, "tracking": message.reference}
        try:
            data = self._api.post(f"{self._line.messages_path(message.address)}/text", payload)
        except (Rejected, OutcomeUnknown) as error:
            return error
        provider_id = data.get("id") if isinstance(data, dict) else None
        if not isinstance(provider_id, str | int) or provider_id == "":
            return OutcomeUnknown("no_id")
        return Accepted(message.reference, column_word(provider_id))

    def statuses(self, sent: Sequence[SentMessage]) -> list[DeliveryReport]:
        """Look for messages among the last of their dialogues. Not to find one proves nothing."""
        found = [self._status(one) for one in sent]
        return [report for report in found if report is not None]

    def cabinet_holds(self, *, chat: str, event_key: str, text: str) -> bool:
        """Return whether a message of a person stands among the last of its dialogue, where people in ChatApp see it.

        No call of the API gives a dialogue to somebody: they have it already. One that came from a scenario has no id
        of its own and is known by its words.
        """
        has_id = event_key.startswith(f"{self._line.license_id}:{self._line.messenger}:")
        try:
            items = [item for item in self._history(chat) if item.get("side") == "in"]
            if has_id:
                return any(self._key_of(item) == event_key for item in items)
            return bool(text) and any(text_of(item) == text for item in items)
        except (Rejected, LookupError, TypeError, AttributeError):
            return False  # no such dialogue, or no answer of theirs: what is not seen there stays here

    def account(self) -> AccountState:
        """Return until when the line is paid, and what of the set-up it does not hold."""
        wanted = self._line.license_id
        licence = next((one for one in self.licences() if one.id == wanted), None)
        if licence is None:
            return AccountState(notes=("licence_missing",))
        missing = [f"{line.channel}_missing" for line in self._conf.lines if line.messenger not in licence.messengers]
        notes = (*(() if licence.is_paid else ("licence_not_paid",)), *missing)
        return AccountState(name=licence.name, paid_until=licence.paid_until, notes=notes)

    def licences(self) -> list[Licence]:
        """Return all lines of the account with the types of their messengers, foreign ones too, for the set-up."""
        return licences_of(self._asked("/v1/licenses"))

    def callbacks(self) -> Mapping[Line, str]:
        """Return where ChatApp calls back for the lines of the set-up, for all events that we read."""
        found = self._asked("/v1/callbackUrls")
        return {line: url for line in self._conf.lines for url in _urls(found, line)}

    def callbacks_keep(self, url: str) -> list[Line]:
        """Have ChatApp call ``url`` for each line; return those that had to be told. A repeat tells none."""
        known = self.callbacks()
        told = [line for line in self._conf.lines if known.get(line) != url]
        for line in told:
            self._told("PUT", line, {"events": list(EVENTS), "url": url})
        return told

    def webhook_keep(self, url: str, secret: str, *, is_new: bool = False) -> bool:  # noqa: ARG002 - it signs nothing
        """See to it that ChatApp calls ``url`` for each line; return whether it had to be told."""
        return bool(self.callbacks_keep(url))

    def callbacks_end(self, url: str) -> list[Line]:
        """Have ChatApp call ``url`` no more; return the lines that did."""
        ended = [line for line, known in self.callbacks().items() if known == url]
        for line in ended:
            self._told("DELETE", line)
        return ended

    def _status(self, sent: SentMessage) -> DeliveryReport | None:
        try:
            item = next(item for item in self._history(sent.address) if _is_it(item, sent))
            at = datetime.fromtimestamp(int(item["time"]), tz=UTC)
            provider_id = column_word(item["id"])
        except (Rejected, StopIteration, LookupError, TypeError, ValueError, AttributeError, OverflowError):
            return None  # nothing of this message can be said; others may be found
        return DeliveryReport(
            event_key=f"{sent.reference}:history",
            state="accepted",
            occurred_at=at,
            reference=sent.reference,
            provider_id=provider_id,
        )

    def _history(self, chat: str) -> Sequence[Any]:
        """Return the last messages of a dialogue. An answer of another form raises the errors of reading it."""
        data = self._api.repeatable("GET", f"{self._line.messages_path(chat)}?limit={LATEST}&direction=prev")
        found: Sequence[Any] = data["items"]
        return found

    def _key_of(self, item: Mapping[str, Any]) -> str:
        return message_key(self._line.license_id, self._line.messenger, item["id"])

    def _asked(self, path: str) -> Sequence[Any]:
        try:
            found = self._api.repeatable("GET", path)
        except Rejected as error:
            raise Misconfigured(error.reason) from error
        if not isinstance(found, list):
            raise TemporarilyUnavailable("unreadable_answer")
        return found

    def _told(self, method: str, line: Line, payload: Mapping[str, Any] | None = None) -> None:
        try:
            self._api.repeatable(method, f"{line.path}/callbackUrl", payload)
        except Rejected as error:
            raise Misconfigured(error.reason) from error


def _urls(found: Sequence[Any], line: Line) -> list[str]:
    """Return the addresses that are called for a line with all events that we read."""
    return [
        str(one.get("url"))
        for one in found
        if isinstance(one, dict)
        and (str(one.get("licenseId")), one.get("messengerType")) == (line.license_id, line.messenger)
        and set(EVENTS) <= set(one.get("events") or ())
    ]


def _is_it(item: Mapping[str, Any], sent: SentMessage) -> bool:
    if item.get("side") != "out":
        return False
    origin = item.get("fromApp") or {}
    tracking = item.get("tracking") or origin.get("tracking")
    return tracking == sent.reference or column_word(item.get("id")) == sent.provider_id
