"""What providers tell us, and how a provider's webhook is verified and read. Pure."""

import hmac
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final, Literal, Protocol, TypeVar

from notify.channels.base import AddressFault, Rejected, SentMessage

ReportState = Literal["accepted", "delivered", "failed", "unknown"]
"""Our words for what a provider reports; values of `notify.enums.MessageState`."""


UNREADABLE: Final = (ValueError, LookupError, TypeError, AttributeError, OverflowError, OSError, RecursionError)
"""Errors of reading what is not of the form that a provider describes."""

Item = TypeVar("Item")
Told = TypeVar("Told")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """What became of one message, found by our ``reference`` or by ``provider_id``.

    ``event_key`` is the same for a repeat of the event, and differs between two events of one provider.
    """

    event_key: str
    state: ReportState
    occurred_at: datetime
    reference: str = ""
    provider_id: str = ""
    detail: str = ""
    """A short word of a table."""
    address_fault: AddressFault = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueEvent:
    """A person has opened or ended the dialogue. ``payload`` is the linking token that they came with, or empty."""

    channel: str
    kind: Literal["started", "stopped"]
    account: str
    chat: str
    occurred_at: datetime
    payload: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundText:
    """What a person has written to us. ``account`` is a contact in our own form (a phone in E.164).

    ``event_key`` is the provider's own name of this message, the same for a repeat.
    """

    channel: str
    account: str
    chat: str
    occurred_at: datetime
    text: str
    event_key: str = ""
    attachments: tuple[str, ...] = ()
    """Kinds of what was sent along: image, video, audio, file, contact, location, sticker, other."""
    subject: str = ""
    """Of a letter."""
    in_reply_to: str = ""
    """Our ``reference`` or the provider's id of the message that is answered, where the provider says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CabinetText:
    """What was said to a person in the provider's own cabinet: by people of the company, or by a robot of its own.

    Our own messages may come back as one, known by ``reference`` or ``provider_id``.
    """

    channel: str
    account: str
    chat: str
    occurred_at: datetime
    text: str
    event_key: str
    attachments: tuple[str, ...] = ()
    reference: str = ""
    provider_id: str = ""
    is_automatic: bool = False
    """A robot has said it: nobody has read what the person wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneProof:
    """A person has shared the number of their own account, and the provider has vouched for it."""

    channel: str
    account: str
    chat: str
    phone: str
    """In E.164."""
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A person has called a message of ours unwanted, found like a `DeliveryReport`."""

    event_key: str
    occurred_at: datetime
    reference: str = ""
    provider_id: str = ""
    is_unsubscribe: bool = False
    """The person pressed «отписаться» at the provider."""


Event = DeliveryReport | DialogueEvent | InboundText | CabinetText | PhoneProof | Complaint


class Webhook(Protocol):
    """How a provider calls us back."""

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Return whether a call is theirs, in constant time. False where no secret is set."""

    def read(self, body: bytes) -> Sequence[Event]:
        """Understand a call that was verified. Raises `Rejected` for what is not readable; skips what is not for us."""

    def answer(self, body: bytes) -> str:
        """Return the body of our answer with 200, as this provider wants it; most do not care."""


class SecretInBody(Protocol):
    """A webhook whose provider repeats the secret in the body of each call."""

    def without_secret(self, body: bytes) -> bytes:
        """Return what may be kept of a call that was verified; it reads as the call itself."""


class StatusLookup(Protocol):
    """An adapter whose provider tells what became of a message when asked. Safe calls."""

    def statuses(self, sent: Sequence[SentMessage]) -> Sequence[DeliveryReport]:
        """Return reports for those of ``sent`` that the provider knows something of; it may know fewer.

        One that the provider surely never got is reported ``failed`` with the detail ``not_found``. Raises
        `TemporarilyUnavailable` or `Misconfigured`.
        """


class WebhookKeeper(Protocol):
    """An adapter that tells the provider by a call where to call us. Safe calls."""

    def webhook_keep(self, url: str, secret: str, *, is_new: bool = False) -> bool:
        """See to it that the provider calls ``url``; return whether it had to be told.

        ``is_new``: tell it in any case, for the secret has changed. Raises `TemporarilyUnavailable` or `Misconfigured`.
        """


class CabinetLook(Protocol):
    """An adapter of a provider in whose cabinet people of the company answer. A safe call."""

    def cabinet_holds(self, *, chat: str, event_key: str, text: str) -> bool:
        """Return whether the cabinet shows this message of a person, so that it can be left there.

        Raises `TemporarilyUnavailable` or `Misconfigured`.
        """


class Listener(Protocol):
    """An adapter of a process of its own, to which the provider speaks over the same connection."""

    keep: Callable[[bytes], None]
    """Called in another thread for each call of the provider; it has stored the body when it returns."""


class PlainAnswer:
    """The part of a `Webhook` whose provider looks at the status alone."""

    def answer(self, body: bytes) -> str:  # noqa: ARG002 - the protocol's signature
        """Return a plain ok."""
        return "ok"


class SecretInHeader(PlainAnswer):
    """The part of a `Webhook` that verifies calls by a secret in a header. No secret fits nothing.

    During a rotation the old and the new one are both in force.
    """

    header: ClassVar[str]

    def __init__(self, secrets: Sequence[str]) -> None:
        """Take the secrets in force."""
        self._secrets = secrets

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:  # noqa: ARG002 - the protocol's signature
        """Compare the header with every secret in force, in constant time."""
        lower = {name.lower(): value for name, value in headers.items()}
        given = lower.get(self.header.lower(), "").encode()
        fits = [hmac.compare_digest(given, secret.encode()) for secret in self._secrets if secret]
        return any(fits)


def items_read(items: Collection[Item], read: Callable[[Item], Iterable[Told]]) -> list[Told]:
    """Return what the items of one call tell; one that is broken does not spoil the others.

    Raises Rejected when none of them can be read.
    """
    told: list[Told] = []
    broken = 0
    for item in items:
        try:
            told += list(read(item))
        except UNREADABLE:
            broken += 1
    if broken and broken == len(items):
        raise Rejected("unreadable")
    return told
