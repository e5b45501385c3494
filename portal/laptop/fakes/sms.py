"""What the fakes of SMS providers over HTTP have in common: inboxes of phones, and reports that come when told."""

import itertools
from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar, Final

from portal.laptop.fakes.lasting import Kept
from portal.laptop.fakes.server import Courier, HttpFake

MAGIC: Final = "7900"


@dataclass(slots=True, kw_only=True)
class TakenSms:
    """A message that the fake took. ``statuses`` are all that it went through, the last one stands."""

    provider_id: str
    phone: str
    text: str
    sender: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    statuses: list[int] = field(default_factory=list)

    @property
    def status(self) -> int:
        """Return where the message stands."""
        return self.statuses[-1]


class SmsFake(HttpFake):
    """A provider of SMS.

    ``fake.phone("+79161234512")`` are the messages that a phone got; ``fake.taken`` all of them, ``fake.balance`` the
    money. With a ``callback_url`` reports are called back: ``report_after`` seconds later, each ``report_times``
    times, the last status first when ``is_shuffled``. `magic` phones stand for codes: +7900 and one digit for what
    happens, then six digits of the code (``+7900 1 000201``).
    """

    on_the_way: ClassVar[int]
    delivered: ClassVar[int]

    def __init__(self, *, port: int = 0, callback_url: str = "") -> None:
        super().__init__(port=port)
        self.callback_url = callback_url
        self.taken: list[TakenSms] = []
        self.balance = Decimal("1000.00")
        self.report_after = 0.0
        self.report_times = 1
        self.is_shuffled = False
        self.courier = Courier(pauses=(0.05, 0.1, 0.2))
        self._numbers = itertools.count(1)

    def kept(self) -> Iterable[Kept]:
        """Return what grows with each call."""
        return [*super().kept(), self.taken, self.courier.answers]

    def phone(self, number: str) -> list[TakenSms]:
        """Return what a phone got, in the order of sending."""
        digits = number.lstrip("+")
        with self.lock:
            return [sms for sms in self.taken if sms.phone == digits]

    @abstractmethod
    def callback(self, sms: TakenSms, status: int) -> tuple[Mapping[str, str], bytes]:
        """Return the headers and the body of a report."""

    def is_enough(self, status: int, body: bytes) -> bool:  # noqa: ARG002 - subclasses look at the body
        """Return whether an answer to a report is the one that the provider wants."""
        return status == 200

    def take(self, sms: TakenSms, statuses: Sequence[int]) -> TakenSms:
        """Keep a message, and report on it."""
        sms.statuses = list(statuses)
        self.taken.append(sms)
        order = reversed(sms.statuses) if self.is_shuffled else sms.statuses
        for status in order:
            self.report(sms, status)
        return sms

    def report(self, sms: TakenSms, status: int) -> None:
        """Call back with one status, as often as told."""
        for _ in range(self.report_times if self.callback_url else 0):
            self.call_back(*self.callback(sms, status))

    def call_back(self, headers: Mapping[str, str], body: bytes) -> None:
        """Call the site when the time comes."""
        self.courier.send(lambda: (self.callback_url, headers, body), after=self.report_after, accepts=self.is_enough)

    def fate(self, digits: str) -> list[int]:
        """Return the statuses of a phone that is no magic one of a final status."""
        final = magic(digits, 2)
        return [self.on_the_way, self.delivered if final is None else final]


def magic(digits: str, kind: int) -> int | None:
    """Return the code that a magic phone of a kind stands for, None for another phone."""
    start = f"{MAGIC}{kind}"
    return int(digits[len(start) :]) if len(digits) == 11 and digits.startswith(start) else None


def magic_phone(kind: int, code: int) -> str:
    """Return the phone of a kind for a code."""
    return f"+{MAGIC}{kind}{code:06}"
