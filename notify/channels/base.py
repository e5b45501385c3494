"""What a channel adapter promises. No Django, no database, no Celery in this package.

How to add a provider: `docs/channels/adding.md`. What providers tell us: `notify.channels.events`.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, Protocol

AddressFault = Literal["", "dead", "soft", "closed", "barred"]
"""What a failure says of the contact itself; empty: nothing.

``dead``: there is no such number or mailbox. ``soft``: it takes nothing for now (full, switched off for days).
``closed``: its owner has not opened a dialogue with us, or has ended it. ``barred``: the subscriber has forbidden
mailings at the operator (126-FZ art. 44.1): never again over this channel, another one is proposed.
"""


class ChannelError(Exception):
    """Root of what an adapter may raise or return. ``reason`` is a short word, never an address or a text."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


class TemporarilyUnavailable(ChannelError):
    """The provider surely has nothing and says "later". Returned: this message. Raised: the whole provider.

    ``was_asked`` False: it was not even called for this message, so that no attempt is spent.
    """

    def __init__(self, reason: str = "", retry_after: float | None = None, *, was_asked: bool = True) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.was_asked = was_asked


class Rejected(ChannelError):
    """The provider will never take this message."""

    def __init__(self, reason: str = "", address_fault: AddressFault = "") -> None:
        super().__init__(reason)
        self.address_fault: AddressFault = address_fault


class OutcomeUnknown(ChannelError):
    """The provider may or may not have it. Never repeated by a machine.

    ``provider_id`` is the name that we chose for it before the call, where the provider takes one: by it
    `StatusLookup` finds out what became of it.
    """

    def __init__(self, reason: str = "", provider_id: str = "") -> None:
        super().__init__(reason)
        self.provider_id = provider_id


class Misconfigured(ChannelError):
    """Our own fault: address, key, rights or an empty account.

    The provider cools down until a person mends it; no message is spent.
    """


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message, where the channel can show one. Without ``url`` a press sends ``text`` to us."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture with a message, where the channel can show one. The end of ``name`` tells its format.

    ``key`` names its content, whatever message it is in. ``read`` brings that, and is called only where the provider
    must be given it: it raises `TemporarilyUnavailable` where it cannot.
    """

    name: str
    key: str
    read: Callable[[], bytes] = field(repr=False, compare=False)


def image_of(name: str, content: bytes) -> Image:
    """Return a picture whose content is at hand."""
    return Image(name, hashlib.sha256(content).hexdigest(), lambda: content)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageLimits:
    """What a picture may be at most: ``size`` in bytes, ``side`` in pixels, either way."""

    size: int
    side: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundMessage:
    """One message, ready to leave. ``reference`` is our own id, unique for ever."""

    reference: str
    address: str
    text: str
    subject: str = ""
    html: str = ""
    buttons: tuple[Button, ...] = ()
    image: Image | None = None
    sender_name: str = ""
    unsubscribe_url: str = ""
    feedback_id: str = ""
    is_automatic: bool = False
    """An answer to what the person just did (a code): marked so that machines do not reply to it."""
    valid_seconds: int = 0
    """After that it is worth nothing (a code); 0: no limit."""
    provider_id: str = ""
    """Under which name the provider will know it, where that is ours to choose (`Naming`)."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has it. ``provider_id`` is its own name for the message, ``parts`` what it will charge, if given."""

    reference: str
    provider_id: str = ""
    parts: int = 0


Outcome = Accepted | Rejected | OutcomeUnknown | TemporarilyUnavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What the provider can carry of what the channel allows; the rest is left out before the call.

    Buttons become lines of the text, HTML is dropped, a longer text is not sent, nor is one with a picture where
    ``images`` is None. ``text_limit`` 0 means no limit of the provider's own; ``call_seconds`` bounds one call and must
    stay below the lease of a message that is being sent.
    """

    provider: str
    buttons: bool = False
    html: bool = False
    images: ImageLimits | None = None
    text_limit: int = 0
    call_seconds: float = 20.0
    batch: int = 1
    """Most messages, each with a text of its own, of one call; more than 1: the adapter is a `BatchAdapter`."""
    per_second: int = 0
    """Most messages a second that the provider bears; 0: no limit is known."""


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


class BatchAdapter(ChannelAdapter, Protocol):
    """An adapter that hands over several messages by one call."""

    def send_batch(self, messages: Sequence[OutboundMessage]) -> Sequence[Outcome]:
        """Hand over 1 to ``capabilities.batch`` messages; return an outcome for each, in their order.

        Raises as `send`, only where the provider surely has none of them.
        """


class Naming(Protocol):
    """An adapter that chooses the provider's names of messages by the call that they go in.

    The names are stored before the call, so that `StatusLookup` finds the messages of a worker that was killed.
    """

    def named(self, messages: Sequence[OutboundMessage]) -> Sequence[OutboundMessage]:
        """Return the messages of one call with `provider_id`; fewer of them may be sent, under the same names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMessage:
    """A message whose outcome we ask for."""

    reference: str
    provider_id: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountState:
    """What an adapter's `Account.account` found out about our account with the provider; None: it does not say."""

    name: str = ""
    """How the provider calls it: of a bot, its name in links."""
    balance: Decimal | None = None
    currency: str = ""
    paid_until: str = ""
    """Day in ISO form."""
    notes: tuple[str, ...] = ()
    """Short words of a table, for a person to act upon."""


class Account(Protocol):
    """An adapter that can look at our account. Safe calls: nothing is sent, nothing is changed."""

    def account(self) -> AccountState:
        """Return the state of the account. Raises `TemporarilyUnavailable` or `Misconfigured`."""


class Pricing(Protocol):
    """An adapter whose provider tells a price before anything is sent."""

    def price(self, messages: Sequence[OutboundMessage]) -> Decimal:
        """Return what these would cost, in the currency of the account. Raises as `Account.account`, and `Rejected`."""
