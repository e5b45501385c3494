"""SMS.RU over HTTP: up to 100 different texts a call, statuses by its ids, balance and prices.

A good answer may refuse single phones: each one is read. Two messages to one phone never go in one call, where the
second would take the place of the first.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from notify.channels.base import (
    Accepted,
    AccountState,
    Capabilities,
    ChannelError,
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
from notify.channels.sms_batches import Group, grouped, sent_in_calls
from notify.channels.sms_phones import digits_of, moment_of, money_of
from notify.channels.smsru.api import SmsruApi, SmsruConf, code_of
from notify.channels.smsru.webhook import report

BATCH: Final = 100
LATIN_OF_EIGHT_PARTS: Final = 8 * 153
LONGEST_TTL_MINUTES: Final = 1440


class SmsruChannel(HttpChannel):
    """Sends up to `BATCH` messages a call."""

    def __init__(self, conf: SmsruConf) -> None:
        carries = Capabilities(
            provider=conf.name, text_limit=LATIN_OF_EIGHT_PARTS, call_seconds=CALL_SECONDS, batch=BATCH
        )
        self._conf, self._api = conf, SmsruApi(conf)
        super().__init__(conf.url, carries, self._api.client)

    def send(self, message: OutboundMessage) -> Outcome:
        """Hand over one message."""
        return self.send_batch([message])[0]

    def send_batch(self, messages: Sequence[OutboundMessage]) -> Sequence[Outcome]:
        """Hand over the messages, each phone once a call."""
        return sent_in_calls(messages, _groups(messages), self._hand_over)

    def statuses(self, sent: Sequence[SentMessage]) -> Sequence[DeliveryReport]:
        """Ask for those that have an id of SMS.RU, a hundred a call; for others there is no question."""
        known = [one for one in sent if one.provider_id]
        return [
            found for start in range(0, len(known), BATCH) for found in self._statuses(known[start : start + BATCH])
        ]

    def account(self) -> AccountState:
        """Return the balance."""
        return AccountState(balance=money_of(self._ask("my/balance", {}).get("balance")), currency="RUB")

    def price(self, messages: Sequence[OutboundMessage]) -> Decimal:
        """Return what these would cost; nothing is sent."""
        answers = [self._api.ask("sms/cost", self._content(group)) for group in _groups(messages)]
        return sum((money_of(answer.get("total_cost")) for answer in answers), Decimal(0))

    def _hand_over(self, group: Group, seconds: float) -> Sequence[Outcome]:
        try:
            found = self._api.call("sms/send", self._content(group), seconds=seconds)
        except OutcomeUnknown as error:
            return [error for _ in group]
        rows = _rows(found.get("sms"))
        return _settled([self._outcome(message, rows.get(digits_of(message.address))) for message in group])

    def _outcome(self, message: OutboundMessage, row: Mapping[str, Any] | None) -> Accepted | ChannelError:
        if row is None:
            return OutcomeUnknown("not_in_answer")
        code, name = code_of(row), column_word(row.get("sms_id"))
        if code == 100 or (code is None and row.get("status") == "OK"):
            return Accepted(message.reference, name) if name else OutcomeUnknown("no_id")
        return OutcomeUnknown("unreadable_answer") if code is None else self._api.meaning(code)

    def _content(self, group: Group) -> dict[str, str]:
        """Return the fields of a call that hands over these messages."""
        fields = {f"to[{digits_of(message.address)}]": message.text for message in group}
        minutes = _ttl(group[0])
        return {
            **fields,
            **({"from": self._conf.sender} if self._conf.sender else {}),
            **({"ttl": str(minutes)} if minutes else {}),
            **({"test": "1"} if self._conf.is_test else {}),
            "translit": "0",
        }

    def _statuses(self, sent: Sequence[SentMessage]) -> list[DeliveryReport]:
        rows = self._ask("sms/status", {"sms_id": ",".join(one.provider_id for one in sent)}).get("sms")
        found = rows if isinstance(rows, dict) else {}
        reports = []
        for one in sent:
            row = found.get(one.provider_id)
            code = code_of(row) if isinstance(row, dict) else None
            if code is not None:
                reports.append(
                    report(one.provider_id, code, moment_of(None), barred=self._conf.barred, reference=one.reference)
                )
        return reports

    def _ask(self, path: str, fields: Mapping[str, str]) -> dict[str, Any]:
        """Make a call that is about no single message."""
        try:
            return self._api.ask(path, fields)
        except Rejected as error:
            raise TemporarilyUnavailable(error.reason) from error


def _groups(messages: Group) -> list[list[OutboundMessage]]:
    return grouped(messages, alike=_ttl, apart=lambda message: digits_of(message.address))


def _settled(found: Sequence[Accepted | ChannelError]) -> list[Outcome]:
    """Return the outcomes of a call; what one phone was told of the whole account is later for it.

    Raises it where SMS.RU surely has nothing of the call.
    """
    troubles = [one for one in found if isinstance(one, Misconfigured | TemporarilyUnavailable)]
    if troubles and not any(isinstance(one, Accepted | OutcomeUnknown) for one in found):
        raise troubles[0]
    return [
        TemporarilyUnavailable(one.reason) if isinstance(one, Misconfigured) else one
        for one in found
        if isinstance(one, Accepted | Misconfigured | Rejected | OutcomeUnknown | TemporarilyUnavailable)
    ]


def _rows(found: object) -> dict[str, Mapping[str, Any]]:
    if not isinstance(found, dict):
        return {}
    return {digits_of(phone): row for phone, row in found.items() if isinstance(row, dict)}


def _ttl(message: OutboundMessage) -> int:
    """Return how long a message is worth something, in minutes of the API; 0 for ever."""
    return min(max(message.valid_seconds // 60, 1), LONGEST_TTL_MINUTES) if message.valid_seconds else 0
