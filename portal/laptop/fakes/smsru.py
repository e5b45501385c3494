"""SMS.RU: ``sms/send``, ``sms/status``, ``sms/cost``, ``my/balance``, ``code/call`` and the handler of reports.

``with SmsruFake() as fake``; the address of the API is ``fake.url``, the key ``fake.api_id``. How to make it misbehave,
besides what `SmsFake` and `HttpFake` know (`magic_phone(kind, code)`):

- kind 1: the whole call is answered by this ``status_code`` and takes nothing;
- kind 2: the last status;
- kind 4: the call is good, and this phone is refused in it by this ``status_code``.

``fake.balance = 0`` is 201 for each phone, ``fake.daily_limit`` and ``fake.is_down`` are 206 and 220 for the call,
more than 8 parts 205 for a phone, the same text to a phone again 231. ``fake.test_taken`` holds what came with
``test=1``. Reports begin at ``data[fake.first]``, with a ``test`` record beside them when ``fake.has_heartbeat``.
``fake.rung`` are the phones that were rung, with the codes they were shown (``fake.codes`` says which come).
"""

import hashlib
import itertools
import re
import time
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from notify.messages.sms_segments import sms_parts
from portal.laptop.fakes.lasting import Kept
from portal.laptop.fakes.server import Call, Reply
from portal.laptop.fakes.sms import SmsFake, TakenSms, magic

PRICE: Final = Decimal("4.20")
MOST: Final = 100
MOST_PARTS: Final = 8
_TO: Final = re.compile(r"to\[(\d+)\]")
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


class SmsruFake(SmsFake):
    """One account at SMS.RU."""

    on_the_way: ClassVar = 102
    delivered: ClassVar = 103

    def __init__(self, *, port: int = 0, callback_url: str = "") -> None:
        super().__init__(port=port, callback_url=callback_url)
        self.api_id = "4E1D5A7C-0000-4000-8000-5F2B6C3D9A10"
        self.daily_limit = 1_000_000
        self.is_down = False
        self.test_taken: list[TakenSms] = []
        self._texts: set[tuple[str, str]] = set()
        self.first = 0
        self.has_heartbeat = False
        self.rung: list[tuple[str, str, str]] = []
        self.codes = itertools.cycle(["1435", "0042", "9999"])

    def kept(self) -> Iterable[Kept]:
        """Return what grows with each call."""
        return [*super().kept(), self.test_taken, self.rung]

    def addresses(self, call: Call) -> list[str]:
        """Return the digits of the phones of a call."""
        fields = call.form()
        return [*_texts(fields), fields.get("phone", "")]

    def answer(self, call: Call) -> Reply:
        """Answer with JSON."""
        fields = call.form()
        if call.method != "POST" or call.query:
            return _error(210)
        if fields.get("api_id") != self.api_id:
            return _error(200)
        acts = {
            "/sms/send": self._send,
            "/sms/cost": self._cost,
            "/sms/status": self._status,
            "/my/balance": lambda _fields: _ok(balance=float(self.balance)),
            "/code/call": self._ring,
        }
        act = acts.get(call.path)
        return act(fields) if act else _error(211)

    def callback(self, sms: TakenSms, status: int) -> tuple[Mapping[str, str], bytes]:
        """Return a report as the handler gets it."""
        records = [f"sms_status\n{sms.provider_id}\n{status}\n{int(time.time())}"]
        if self.has_heartbeat:
            records.append(f"test\n{int(time.time())}")
        return FORM, self.signed(records)

    def signed(self, records: list[str]) -> bytes:
        """Return the body of a call with these records."""
        fields = {f"data[{number}]": record for number, record in enumerate(records, start=self.first)}
        made = hashlib.sha256((self.api_id + "".join(records)).encode()).hexdigest()
        return urlencode({**fields, "hash": made}).encode()

    def is_enough(self, status: int, body: bytes) -> bool:
        """Return whether the site has said 100."""
        return status == 200 and body == b"100"

    def _refusal(self, texts: Mapping[str, str]) -> int:
        if self.is_down:
            return 220
        if not texts or len(texts) > MOST:
            return 207
        if len(self.taken) + len(texts) > self.daily_limit:
            return 206
        return next((code for digits in texts if (code := magic(digits, 1))), 0)

    def _send(self, fields: Mapping[str, str]) -> Reply:
        texts = _texts(fields)
        error = self._refusal(texts)
        if error:
            return _error(error)
        rows = {digits: self._row(digits, text, fields) for digits, text in texts.items()}
        return _ok(sms=rows, balance=float(self.balance))

    def _row(self, digits: str, text: str, fields: Mapping[str, str]) -> dict[str, Any]:
        error = self._refusal_of_phone(digits, text)
        if error:
            return {"status": "ERROR", "status_code": error, "status_text": "ошибка"}
        sms = TakenSms(
            provider_id=f"202648-{next(self._numbers)}",
            phone=digits,
            text=text,
            sender=fields.get("from", ""),
            fields=fields,
        )
        if fields.get("test") == "1":
            self.test_taken.append(sms)
        else:
            self.balance -= PRICE * len(sms_parts(text))
            self._texts.add((digits, text))
            self.take(sms, self.fate(digits))
        return {"status": "OK", "status_code": 100, "sms_id": sms.provider_id}

    def _refusal_of_phone(self, digits: str, text: str) -> int:
        code = magic(digits, 4)
        if code:
            return code
        if not text:
            return 203
        if len(sms_parts(text)) > MOST_PARTS:
            return 205
        if (digits, text) in self._texts:
            return 231
        return 201 if self.balance < PRICE else 0

    def _cost(self, fields: Mapping[str, str]) -> Reply:
        texts = _texts(fields)
        error = self._refusal(texts)
        if error:
            return _error(error)
        parts = {digits: len(sms_parts(text)) for digits, text in texts.items()}
        rows = {
            digits: {"status": "OK", "status_code": 100, "cost": float(PRICE * count), "sms": count}
            for digits, count in parts.items()
        }
        return _ok(sms=rows, total_cost=float(PRICE * sum(parts.values())), total_sms=sum(parts.values()))

    def _status(self, fields: Mapping[str, str]) -> Reply:
        names = fields.get("sms_id", "").split(",")
        if len(names) > MOST:
            return _error(207)
        known = {sms.provider_id: sms.status for sms in self.taken}
        return _ok(sms={name: _row_of_status(known.get(name, -1)) for name in names})

    def _ring(self, fields: Mapping[str, str]) -> Reply:
        digits = fields.get("phone", "")
        code = magic(digits, 1) or magic(digits, 4) or (201 if self.balance < 1 else 0)
        if code or len(digits) != 11:
            return _error(code or 202)
        shown = next(self.codes)
        self.rung.append((digits, shown, fields.get("ip", "")))
        return _ok(code=shown, call_id=f"000000-{next(self._numbers)}", cost=0.4, balance=float(self.balance))


def _texts(fields: Mapping[str, str]) -> dict[str, str]:
    return {found[1]: text for name, text in fields.items() if (found := _TO.fullmatch(name))}


def _row_of_status(status: int) -> dict[str, Any]:
    if status < 0:
        return {"status": "ERROR", "status_code": -1, "status_text": "не найдено"}
    return {"status": "OK", "status_code": status, "cost": "4.20", "status_text": "…"}


def _ok(**fields: Any) -> Reply:
    return Reply(body={"status": "OK", "status_code": 100, **fields})


def _error(code: int) -> Reply:
    return Reply(body={"status": "ERROR", "status_code": code, "status_text": "ошибка"})
