"""SMSC.ru: ``send.php``, ``status.php``, ``balance.php`` and the handler of statuses.

``with SmscFake() as fake``; the address of the API is ``fake.api``. Log in with ``fake.login``, ``fake.password`` or
``fake.api_key``; sign with ``fake.secret`` (``fake.signs`` names the hashes). How to make it misbehave, besides what
`SmsFake` and `HttpFake` know (`magic_phone(kind, code)`):

- kind 1: the call is answered by this ``error_code`` and takes nothing, a list with it neither;
- kind 2: the last status (``fake.statuses[phone] = [...]`` for negative ones);
- kind 3: the last status is 20 with this ``err``;
- kind 4: a list is taken, and this phone is refused in it with this ``error``.

``fake.balance = 0`` is error 3, ``fake.is_ip_blocked`` 4, ``fake.open_calls = 15`` 9; the same sending within
``fake.minute`` seconds is 9 too, and so is a second question for a list of statuses or a sixth one for a message.
``fake.receive(phone, text)`` calls back with an incoming SMS.
"""

import hashlib
import time
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from notify.messages.sms_segments import sms_parts
from portal.laptop.fakes.lasting import Kept
from portal.laptop.fakes.server import Call, Reply
from portal.laptop.fakes.sms import SmsFake, TakenSms, magic

PRICE: Final = Decimal("3.50")
MOST_OPEN: Final = 15
MOST_QUESTIONS: Final = 5
TEXT_LIMIT: Final = 1000
WITH_ID: Final = frozenset({3, 6, 7, 8})
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


