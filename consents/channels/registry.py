"""The channels there are, and the two types of their codes.

A channel is a legal way to write to a customer. Foreign messengers are never one of them. A code is stored in columns
without a list of choices, so that one more channel is no migration.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar, Final, Self, TypeVar

from consents.channels.app import APP
from consents.channels.email import EMAIL
from consents.channels.max import MAX
from consents.channels.sms import SMS
from consents.channels.spec import ChannelSpec, ContactKindSpec, Words
from consents.channels.vk import VK

CHANNELS: Final[dict[str, ChannelSpec]] = {
    spec.code: spec
    for spec in (
        MAX,
        SMS,
        EMAIL,
        VK,
        APP,
    )
}
"""One line a channel, in the order of preference: a person is counted and asked by the first that reaches them.

VK and the application stand last: whoever was reached before they were connected is counted as before. Of the two VK
comes first, for its account is tied by the person, and that of the application by the word of the company's backend.
"""

_C = TypeVar("_C", bound="_Code")


class _Codes(type):
    """Let a class of codes be walked like an enum."""

    def __iter__(cls: type[_C]) -> Iterator[_C]:  # type: ignore[misc]  # the classes of this metaclass are such
        return iter([cls(code) for code in cls.specs()])

    def __len__(cls: type[_C]) -> int:  # type: ignore[misc]  # as above
        return len(cls.specs())

    @property
    def values(cls: type[_C]) -> list[str]:  # type: ignore[misc]  # as above
        """Return all codes as plain text."""
        return [*cls.specs()]

    @property
    def choices(cls: type[_C]) -> list[tuple[str, Words]]:  # type: ignore[misc]  # as above
        """Return pairs of code and label, as forms take them."""
        return [(code, cls(code).label) for code in cls.specs()]


def _kinds() -> dict[str, ContactKindSpec]:
    found = {spec.contact.code: spec.contact for spec in CHANNELS.values()}
    return dict(sorted(found.items(), key=lambda pair: pair[1].place))


class _Code(str, metaclass=_Codes):
    """A code that is registered. Making one of another text raises ValueError."""

    __slots__ = ()
    specs: ClassVar[Callable[[], Mapping[str, ChannelSpec | ContactKindSpec]]]
    """Return what is declared, by code, in its order."""

    def __new__(cls, code: str) -> Self:
        if code not in cls.specs():
            raise ValueError(f"{code!r} is not a {cls.__name__}")
        return super().__new__(cls, code)

    @property
    def label(self) -> Words:
        """Return its name for people."""
        return self.__class__.specs()[self].label

    @property
    def value(self) -> str:
        """Return the code as plain text."""
        return str(self)


class ContactKind(_Code):
    """What kind of value a contact point holds. The kinds with code of their own have names here."""

    __slots__ = ()
    specs = staticmethod(_kinds)
    PHONE: ClassVar["ContactKind"]
    EMAIL: ClassVar["ContactKind"]
    MAX: ClassVar["ContactKind"]

    @classmethod
    def accounts(cls) -> list["ContactKind"]:
        """Return the kinds that are accounts of a messenger."""
        return [kind for kind in cls if kind.spec.is_account]

    @property
    def is_linked(self) -> bool:
        """Return whether its owner ties it from the personal page, by opening a dialogue with a linking token."""
        return self.spec.is_account and not self.spec.is_customer_number

    @property
    def spec(self) -> ContactKindSpec:
        """Return what is declared of it."""
        return _kinds()[self]

    @property
    def channel(self) -> "Channel":
        """Return the channel that is written in the ledger when such a contact is proven: the first that reaches it."""
        return self.channels[0]

    @property
    def channels(self) -> list["Channel"]:
        """Return the channels that reach contacts of this kind."""
        return [channel for channel in Channel if channel.spec.contact.code == self]

    def code_method(self, *, after_link: bool) -> str:
        """Return the `ProofMethod` of a code to such a contact. Raises ValueError where none goes."""
        if self.spec.code_methods is None:
            raise ValueError(f"no code goes to {self}")
        return self.spec.code_methods[0 if after_link else 1]

    def refuses_line(self, line_type: str) -> bool:
        """Return whether nothing arrives at a line of that type: a fixed one takes no SMS."""
        return all(line_type in channel.spec.lines_refused for channel in self.channels)

    def takes_messages(self, *, line_type: str, has_dialogue: bool) -> bool:
        """Return whether a message surely arrives at such a contact."""
        reaches = (channel.spec.reaches(line_type=line_type, has_dialogue=has_dialogue) for channel in self.channels)
        return any(reaches)


class Channel(_Code):
    """A legal way to write to a customer. The channels with code of their own have names here."""

    __slots__ = ()
    specs = staticmethod(lambda: CHANNELS)
    MAX: ClassVar["Channel"]
    SMS: ClassVar["Channel"]
    EMAIL: ClassVar["Channel"]

    @property
    def spec(self) -> ChannelSpec:
        """Return what is declared of it."""
        return CHANNELS[self]

    @property
    def kind(self) -> ContactKind:
        """Return the kind of contact that it reaches."""
        return ContactKind(self.spec.contact.code)


Channel.MAX, Channel.SMS, Channel.EMAIL = Channel(MAX.code), Channel(SMS.code), Channel(EMAIL.code)
ContactKind.PHONE, ContactKind.EMAIL, ContactKind.MAX = Channel.SMS.kind, Channel.EMAIL.kind, Channel.MAX.kind
