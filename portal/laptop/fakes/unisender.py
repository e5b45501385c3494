"""Unisender Go's Web API as Mostik uses it: ``email/send.json``, and webhooks of what became of a letter.

``with UnisenderFake() as fake``; set the address of its API to ``fake.api``. How to make it misbehave:

- ``fake.refuse = (403, 904)``: every call is refused with that HTTP status and code (904: no money, 901: daily limit).
- ``fake.failed[address] = "unsubscribed"``: it does not send there (``invalid``, ``permanent_unavailable``,
  ``temporary_unavailable``, ``complained``, ``blocked``); with nobody else left it answers code 204.
- ``fake.senders``: addresses that are approved, all of them while it is empty; another one is code 206.
- ``fake.allows_own_unsubscribing = True``: without it ``skip_unsubscribe`` is code 1588.
- ``fake.fault``, ``fake.faults[address]``: see `HttpFake`. A number that was given a moment ago is code 1573.

``fake.report(job_id, status, why, answer)`` is the signed body of a webhook; ``fake.callback`` is where `Courier` takes
one for each letter by itself: delivered, or as ``fake.fates[address]`` says, for example ``("hard_bounced",
"err_user_unknown")``. ``fake.single`` sends events one by one in the flat form.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from portal.laptop.fakes.server import Call, Courier, HttpFake, Reply

PATH: Final = "/ru/transactional/api/v1/"
MOST_RECIPIENTS: Final = 500
MOST_BYTES: Final = 10_000_000
AUTH: Final = "auth-of-this-call"


class UnisenderFake(HttpFake):
    """One account with one key."""

    def __init__(self, *, port: int = 0, key: str = "unisender-key") -> None:
        super().__init__(port=port)
        self.key = key
        self.refuse: tuple[int, int] | None = None
        self.failed: dict[str, str] = {}
        self.senders: set[str] = set()
        self.allows_own_unsubscribing = False
        self.taken: list[dict[str, Any]] = []
        self.jobs: dict[str, dict[str, Any]] = {}
        self.fates: dict[str, tuple[str, str]] = {}
        self.callback = ""
        self.single = False
        self.courier = Courier()
        self._keys: set[str] = set()

    @property
    def api(self) -> str:
        """Return the address of the API."""
        return self.url + PATH

    def addresses(self, call: Call) -> list[str]:
        """Return the recipients of a letter."""
        try:
            return [str(one["email"]) for one in call.json()["message"]["recipients"]]
        except (ValueError, LookupError, TypeError):
            return []

    def answer(self, call: Call) -> Reply:
        """Take a letter, or say why not, in the order of the real one: key, method, body, letter, recipients."""
        if call.headers.get("x-api-key") != self.key:
            return _refused(401, 102 if call.headers.get("x-api-key") else 101)
        if call.path != PATH + "email/send.json" or call.method != "POST":
            return _refused(404, 4)
        if self.refuse is not None:
            return _refused(*self.refuse)
        if len(call.body) > MOST_BYTES:
            return _refused(413, 199)
        try:
            message = call.json()["message"]
        except (ValueError, LookupError, TypeError):
            return _refused(400, 111)
        code = self._wrong(message)
        return _refused(400, code) if code else self._send(message)

    def _wrong(self, message: Mapping[str, Any]) -> int:
        checks = (
            (201, not message.get("body")),
            (202, not message.get("from_email")),
            (203, not message.get("subject")),
            (204, not 0 < len(message.get("recipients") or []) <= MOST_RECIPIENTS),
            (206, bool(self.senders) and message.get("from_email") not in self.senders),
            (1523, message.get("template_engine", "simple") not in ("simple", "velocity", "liquid", "none")),
            (1572, len(message.get("idempotence_key", "")) > 64),
            (1573, message.get("idempotence_key") in self._keys),
            (1588, bool(message.get("skip_unsubscribe")) and not self.allows_own_unsubscribing),
        )
        return next((code for code, holds in checks if holds), 0)

    def _send(self, message: dict[str, Any]) -> Reply:
        addresses = [one["email"] for one in message["recipients"]]
        failed = {one: self.failed[one] for one in addresses if one in self.failed}
        if len(failed) == len(addresses):
            return _refused(400, 204, failed_emails=failed)
        job = f"1t{len(self.taken):06d}-0004Ab-2c"
        self._keys.add(message.get("idempotence_key") or job)
        self.taken.append(message)
        self.jobs[job] = message
        sent = [one for one in addresses if one not in failed]
        for address in sent if self.callback else ():
            status, why = self.fates.get(address, ("delivered", ""))
            self.courier.send(partial(self._call, job, status, why, address))
        return Reply(body={"status": "success", "job_id": job, "emails": sent, "failed_emails": failed})

    def _call(self, job: str, status: str, why: str, address: str) -> tuple[str, Mapping[str, str], bytes]:
        body = self.report(job, status, why, address=address)
        return self.callback, {"Content-Type": "application/json"}, body

    def report(
        self, job: str, status: str, why: str = "", answer: str = "", *, at: str = "", address: str = ""
    ) -> bytes:
        """Return the signed body of a webhook about a letter that was taken."""
        message = self.jobs[job]
        data: dict[str, Any] = {
            "job_id": job,
            "metadata": message.get("global_metadata", {}),
            "email": address or message["recipients"][0]["email"],
            "status": status,
            "event_time": at or datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        }
        if why or answer:
            data["delivery_info"] = {"delivery_status": why, "destination_response": answer}
        return self.signed([data])

    def signed(self, events: list[dict[str, Any]]) -> bytes:
        """Return the body with these events, signed: MD5 of the body with the key in place of the signature."""
        if self.single:
            body: dict[str, Any] = {"auth": AUTH, "event_name": "transactional_email_status", **events[0]}
        else:
            listed = [{"event_name": "transactional_email_status", "event_data": one} for one in events]
            body = {"auth": AUTH, "events_by_user": [{"user_id": 456, "events": listed}]}
        text = json.dumps(body, ensure_ascii=False)
        digest = hashlib.md5(text.replace(AUTH, self.key).encode()).hexdigest()  # noqa: S324 - as the service signs
        return text.replace(AUTH, digest).encode()


def _refused(status: int, code: int, **more: Any) -> Reply:
    return Reply(body={"status": "error", "code": code, "message": f"Error ID:1. Code {code}", **more}, status=status)
