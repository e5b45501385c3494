"""What a channel adapter promises. No Django, no database, no Celery in this package.

How to add a provider: write one module with a class that fulfils `ChannelAdapter`, one visible table from the
provider's words to `State`, and a line in `notify.channels.registry`; subclass the test cases of
``tests/notify/channels/cases.py``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol

ReportState = Literal["accepted", "delivered", "failed", "unknown"]
"""Our words for what a provider reports; values of `notify.enums.MessageState`."""

TEXT_LIMITS: Final[Mapping[str, int]] = {"max": 4000}
"""Characters that a network takes, whoever carries them there. Channels that are not named have no such limit."""


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
    """Our own fault: address, key or rights. The channel rests until a person mends it; no message is spent."""


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
    """What the provider can do. ``text_limit`` 0 means no limit; ``call_seconds`` bounds one call."""

    provider: str
    batch_size: int = 1
    per_second: int = 0
    parallel: int = 0
    honours_client_id: bool = False
    buttons: bool = False
    html: bool = False
    text_limit: int = 0
    call_seconds: float = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One event of the provider about one message, found by our ``reference`` or by ``provider_id``.

    ``event_key`` is the same for a repeat of the event.
    """

    event_key: str
    state: ReportState
    occurred_at: datetime
    reference: str = ""
    provider_id: str = ""
    detail: str = ""


class ChannelAdapter(Protocol):
    """One provider. An instance belongs to one worker and is used by one thread."""

    @property
    def capabilities(self) -> Capabilities:
        """What this provider can do; never changes."""

    def open(self) -> None:
        """Make ready to send. Raises `TemporarilyUnavailable` or `Misconfigured`; open twice is harmless."""

    def send(self, batch: Sequence[OutboundMessage]) -> list[Outcome]:
        """Hand over ``batch``, an outcome for each in order.

        Raises `TemporarilyUnavailable` or `Misconfigured` only while the provider has none of them.
        """

    def close(self) -> None:
        """Let go of the connection. Never raises."""

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> list[Report]:
        """Understand a call of the provider. Raises `Rejected` when it is not theirs or not readable."""
