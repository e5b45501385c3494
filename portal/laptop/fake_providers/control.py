"""How pages of the sandbox look at running fakes and act on them: JSON over loopback, with the sandbox's secret."""

import hmac
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from notify.channels.sandbox.webhook import SECRET_HEADER
from portal.laptop.fake_providers.people import MaxPeople
from portal.laptop.fake_providers.running import RunningFakes
from portal.laptop.fakes.server import Call, Fault, HttpFake, Reply
from portal.laptop.fakes.smpp import SmppFake
from portal.laptop.fakes.sms import SmsFake, TakenSms
from portal.laptop.fakes.smsc import SmscFake

SHOWN: Final = 50
"""Of the newest messages of a fake."""
STATES: Final[Mapping[str, Fault]] = {"well": "", "error": "unavailable", "busy": "busy", "silent": "silent"}
GONE: Final = "gone"
"""It listens no more."""
FULL: Final = Decimal("1000.00")


class Control(HttpFake):
    """One server for all fakes. It has faults of its own to set, and none is ever set."""

    def __init__(self, fakes: RunningFakes, *, secret: str, port: int = 0) -> None:
        super().__init__(port=port)
        self.most = 1
        self._fakes, self._secret = fakes, secret
        self._people = MaxPeople(fakes.max)
        self._http: dict[str, HttpFake] = {
            "smsc": fakes.smsc, "smsru": fakes.smsru, "max": fakes.max, "ownapp": fakes.ownapp,
        }  # fmt: skip

    def addresses(self, call: Call) -> list[str]:
        """Return nobody: a call is about a fake."""
        return call.query.get("address", [])

    def answer(self, call: Call) -> Reply:
        """Answer 403 for a wrong secret and 404 for what there is not."""
        if not hmac.compare_digest(call.headers.get(SECRET_HEADER.lower(), "").encode(), self._secret.encode()):
            return Reply(status=403)
        try:
            return Reply(body=self._done(call))
        except (LookupError, ValueError, ArithmeticError):
            return Reply(status=404)

    def _done(self, call: Call) -> Any:
        _, what, *rest = call.path.split("/")
        if what == "people":
            return self._people.done(rest, call.json() if call.method == "POST" else {})
        if not rest:
            return {"fakes": [self._summary(code) for code in (*self._http, "smpp")]}
        if call.method == "POST":
            self._act(rest[0], **call.json())
        return {**self._summary(rest[0]), "messages": self._messages(rest[0]), "people": self._people.listed()}

    def _summary(self, code: str) -> dict[str, Any]:
        if code == "smpp":
            return self._summary_of_smpp(self._fakes.smpp)
        fake = self._http[code]
        known = {fault: state for state, fault in STATES.items()}
        return {
            "code": code,
            "address": fake.api if isinstance(fake, SmscFake) else fake.url,
            "state": known.get(fake.fault, "error") if fake.is_listening else GONE,
            "taken": len(self._taken(code)),
            "balance": str(fake.balance) if isinstance(fake, SmsFake) else "",
        }

    def _summary_of_smpp(self, fake: SmppFake) -> dict[str, Any]:
        state = "silent" if fake.is_silent else "well"
        address = f"{fake.address[0]}:{fake.address[1]}"
        return {"code": "smpp", "address": address, "state": state, "taken": len(fake.taken), "balance": ""}

    def _act(self, code: str, act: str, **values: str) -> None:
        acts: dict[str, Callable[..., None]] = {"state": self._state, "balance": self._balance, "write": self._write}
        acts[act](code, **values)

    def _state(self, code: str, state: str) -> None:
        """Let a fake go wrong in one way, or be well again."""
        if code == "smpp":
            self._fakes.smpp.is_silent = state == "silent"
            return
        fake = self._http[code]
        if state == GONE:
            fake.stop()
            return
        fake.fault = STATES[state]
        fake.let_go()
        if not fake.is_listening:
            fake.start()

    def _balance(self, code: str, balance: str) -> None:
        fake = self._http[code]
        if isinstance(fake, SmsFake):
            fake.balance = FULL if balance == "full" else Decimal(0)

    def _write(self, code: str, phone: str, text: str) -> None:
        """Bring what a person writes from a phone."""
        if code == "smpp":
            self._fakes.smpp.write(phone.lstrip("+"), text)
        elif code == "smsc":
            self._fakes.smsc.receive(phone, text)

    def _taken(self, code: str) -> list[Any]:
        taken: Mapping[str, list[Any]] = {
            "smsc": self._fakes.smsc.taken,
            "smsru": self._fakes.smsru.taken,
            "max": self._fakes.max.taken,
            "ownapp": self._fakes.ownapp.taken,
            "smpp": self._fakes.smpp.taken,
        }
        return taken[code]

    def _messages(self, code: str) -> list[dict[str, str]]:
        """Return the newest messages, newest first."""
        newest = self._taken(code)[: -SHOWN - 1 : -1]
        if code == "smpp":
            return [{"to": f"+{one.destination}", "text": one.text, "state": ""} for one in newest]
        if code == "max":
            return [{"to": str(one["user_id"]), "text": one.get("text") or "", "state": ""} for one in newest]
        if code == "ownapp":
            return [{"to": str(one["customer"]), "text": str(one.get("text", "")), "state": ""} for one in newest]
        return [self._sms(self._http[code], one) for one in newest]

    def _sms(self, fake: HttpFake, sms: TakenSms) -> dict[str, str]:
        is_delivered = isinstance(fake, SmsFake) and sms.status == fake.delivered
        return {"to": f"+{sms.phone}", "text": sms.text, "state": "delivered" if is_delivered else "failed"}
