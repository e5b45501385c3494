"""What ChatApp tells us, in the two shapes that its public clients meet. Pure.

The common one is an envelope of several items of one kind; a scenario of ChatApp posts a flat object instead. Neither
is signed: the secret half of our address stands for it. Our own messages come back too and are skipped, for a bot that
reads them answers itself. What people of the company write in ChatApp comes back like them, and is told where dialogues
are led there. A message opens no dialogue with our own bot: there are no `DialogueEvent`.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from notify.channels.base import Rejected
from notify.channels.chatapp.lines import Line
from notify.channels.chatapp.words import STATES, code_of, word_of
from notify.channels.columns import LONGEST_ACCOUNT, LONGEST_TEXT, LONGEST_WORD, column_word
from notify.channels.events import (
    UNREADABLE,
    CabinetText,
    DeliveryReport,
    Event,
    InboundText,
    PlainAnswer,
    items_read,
)

MIME_KINDS: Final[Mapping[str, str]] = {"image": "image", "video": "video", "audio": "audio"}
"""The first half of a type of a file, and our word; any other is ``file``."""
TYPE_KINDS: Final[Mapping[str, str]] = {"contact": "contact", "location": "location", "sticker": "sticker"}

OUR_SIDE: Final = frozenset({"employee", "manager", "system", "bot", "assistant", "operator", "admin", "api"})
"""Senders of a flat object that are no customer."""

AUTOMATIC: Final = "auto"
"""In the ``tracking`` of what a robot of another system has sent (help page «opening and closing a dialog»)."""


class ChatAppWebhook(PlainAnswer):
    """Reads what comes of the lines of one set-up. ``clock`` dates a flat object without a time.

    With ``has_cabinet`` it reads what was said in ChatApp too; what ``app_id`` has sent is ours.
    """

    def __init__(
        self,
        *,
        lines: Sequence[Line],
        app_id: str = "",
        has_cabinet: bool = False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._channels = {(line.license_id, line.messenger): line.channel for line in lines}
        self._app_id, self._has_cabinet, self._clock = app_id, has_cabinet, clock

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:  # noqa: ARG002 - the protocol's signature
        """Return True: ChatApp signs nothing. The site has compared the secret half of the address before."""
        return True

    def read(self, body: bytes) -> list[Event]:
        """Understand the items of a call. Empty for the empty call at registration, and for other lines."""
        if not body.strip():
            return []
        try:
            found = json.loads(body)
            return list(self._events(found)) if found else []
        except UNREADABLE as error:
            raise Rejected("unreadable") from error

    def _events(self, found: Mapping[str, Any]) -> Iterator[Event]:
        if "meta" not in found:
            yield from self._flat(found.get("body") or found)
            return
        meta = found["meta"]
        channel = self._channels.get((str(meta["licenseId"]), meta["messengerType"]))
        readers = {"message": self._message, "messageStatus": _report}
        if channel is not None and (reader := readers.get(meta["type"])):
            yield from items_read(found["data"], partial(reader, channel, meta))

    def _message(self, channel: str, meta: Mapping[str, Any], item: Mapping[str, Any]) -> Iterator[Event]:
        """Read one message of a dialogue with a person, of either side. Groups are nothing to us."""
        if item["chat"].get("type", "private") != "private":
            return
        if item.get("side") == "in" and not item.get("fromMe"):
            yield from _written(channel, meta, item)
        elif self._has_cabinet and (item.get("side") == "out" or item.get("fromMe")):
            origin = item.get("fromApp") or {}
            if not self._app_id or origin.get("id") != self._app_id:
                yield from _said(channel, meta, item, column_word(origin.get("tracking")))

    def _flat(self, found: Mapping[str, Any]) -> Iterator[Event]:
        """Read one message of a scenario. Names of its fields differ by who has set the scenario up."""
        chat = column_word(_first(found, "id_chat", "idChat", "chat_id", "chatId"))
        licence = str(_first(found, "license", "license_id", "licenseId"))
        messenger = _first(found, "messenger", "messenger_type", "messengerType")
        if not chat:
            raise ValueError("no dialogue")
        channel = self._channels.get((licence, messenger))
        sender = str(_first(found, "sender", "from_type") or "").casefold()
        text = column_word(_first(found, "message", "text", "caption"), LONGEST_TEXT)
        attachments = ("file",) if _first(found, "file_link", "fileLink", "file_url") else ()
        if channel is None or any(word in sender for word in OUR_SIDE) or not (text or attachments):
            return
        written = str(_first(found, "datetime", "date", "time") or "")
        yield InboundText(
            channel=channel,
            account=_account(channel, chat, _first(found, "email")),
            chat=chat,
            occurred_at=_moment(written) or self._clock(),
            text=text,
            event_key=_hash(licence, messenger, chat, written, text),
            attachments=attachments,
        )


def _report(_channel: str, meta: Mapping[str, Any], item: Mapping[str, Any]) -> Iterator[Event]:
    """Read one state of a message of ours. They come in any order; the moments are ChatApp's own."""
    identity, state = column_word(item["id"]), str(item["type"])
    failure = item.get("error")
    origin = item.get("fromApp") or {}
    yield DeliveryReport(
        event_key=_key(meta["licenseId"], meta["messengerType"], identity, state, "failed" if failure else ""),
        state="failed" if failure else STATES.get(state, "unknown"),
        occurred_at=datetime.fromtimestamp(int(item["time"]), tz=UTC),
        reference=column_word(origin.get("tracking")),
        provider_id=identity,
        detail=column_word(word_of(code_of({"error": failure})) if failure else state),
    )


