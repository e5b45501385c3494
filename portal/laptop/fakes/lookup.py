"""A company's own system that answers what an order is at.

``with LookupFake(secret=…) as fake``: ``fake.orders[number]`` are the values of a number; ``fake.taken`` are the
questions that were signed rightly. Numbers that misbehave:

``BROKEN-1``  answers 500
``WORDS-1``   answers no JSON
``LIST-1``    answers values that are no plain texts
``LONG-1``    answers a value longer than a sentence

A wrong signature, or one older than five minutes, is answered with 401. Faults of the wire: ``fake.faults[number]``.
"""

import base64
import hashlib
import hmac
import time
from typing import Any, Final

from portal.laptop.fakes.server import Call, HttpFake, Reply

SECRET: Final = "whsec_" + base64.b64encode(bytes(range(32))).decode()
ORDERS: Final[dict[str, dict[str, str]]] = {
    "A-1001": {"статус": "в пути", "дата доставки": "3 декабря"},
    "1002": {"статус": "ждёт в пункте выдачи", "дата доставки": "уже здесь"},
}
TOLERANCE: Final = 300
ODD: Final[dict[str, Reply]] = {
    "BROKEN-1": Reply(body="", status=500),
    "WORDS-1": Reply(body="в пути"),
    "LIST-1": Reply(body={"found": True, "values": {"статус": ["в пути"]}}),
    "LONG-1": Reply(body={"found": True, "values": {"статус": "я" * 301}}),
}


class LookupFake(HttpFake):
    """Speaks the contract of `docs/scenarios.md`."""

    def __init__(self, *, port: int = 0, secret: str = SECRET) -> None:
        super().__init__(port=port)
        self.secret = secret
        self.orders = {number: dict(values) for number, values in ORDERS.items()}
        self.taken: list[dict[str, Any]] = []

    def answer(self, call: Call) -> Reply:
        """Check the signature and answer about the number."""
        if not self._is_signed(call):
            return Reply(body={"error": "signature"}, status=401)
        question = call.json()
        self.taken.append(question)
        number = str(question["number"]).upper()
        if number in ODD:
            return ODD[number]
        values = self.orders.get(number)
        return Reply(body={"found": values is not None, **({"values": values} if values else {})})

    def addresses(self, call: Call) -> list[str]:
        """Return the number of the question."""
        return [str(call.json().get("number", ""))]

    def _is_signed(self, call: Call) -> bool:
        named = [call.headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature")]
        message_id, timestamp, given = named
        if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > TOLERANCE:
            return False
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        signed = f"{message_id}.{timestamp}.".encode() + call.body
        wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return any(hmac.compare_digest(one.encode(), wanted.encode()) for one in given.split())
