"""SMS Aero, version 2: ``sms/send``, ``sms/status``, their tests, ``balance``, and reports to ``callbackUrl``.

``with SmsaeroFake() as fake``; the address of the API is ``fake.api``. Log in with ``fake.email`` and ``fake.api_key``.
How to make it misbehave, besides what `SmsFake` and `HttpFake` know (`magic_phone(kind, code)`):

- kind 1: the answer has this HTTP status and takes nothing;
- kind 2: the last status;
- kind 4: ``result: reject``.

``fake.balance = 0`` is ``no credits``. ``fake.test_taken`` holds what came to ``sms/testsend``. Reports go to the
address that came with the message, as JSON or as a form.
"""

import base64
import json
import time
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from portal.laptop.fakes.server import Call, Reply
from portal.laptop.fakes.sms import SmsFake, TakenSms, magic

PRICE: Final = Decimal("5.49")
WORDS: Final = {
    0: "queue",
    1: "delivery",
    2: "delivery failed",
    3: "smsc submit",
    4: "wait status",
    6: "smsc reject",
    8: "moderation",
}


class SmsaeroFake(SmsFake):
    """One account at SMS Aero."""

    on_the_way: ClassVar = 3
    delivered: ClassVar = 1

    def __init__(self, *, port: int = 0) -> None:
        super().__init__(port=port)
        self.email, self.api_key = "company@example.ru", "key"
        self.test_taken: list[TakenSms] = []

    @property
    def api(self) -> str:
        """Return the address of the API."""
        return f"{self.url}/v2"

    def addresses(self, call: Call) -> list[str]:
        """Return the digits of the phone of a call."""
        return [str(call.json_object().get("number", ""))]

    def answer(self, call: Call) -> Reply:
        """Answer with JSON."""
        key = base64.b64encode(f"{self.email}:{self.api_key}".encode()).decode()
        if call.headers.get("authorization") != f"Basic {key}":
            return _no("Your request was made with invalid credentials.", 401)
        fields = call.json_object()
        if call.path in {"/v2/sms/send", "/v2/sms/testsend"}:
            return self._send(fields, is_test=call.path.endswith("testsend"))
        if call.path in {"/v2/sms/status", "/v2/sms/teststatus"}:
            return self._status(fields, is_test=call.path.endswith("teststatus"))
        return _yes({"balance": float(self.balance)}) if call.path == "/v2/balance" else _no("Not found", 404)

    def callback(self, sms: TakenSms, status: int) -> tuple[Mapping[str, str], bytes]:
        """Return a report as the address of the message gets it."""
        fields = {
            "id": sms.provider_id,
            "status": status,
            "extendStatus": WORDS.get(status, ""),
            "dateSend": int(time.time()),
        }
        if sms.fields.get("callbackFormat") == "JSON":
            return {"Content-Type": "application/json"}, json.dumps(fields).encode()
        return {"Content-Type": "application/x-www-form-urlencoded"}, urlencode(fields).encode()

    def _send(self, fields: Mapping[str, Any], *, is_test: bool) -> Reply:
        digits, text = str(fields.get("number", "")), str(fields.get("text", ""))
        code = magic(digits, 1)
        if code:
            return _no("ошибка", code)
        if magic(digits, 4) is not None:
            return Reply(body={"result": "reject", "reason": "ошибка"})
        if not digits.isdigit() or not 2 <= len(text) <= 800 or not fields.get("sign"):
            return _no("Validation error.", 400)
        if self.balance < PRICE:
            return Reply(body={"result": "no credits"})
        name = str(next(self._numbers))
        known = {name: str(value) for name, value in fields.items()}
        sms = TakenSms(provider_id=name, phone=digits, text=text, sender=str(fields["sign"]), fields=known)
        if is_test:
            sms.statuses = [1]
            self.test_taken.append(sms)
        else:
            self.balance -= PRICE
            self.callback_url = known.get("callbackUrl", "")
            self.take(sms, self.fate(digits))
        return _yes({**_row(sms), "status": 0, "extendStatus": "queue"})

    def _status(self, fields: Mapping[str, Any], *, is_test: bool) -> Reply:
        for sms in self.test_taken if is_test else self.taken:
            if sms.provider_id == str(fields.get("id")):
                return _yes({**_row(sms), "dateAnswer": int(time.time())})
        return _no("Not found", 400)


def _row(sms: TakenSms) -> dict[str, Any]:
    return {
        "id": int(sms.provider_id),
        "from": sms.sender,
        "number": sms.phone,
        "text": sms.text,
        "status": sms.status,
        "extendStatus": WORDS.get(sms.status, ""),
        "channel": "FREE SIGN",
        "cost": "5.49",
        "dateCreate": int(time.time()),
        "dateSend": int(time.time()),
    }


def _yes(data: Any) -> Reply:
    return Reply(body={"success": True, "data": data, "message": None})


def _no(message: str, status: int) -> Reply:
    return Reply(body={"success": False, "data": None, "message": message}, status=status)