class SmscFake(SmsFake):
    """One account at SMSC.ru."""

    on_the_way: ClassVar = 0
    delivered: ClassVar = 1

    def __init__(self, *, port: int = 0, callback_url: str = "") -> None:
        super().__init__(port=port, callback_url=callback_url)
        self.login, self.password, self.api_key, self.secret = "company", "pass", "key", "s3cret"
        self.signs: tuple[str, ...] = ("md5", "sha1")
        self.is_ip_blocked = False
        self.open_calls = 0
        self.minute = 60.0
        self.statuses: dict[str, list[int]] = {}
        self._seen: dict[object, list[float]] = {}

    @property
    def api(self) -> str:
        """Return the address of the API."""
        return f"{self.url}/sys"

    def kept(self) -> Iterable[Kept]:
        """Return what grows with each call."""
        return [*super().kept(), self._seen]

    def addresses(self, call: Call) -> list[str]:
        """Return the phones of a call as they were written."""
        return [phone for phone, _ in _messages(call.form())]

    def answer(self, call: Call) -> Reply:
        """Answer with JSON of the format 3."""
        fields = call.form()
        error = self._stranger(fields)
        if error or call.method != "POST" or call.query:
            return _error(error or 1)
        acts = {"/sys/send.php": self._send, "/sys/status.php": self._status, "/sys/balance.php": self._balance}
        act = acts.get(call.path)
        return act(fields) if act else Reply(status=404, body="")

    def receive(self, phone: str, text: str, *, sms_id: str = "", to: str = "79005550000") -> None:
        """Deliver an SMS of a person to the handler."""
        fields = {"id": str(next(self._numbers)), "phone": phone.lstrip("+"), "mes": text, "to": to, "sms_id": sms_id}
        signed = (fields["phone"], fields["mes"], fields["to"])
        self.call_back(FORM, urlencode({**fields, "time": _now(), **self._signature(signed)}).encode())

    def callback(self, sms: TakenSms, status: int) -> tuple[Mapping[str, str], bytes]:
        """Return a status as the handler of the client gets it."""
        fields = {"id": sms.provider_id, "phone": sms.phone, "status": str(status), "err": str(_err(sms, status))}
        signed = (fields["id"], fields["phone"], fields["status"])
        return FORM, urlencode({**fields, "time": _now(), "type": "0", **self._signature(signed)}).encode()

    def _signature(self, values: tuple[str, ...]) -> dict[str, str]:
        signed = ":".join([*values, self.secret]).encode()
        return {name: hashlib.new(name, signed, usedforsecurity=False).hexdigest() for name in self.signs}

    def _stranger(self, fields: Mapping[str, str]) -> int:
        """Return the error of a call that may not be made, 0 for one that may."""
        if self.is_ip_blocked:
            return 4
        given = fields.get("login"), fields.get("psw")
        if fields.get("apikey") != self.api_key and given != (self.login, self.password):
            return 2
        return 1 if fields.get("charset") != "utf-8" or fields.get("fmt") != "3" else 0

    def _send(self, fields: Mapping[str, str]) -> Reply:
        messages = list(_messages(fields))
        cost = sum((PRICE * len(sms_parts(text)) for _, text in messages), Decimal(0))
        count = sum(len(sms_parts(text)) for _, text in messages)
        error = self._refusal(fields, messages, cost)
        if error:
            return _error(error, fields.get("id", "1"))
        if fields.get("cost") == "1":
            return Reply(body={"cost": str(cost), "cnt": count})
        number = fields.get("id") or str(next(self._numbers))
        rows = [self._row(number, phone, text, fields) for phone, text in messages]
        self.balance -= cost
        return Reply(body={"id": int(number), "cnt": count, **({"phones": rows} if fields.get("op") else {})})

    def _refusal(self, fields: Mapping[str, str], messages: list[tuple[str, str]], cost: Decimal) -> int:
        if not messages or any(not phone or not text or len(text) > TEXT_LIMIT for phone, text in messages):
            return 1
        if "id" in fields and not 1 <= int(fields["id"]) <= 2**31 - 1:
            return 1
        most = MOST_QUESTIONS if fields.get("cost") == "1" else 1
        if self.open_calls >= MOST_OPEN or self._is_often(tuple(sorted(fields.items())), most):
            return 9
        for phone, _ in messages:
            code = magic(phone.lstrip("+"), 1)
            if code:
                return code
        return 3 if self.balance < cost and fields.get("cost") != "1" else 0

    def _row(self, number: str, phone: str, text: str, fields: Mapping[str, str]) -> dict[str, Any]:
        digits = phone.lstrip("+")
        error = magic(digits, 4)
        if error:
            return {"phone": digits, "mccmnc": "", "cost": "0", "status": "20", "error": str(error)}
        sms = TakenSms(provider_id=number, phone=digits, text=text, sender=fields.get("sender", ""), fields=fields)
        statuses = self.statuses.get(phone) or ([0, 20] if magic(digits, 3) is not None else self.fate(digits))
        self.take(sms, statuses)
        return {"phone": digits, "mccmnc": "25001", "cost": str(PRICE), "status": "", "error": ""}

    def _status(self, fields: Mapping[str, str]) -> Reply:
        is_list = "," in fields.get("id", "")
        pairs = list(zip(fields["id"].strip(",").split(","), fields["phone"].strip(",").split(","), strict=True))
        often = [self._is_often(("status", pair), MOST_QUESTIONS) for pair in pairs]
        if any(often) or (is_list and self._is_often("statuses", 1)):
            return _error(9)
        rows = [self._found(number, phone.lstrip("+")) for number, phone in pairs]
        return Reply(body=rows if is_list else rows[0])

    def _found(self, number: str, digits: str) -> dict[str, Any]:
        for sms in self.taken:
            if (sms.provider_id, sms.phone) == (number, digits):
                error = _err(sms, sms.status)
                return {"status": sms.status, "last_date": _now(), "last_timestamp": int(time.time()), "err": error}
        return {"status": -3, "last_date": "", "last_timestamp": 0, "err": 0}

    def _balance(self, fields: Mapping[str, str]) -> Reply:
        return Reply(body={"balance": str(self.balance), **({"currency": "RUR"} if fields.get("cur") else {})})

    def _is_often(self, what: object, most: int) -> bool:
        """Return whether this came too often within a minute, and count it."""
        now = time.monotonic()
        seen = [at for at in self._seen.get(what, []) if now - at < self.minute]
        self._seen[what] = [*seen, now]
        return len(seen) >= most


def _messages(fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield phones and texts: a list has one line a message, as the provider cuts it."""
    for line in fields.get("list", "").split("\n"):
        if line:
            phone, _, text = line.rpartition("|")[2].partition(":") if "|" in line else line.partition(":")
            yield phone, text.strip()
    for phone in fields.get("phones", "").split(","):
        if phone:
            yield phone, fields.get("mes", "")


def _error(code: int, number: str = "") -> Reply:
    body: dict[str, Any] = {"error": "ошибка", "error_code": code}
    return Reply(body={**body, "id": int(number)} if code in WITH_ID and number else body)


def _err(sms: TakenSms, status: int) -> int:
    return (magic(sms.phone, 3) or 0) if status == 20 else 0


def _now() -> str:
    return time.strftime("%d.%m.%Y %H:%M:%S", time.gmtime(time.time() + 3 * 3600))