def _written(channel: str, meta: Mapping[str, Any], item: Mapping[str, Any]) -> Iterator[InboundText]:
    """Read what a person wrote."""
    chat, text, attachments = item["chat"], text_of(item), tuple(_attachments(item))
    if not (text or attachments):
        return
    identity = column_word(chat["id"])
    yield InboundText(
        channel=channel,
        account=_account(channel, identity, chat.get("email") or (item.get("fromUser") or {}).get("email")),
        chat=identity,
        occurred_at=datetime.fromtimestamp(int(item["time"]), tz=UTC),
        text=text,
        event_key=message_key(meta["licenseId"], meta["messengerType"], item["id"]),
        attachments=attachments,
    )


def _said(channel: str, meta: Mapping[str, Any], item: Mapping[str, Any], tracking: str) -> Iterator[CabinetText]:
    """Read what was said to a person, by people in ChatApp or by another system there."""
    chat, text, attachments = item["chat"], text_of(item), tuple(_attachments(item))
    if not (text or attachments):
        return
    identity = column_word(chat["id"])
    yield CabinetText(
        channel=channel,
        account=_account(channel, identity, chat.get("email")),
        chat=identity,
        occurred_at=datetime.fromtimestamp(int(item["time"]), tz=UTC),
        text=text,
        event_key=_key(meta["licenseId"], meta["messengerType"], item["id"], "said"),
        attachments=attachments,
        reference=tracking,
        provider_id=column_word(item["id"]),
        is_automatic=AUTOMATIC in tracking.casefold(),
    )


def message_key(license_id: object, messenger: object, identity: object) -> str:
    """Return the name of what a person wrote, the same in a call and in the list of messages."""
    return _key(license_id, messenger, identity, "message")


def text_of(item: Mapping[str, Any]) -> str:
    """Return the words of a message, empty for one without."""
    said = item.get("message") or {}
    return column_word(said.get("text") or said.get("caption"), LONGEST_TEXT)


def _attachments(item: Mapping[str, Any]) -> Iterator[str]:
    said = item.get("message") or {}
    if kind := TYPE_KINDS.get(str(item.get("type"))):
        yield kind
    elif file := said.get("file"):
        yield MIME_KINDS.get(str(file.get("mimeType")).partition("/")[0], "file")


def _account(channel: str, chat: str, email: object) -> str:
    """Return the contact in our own form: of a letter the address, else what we write to, the dialogue itself."""
    return column_word(email or chat, LONGEST_ACCOUNT).strip().lower() if channel == "email" else chat


def _key(*parts: object) -> str:
    """Name an event by what makes it one; a long name by its hash."""
    name = ":".join(str(part) for part in parts)
    return column_word(name) if len(name) <= LONGEST_WORD else _hash(name)


def _hash(*parts: object) -> str:
    return hashlib.sha256("\0".join(str(part) for part in parts).encode("utf-8", "surrogatepass")).hexdigest()


def _moment(text: str) -> datetime | None:
    """Return a time in unix seconds or in ISO form with a zone; None for any other."""
    try:
        if text.isascii() and text.isdigit():
            return datetime.fromtimestamp(int(text), tz=UTC)
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.tzinfo else None


def _first(found: Mapping[str, Any], *names: str) -> Any:
    return next((found[name] for name in names if found.get(name) is not None), None)
