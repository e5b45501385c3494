"""SMSC.ru over HTTP: lists of different texts under an id of our own, statuses, balance and prices.

The id of a call is made from our references, so that an answer that was lost can be asked for. A list is one line a
message: a text of several lines, or with a bar that would look like a sender's name, goes by a call of its own.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

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
from notify.channels.columns import column_word
from notify.channels.events import DeliveryReport
from notify.channels.http import CALL_SECONDS, Answer
from notify.channels.http_channel import HttpChannel
from notify.channels.sms_batches import Group, grouped, sent_in_calls
from notify.channels.sms_phones import digits_of, fault_of, moment_of, money_of, number_of, tag_of
from notify.channels.smsc.reports import message_id, number_of_call, report
from notify.channels.smsc.words import ERRORS, NOT_FOUND, SENDING, TOO_MANY_SECONDS

FORM: Final = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
BATCH: Final = 100
TEXT_LIMIT: Final = 1000
LONGEST_VALID_MINUTES: Final = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SmscConf:
    """One account. ``api_key`` stands in place of login and password."""

    name: str
    url: str
    login: str = ""
    password: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    sender: str = ""
    barred: frozenset[int] = frozenset()


class SmscChannel(HttpChannel):
    """Sends up to `BATCH` messages a call."""

    def __init__(self, conf: SmscConf) -> None:
        carries = Capabilities(provider=conf.name, text_limit=TEXT_LIMIT, call_seconds=CALL_SECONDS, batch=BATCH)
        super().__init__(conf.url, carries)
        self._conf = conf

    def send(self, message: OutboundMessage) -> Outcome:
        """Hand over one message."""
        return self.send_batch([message])[0]

    def send_batch(self, messages: Sequence[OutboundMessage]) -> Sequence[Outcome]:
        """Hand over the messages by lists; two to one phone never go in one list."""
        return sent_in_calls(messages, _groups(messages), self._hand_over)

    def named(self, messages: Sequence[OutboundMessage]) -> Sequence[OutboundMessage]:
        """Name each message by the list that it goes in and by its phone."""
        names = {}
        for group in _groups(messages):
            number = number_of_call([message.reference for message in group])
            names.update({message.reference: message_id(number, message.address) for message in group})
        return [replace(message, provider_id=names[message.reference]) for message in messages]

    def statuses(self, sent: Sequence[SentMessage]) -> Sequence[DeliveryReport]:
        """Ask for all of them by one call: SMSC.ru answers one such question a minute.

        Without a ``provider_id`` the message is looked for as one that was sent alone; that it is not found then says
        nothing, for it may have been one of a list.
        """
        if not sent:
            return []
        numbers = [_number(one) or str(number_of_call([one.reference])) for one in sent]
        phones = [_phone(one.address) for one in sent]
        # The comma at the end keeps the answer a list where there is one message.
        found = self._ask("status.php", {"id": ",".join(numbers) + ",", "phone": ",".join(phones) + ","})
        rows = found if isinstance(found, list) else [found]
        if len(rows) != len(sent):
            raise TemporarilyUnavailable("unreadable_answer")
        reports = [self._report(one, number, row) for one, number, row in zip(sent, numbers, rows, strict=True)]
        return [one for one in reports if one is not None]

    def account(self) -> AccountState:
        """Return the balance."""
        found = self._ask("balance.php", {"cur": "1"})
        balance, currency = money_of(_field(found, "balance")), column_word(_field(found, "currency"))
        return AccountState(name=self._conf.login, balance=balance, currency=currency)

    def price(self, messages: Sequence[OutboundMessage]) -> Decimal:
        """Return what these would cost; nothing is sent."""
        calls = [{**self._content(group), "cost": "1"} for group in _groups(messages)]
        return sum((money_of(_field(self._read("send.php", call), "cost")) for call in calls), Decimal(0))

    def _hand_over(self, group: Group, seconds: float) -> Sequence[Outcome]:
        # A list that was refused and is cut keeps its number: messages of one number differ by their phones.
        number = _number(group[0]) or str(number_of_call([message.reference for message in group]))
        names = [message_id(number, message.address) for message in group]
        fields = {**self._content(group), "id": number, "op": "1"}
        try:
            found = _object(_read(self._call("send.php", fields, seconds=seconds)))
            if not found.get("id"):
                raise OutcomeUnknown("no_id")
        except OutcomeUnknown as error:
            return [OutcomeUnknown(error.reason, name) for name in names]
        return self._settled(group, names, found)

    def _settled(self, group: Group, names: Sequence[str], found: Mapping[str, Any]) -> list[Outcome]:
        """Return the outcome of each message of a call that was taken: single phones may be refused in it."""
        rows = found.get("phones")
        by_phone = {digits_of(column_word(row.get("phone"))): row for row in rows or [] if isinstance(row, dict)}
        parts = _count(found.get("cnt")) if len(group) == 1 else 0
        outcomes: list[Outcome] = []
        for message, name in zip(group, names, strict=True):
            row = by_phone.get(digits_of(message.address), {})
            if rows and not row:
                outcomes.append(OutcomeUnknown("not_in_answer", name))
            else:
                outcomes.append(self._refusal(row) or Accepted(message.reference, name, parts))
        return outcomes

    def _refusal(self, row: Mapping[str, Any]) -> Rejected | None:
        """Return why one phone of a list was refused, None where it was taken."""
        code, status = _count(row.get("error")), _count(row.get("status"))
        if not code and not status:
            return None
        reason, fault = ERRORS.get(code, (f"code_{code or status}", ""))
        return Rejected(reason, fault_of(code, fault, self._conf.barred))

    def _report(self, one: SentMessage, number: str, row: object) -> DeliveryReport | None:
        try:
            found = _object(row)
            status = number_of(found["status"])
        except (OutcomeUnknown, KeyError, ValueError, TypeError):
            return None
        if status == NOT_FOUND and not one.provider_id:
            return None
        provider_id = one.provider_id or message_id(number, one.address)
        at, error = moment_of(found.get("last_timestamp")), _count(found.get("err"))
        return report(provider_id, status, error, at, barred=self._conf.barred, reference=one.reference)

    def _content(self, group: Group) -> dict[str, str]:
        """Return the fields of a call that hands over these messages."""
        if len(group) == 1:
            fields = {"phones": _phone(group[0].address), "mes": group[0].text}
        else:
            fields = {"list": "\n".join(f"{_phone(message.address)}:{message.text}" for message in group)}
        if self._conf.sender:
            fields["sender"] = self._conf.sender
        minutes = _valid_minutes(group[0])
        if minutes:
            fields["valid"] = f"{minutes // 60:02}:{minutes % 60:02}"
        return {**fields, "translit": "0", "tinyurl": "0"}

    def _call(
        self, path: str, fields: Mapping[str, str], *, seconds: float = float("inf"), safe: bool = False
    ) -> Answer:
        conf = self._conf
        key = {"apikey": conf.api_key} if conf.api_key else {"login": conf.login, "psw": conf.password}
        content = urlencode({**key, "charset": "utf-8", "fmt": "3", **fields}).encode()
        url = f"{conf.url}/{path}"
        return self._client.call("POST", url, headers=FORM, content=content, is_safe=safe, seconds=seconds)

    def _read(self, path: str, fields: Mapping[str, str]) -> Any:
        """Make a call that changes nothing. Raises as `Account.account`, and `Rejected`."""
        try:
            return _read(self._call(path, fields, safe=True))
        except OutcomeUnknown as error:
            raise TemporarilyUnavailable(error.reason) from error

    def _ask(self, path: str, fields: Mapping[str, str]) -> Any:
        """Make a call that is about no single message."""
        try:
            return self._read(path, fields)
        except Rejected as error:
            raise TemporarilyUnavailable(error.reason) from error


def _object(found: object) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise OutcomeUnknown("unreadable_answer")
    return found


def _field(found: object, name: str) -> object:
    """Return what an answer says under ``name``, None where it says nothing."""
    return found.get(name) if isinstance(found, dict) else None


def _groups(messages: Group) -> list[list[OutboundMessage]]:
    return grouped(messages, alike=_kind, apart=lambda message: tag_of(message.address))


def _kind(message: OutboundMessage) -> object:
    """Return what all messages of a list must share; a text that a list would spoil shares it with nobody."""
    text = message.text
    if len(text.splitlines()) > 1 or text != text.strip() or "|" in text:
        return message.reference
    return _number(message), _valid_minutes(message)


def _number(message: OutboundMessage | SentMessage) -> str:
    """Return the number of the list in the name of a message; empty for one without a name."""
    return message.provider_id.partition("-")[0]


def _valid_minutes(message: OutboundMessage) -> int:
    """Return how long the operator shall try, from a minute to a day; 0 for as long as it likes."""
    return min(max(message.valid_seconds // 60, 1), LONGEST_VALID_MINUTES) if message.valid_seconds else 0


def _phone(address: str) -> str:
    # With a plus the provider does not "correct" it.
    return f"+{digits_of(address)}"


def _count(value: object) -> int:
    try:
        return number_of(value)
    except (ValueError, TypeError):
        return 0


def _read(answer: Answer) -> Any:
    """Return the JSON of an answer that holds no error. Raises what an error means."""
    answer.check()
    try:
        found = json.loads(answer.content)
    except (ValueError, RecursionError) as error:
        raise OutcomeUnknown("unreadable_answer") from error
    if isinstance(found, dict) and "error_code" in found:
        _raise(_count(found["error_code"]))
    return found


def _raise(code: int) -> None:
    meaning, reason, fault = SENDING.get(code, ("refused", f"code_{code}", ""))
    if meaning == "ours":
        raise Misconfigured(reason)
    if meaning == "later":
        raise TemporarilyUnavailable(reason, TOO_MANY_SECONDS)
    raise Rejected(reason, fault)
