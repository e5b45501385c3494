"""What a channel adapter and a provider's webhook promise. No Django, no database, no Celery in this package.

How to add a provider: `docs/channels/adding.md`.
"""

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal, Protocol

ReportState = Literal["accepted", "delivered", "failed", "unknown"]
"""Our words for what a provider reports; values of `notify.enums.MessageState`."""


class ChannelError(Exception):
    """Root of what an adapter may raise or return. ``reason`` is a short word, never an address or a text."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


class TemporarilyUnavailable(ChannelError):
    """The provider surely has nothing and says "later". Returned: this message. Raised: the whole channel."""

    def __init__(self, reason: str = "", retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Rejected(ChannelError):
    """The provider will never take this message."""


class OutcomeUnknown(ChannelError):
    """The provider may or may not have it. Never repeated by a machine."""


class Misconfigured(ChannelError):
    """Our own fault: address, key or rights. The channel cools down until a person mends it; no message is spent."""


@dataclass(frozen=True, slots=True)
class Button:
    """A link under a message, where the channel can show one."""

    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundMessage:
    """One message, ready to leave. ``reference`` is our own id, unique for ever."""

    reference: str
    address: str
    text: str
    subject: str = ""
    html: str = ""
    buttons: tuple[Button, ...] = ()
    sender_name: str = ""
    unsubscribe_url: str = ""
    feedback_id: str = ""
    is_automatic: bool = False
    """An answer to what the person just did (a code): marked so that machines do not reply to it."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has it. ``provider_id`` is its own name for the message, if it gave one."""

    reference: str
    provider_id: str = ""


Outcome = Accepted | Rejected | OutcomeUnknown | TemporarilyUnavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What the provider can carry of what the channel allows; the rest is left out before the call.

    Buttons become lines of the text, HTML is dropped, a longer text is not sent. ``text_limit`` 0 means no limit of
    the provider's own; ``call_seconds`` bounds one call and must stay below the lease of a message that is being sent.
    """

    provider: str
    buttons: bool = False
    html: bool = False
    text_limit: int = 0
    call_seconds: float = 20.0


class ChannelAdapter(Protocol):
    """One provider on one channel. An instance belongs to one worker and is used by one thread."""

    @property
    def capabilities(self) -> Capabilities:
        """Return what this provider can do; the answer never changes."""

    def open(self) -> None:
        """Make ready to send. Raises `TemporarilyUnavailable` or `Misconfigured`; open twice is harmless."""

    def send(self, message: OutboundMessage) -> Outcome:
        """Hand over one message.

        Raises `TemporarilyUnavailable` or `Misconfigured` only where the provider surely has nothing.
        """

    def close(self) -> None:
        """Let go of the connection. Never raises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """What became of one message, found by our ``reference`` or by ``provider_id``.

    ``event_key`` is the same for a repeat of the event.
    """

    event_key: str
    state: ReportState
    occurred_at: datetime
    reference: str = ""
    provider_id: str = ""
    detail: str = ""


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
    """What a person has written to us."""

    channel: str
    account: str
    chat: str
    occurred_at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A person has called a message of ours unwanted, found like a `DeliveryReport`."""

    event_key: str
    occurred_at: datetime
    reference: str = ""
    provider_id: str = ""


Event = DeliveryReport | DialogueEvent | InboundText | Complaint


class Webhook(Protocol):
    """How a provider calls us back."""

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Return whether a call is theirs, in constant time. False where no secret is set."""

    def read(self, body: bytes) -> Sequence[Event]:
        """Understand a call that was verified. Raises `Rejected` for what is not readable; skips what is not for us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One provider as the settings describe it. A provider may serve several channels, and a channel have several."""

    name: str
    channels: tuple[str, ...] = ()
    adapter: Callable[[str], ChannelAdapter] | None = None
    """Makes a new adapter for one of ``channels``."""
    webhook: Webhook | None = None


class SecretInHeader:
    """The half of a `Webhook` that verifies calls by a secret in a header. No secret fits nothing.

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


def secrets_of(setting: str) -> tuple[str, ...]:
    """Cut a setting with one secret or, separated by blanks or commas, several."""
    return tuple(setting.replace(",", " ").split())
