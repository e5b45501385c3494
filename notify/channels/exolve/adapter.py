"""MTS Exolve over HTTP: one message a call, statuses by its ids."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from notify.channels.base import (
    Accepted,
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
from notify.channels.exolve.webhook import report_of
from notify.channels.http import CALL_SECONDS
from notify.channels.http_channel import HttpChannel
from notify.channels.sms_batches import asked_in_turn
from notify.channels.sms_phones import digits_of

NO_MONEY: Final = 402


@dataclass(frozen=True, slots=True, kw_only=True)
class ExolveConf:
    """One application. ``sender`` is its number or its name of letters."""

    name: str
    url: str
    api_key: str = field(repr=False)
    sender: str


class ExolveChannel(HttpChannel):
    """Sends one message a call."""

    def __init__(self, conf: ExolveConf) -> None:
        super().__init__(conf.url, Capabilities(provider=conf.name, call_seconds=CALL_SECONDS))
        self._conf = conf

    def send(self, message: OutboundMessage) -> Outcome:
        """Hand over one message."""
        fields = {"number": self._conf.sender, "destination": digits_of(message.address), "text": message.text}
        try:
            name = column_word(self._call("SendSMS", fields).get("message_id"))
        except (Rejected, OutcomeUnknown) as error:
            return error
        return Accepted(message.reference, name) if name else OutcomeUnknown("no_id")

    def statuses(self, sent: Sequence[SentMessage]) -> Sequence[DeliveryReport]:
        """Ask for each that has an id of Exolve."""
        return asked_in_turn((one for one in sent if one.provider_id), self._status)

    def _status(self, one: SentMessage) -> DeliveryReport | None:
        try:
            rows = self._call("GetList", {"message_id": one.provider_id, "limit": 1}, is_safe=True).get("messages")
        except Rejected:
            return None
        except OutcomeUnknown as error:
            raise TemporarilyUnavailable(error.reason) from error
        for row in rows if isinstance(rows, list) else []:
            if isinstance(row, dict) and column_word(row.get("message_id")) == one.provider_id:
                return report_of(row, reference=one.reference)
        return None

    def _call(self, method: str, fields: Mapping[str, Any], *, is_safe: bool = False) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._conf.api_key}", "Content-Type": "application/json"}
        url = f"{self._conf.url}/messaging/v1/{method}"
        answer = self._client.call("POST", url, headers=headers, content=json.dumps(fields).encode(), is_safe=is_safe)
        if answer.status == NO_MONEY:
            raise Misconfigured("no_money")
        answer.check()
        return answer.json()
