"""MTS Exolve: ``SendSMS``, ``GetList``, and calls about messages both ways.

``with ExolveFake() as fake``; the address of the API is ``fake.url``, the key ``fake.api_key``; ``fake.senders`` are
the numbers and names that may send. How to make it misbehave, besides what `SmsFake` and `HttpFake` know
(`magic_phone(kind, code)`):

- kind 1: the answer has this HTTP status and takes nothing;
- kind 2: the last status, by its place in `WORDS`.

``fake.balance = 0`` is HTTP 402. ``fake.receive(phone, text)`` calls back with an incoming SMS, twice: before and after
it is billed.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar, Final

from portal.laptop.fakes.server import Call, Reply
from portal.laptop.fakes.sms import SmsFake, TakenSms, magic

PRICE: Final = Decimal("2.90")
WORDS: Final = (
    "UNSPECIFIED", "QUEUED", "PENDING", "ACCEPTED", "SENT", "ENROUTE", "DELIVERED", "READ",
    "UNDELIVERED", "NOT_DELIVERED", "UNDELIVERABLE", "FAILED", "REJECTED", "EXPIRED", "DELETED",
)  # fmt: skip
JSON: Final = {"Content-Type": "application/json"}


class ExolveFake(SmsFake):
    """One application at Exolve."""

    on_the_way: ClassVar = WORDS.index("SENT")
    delivered: ClassVar = WORDS.index("DELIVERED")

    def __init__(self, *, port: int = 0, callback_url: str = "") -> None:
        super().__init__(port=port, callback_url=callback_url)
        self.api_key = "key"
        self.senders = {"Romashka", "79005550000"}

    def addresses(self, call: Call) -> list[str]:
        """Return the digits of the phone of a call."""
        return [str(call.json_object().get("destination", ""))]

    def answer(self, call: Call) -> Reply:
        """Answer with JSON."""
        if call.headers.get("authorization") != f"Bearer {self.api_key}":
            return _error(401)
        acts = {"/messaging/v1/SendSMS": self._send, "/messaging/v1/GetList": self._list}
        act = acts.get(call.path)
        return act(call.json_object()) if act else _error(404)

    def receive(self, phone: str, text: str, *, to: str = "79005550000") -> None:
        """Deliver an SMS of a person to the webhook."""
        row = {
            **_row(str(next(self._numbers)), phone.lstrip("+"), to, text, "INCOMING"),
            "delivery_status": "DELIVERY_STATUS_DELIVERED",
        }
        for billed in ("BILLING_STATUS_UNSPECIFIED", "BILLING_STATUS_BILLED"):
            self.call_back(JSON, json.dumps({**row, "billing_status": billed}).encode())

    def callback(self, sms: TakenSms, status: int) -> tuple[Mapping[str, str], bytes]:
        """Return a report as the webhook gets it."""
        return JSON, json.dumps(_outgoing(sms, status)).encode()

    def _send(self, fields: Mapping[str, Any]) -> Reply:
        digits, text, sender = (str(fields.get(name, "")) for name in ("destination", "text", "number"))
        code = magic(digits, 1)
        if code:
            return _error(code)
        if sender not in self.senders or not digits.isdigit() or not text:
            return _error(400)
        if self.balance < PRICE:
            return _error(402)
        self.balance -= PRICE
        name = str(439166000000000000 + next(self._numbers))
        self.take(TakenSms(provider_id=name, phone=digits, text=text, sender=sender), self.fate(digits))
        return Reply(body={"message_id": name})

    def _list(self, fields: Mapping[str, Any]) -> Reply:
        wanted = str(fields.get("message_id", ""))
        found = [_outgoing(sms, sms.status) for sms in self.taken if sms.provider_id == wanted]
        return Reply(body={"messages": found})


def _outgoing(sms: TakenSms, status: int) -> dict[str, Any]:
    row = _row(sms.provider_id, sms.sender, sms.phone, sms.text, "OUTGOING")
    return {**row, "delivery_status": f"DELIVERY_STATUS_{WORDS[status]}", "billing_status": "BILLING_STATUS_BILLED"}


def _row(name: str, sender: str, receiver: str, text: str, direction: str) -> dict[str, Any]:
    return {
        "message_id": name,
        "application_uuid": "8f0c0e6e-0000-4000-8000-000000000000",
        "date": datetime.now(UTC).isoformat(),
        "sender": sender,
        "receiver": receiver,
        "text": text,
        "direction": f"DIRECTION_{direction}",
        "segments_count": 1,
    }


def _error(status: int) -> Reply:
    return Reply(body={"error": {"message": "ошибка"}}, status=status)
