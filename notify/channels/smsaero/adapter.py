"""SMS Aero over HTTP: one message a call, statuses by its ids, the balance."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
from notify.channels.columns import column_word
from notify.channels.events import DeliveryReport
from notify.channels.http import CALL_SECONDS, Answer
from notify.channels.http_channel import HttpChannel
from notify.channels.sms_batches import asked_in_turn
from notify.channels.sms_phones import digits_of, money_of, number_of
from notify.channels.smsaero.webhook import report_of

TEXT_LIMIT: Final = 640
"""Of the two limits in the provider's own clients the lower one."""
NO_MONEY: Final = 402


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsaeroConf:
    """One account. Reports come to ``webhook_url``, which is told with each message."""

    name: str
    url: str
    email: str
    api_key: str = field(repr=False)
    sender: str
    webhook_url: str = field(default="", repr=False)
    is_test: bool = False


class SmsaeroChannel(HttpChannel):
    """Sends one message a call."""

    def __init__(self, conf: SmsaeroConf) -> None:
        carries = Capabilities(provider=conf.name, text_limit=TEXT_LIMIT, call_seconds=CALL_SECONDS)
        super().__init__(conf.url, carries)
        self._conf = conf

    def send(self, message: OutboundMessage) -> Outcome:
        """Hand over one message. Their short links stay off: they would hide ours."""
        conf = self._conf
        fields: dict[str, Any] = {"number": digits_of(message.address), "text": message.text, "sign": conf.sender}
        if conf.webhook_url:
            fields |= {"callbackUrl": conf.webhook_url, "callbackFormat": "JSON"}
        try:
            data = _read(self._call("sms/testsend" if conf.is_test else "sms/send", {**fields, "shortLink": 0}))
        except (Rejected, OutcomeUnknown) as error:
            return error
        name = column_word(data.get("id")) if isinstance(data, dict) else ""
        return Accepted(message.reference, name) if name else OutcomeUnknown("no_id")

    def statuses(self, sent: Sequence[SentMessage]) -> Sequence[DeliveryReport]:
        """Ask for each that has an id of SMS Aero."""
        named = (one for one in sent if one.provider_id.isascii() and one.provider_id.isdigit())
        return asked_in_turn(named, self._status)

    def account(self) -> AccountState:
        """Return the balance."""
        try:
            data = self._ask("balance", {})
            return AccountState(name=self._conf.email, balance=money_of(data["balance"]), currency="RUB")
        except (Rejected, KeyError, TypeError) as error:
            raise TemporarilyUnavailable("unreadable_answer") from error

    def _status(self, one: SentMessage) -> DeliveryReport | None:
        try:
            data = self._ask(
                "sms/teststatus" if self._conf.is_test else "sms/status", {"id": number_of(one.provider_id)}
            )
        except Rejected:
            return None
        try:
            return report_of(data, reference=one.reference)
        except (ValueError, KeyError, TypeError):
            return None

    def _ask(self, path: str, fields: Mapping[str, Any]) -> Any:
        """Make a call that changes nothing."""
        try:
            return _read(self._call(path, fields, is_safe=True))
        except OutcomeUnknown as error:
            raise TemporarilyUnavailable(error.reason) from error

    def _call(self, path: str, fields: Mapping[str, Any], *, is_safe: bool = False) -> Answer:
        key = base64.b64encode(f"{self._conf.email}:{self._conf.api_key}".encode()).decode()
        headers = {"Authorization": f"Basic {key}", "Content-Type": "application/json"}
        url = f"{self._conf.url}/{path}"
        return self._client.call("POST", url, headers=headers, content=json.dumps(fields).encode(), is_safe=is_safe)


def _read(answer: Answer) -> Any:
    """Return the data of a good answer. Raises what any other means."""
    if answer.status == NO_MONEY:
        raise Misconfigured("no_money")
    if answer.status < 500:
        _refuse(answer.content)
    answer.check()
    found = answer.json()
    if found.get("success") is True:
        return found.get("data")
    raise Rejected("refused") if found.get("success") is False else OutcomeUnknown("unreadable_answer")


def _refuse(content: bytes) -> None:
    """Raise what the two words mean that SMS Aero answers with, whatever the status beside them."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return
    result = found.get("result") if isinstance(found, dict) else None
    if result == "no credits":
        raise Misconfigured("no_money")
    if result == "reject":
        raise Rejected("refused")
