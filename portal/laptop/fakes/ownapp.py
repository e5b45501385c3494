"""A company's own backend: it takes signed calls, knows a repeat by its id, and calls back with signed events.

    with OwnAppFake(secrets=["whsec_…"]) as fake:
        fake.url                                  # the address of the set-up
        fake.shown["4711"]                        # what customer 4711 has in the application, each message once
        fake.taken                                # the same of all customers, in order

How to make it misbehave, besides what `HttpFake` has:

- ``fake.unknown.add("4711")``: 404 with ``{"error": "unknown_customer"}``, or the status ``fake.unknown_status = 422``;
- ``fake.status = 410``, or any other: each signed call is answered so, with the word or the bytes ``fake.error``, and
  nothing is taken;
- ``fake.answer_id = "app-1"``: the answer brings an id of its own; ``fake.is_curt = True``: 204 without a body;
- ``fake.forgets = True``: it breaks its promise and takes a repeat as a new message;
- ``fake.secrets[:] = […]``: another secret, so 401 for what ours has signed.

Calls back: ``fake.hook(url, secret)`` names the site; ``fake.tell("message.read", message_id=…)`` sends one event
through ``fake.courier``. ``event`` and ``signed`` make the parts of such a call, to be repeated, shuffled or spoiled.
``checks`` may be given to verify the calls in another way, as ``checks(secret, headers, body) -> bool``.
"""

import base64
import hashlib
import hmac
import itertools
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from portal.laptop.fakes.lasting import Kept
from portal.laptop.fakes.server import Call, Courier, HttpFake, Reply

WINDOW_SECONDS: Final = 300

Check = Callable[[str, Mapping[str, str], bytes], bool]


class OwnAppFake(HttpFake):
    """One backend, which listens on every path."""

    def __init__(self, *, secrets: Sequence[str], port: int = 0, checks: Check | None = None) -> None:
        super().__init__(port=port)
        self.secrets = list(secrets)
        self.checks = checks or is_signed
        self.unknown: set[str] = set()
        self.unknown_status = 404
        self.status = 0
        self.error: str | bytes = "as_told"
        self.answer_id = ""
        self.is_curt = False
        self.forgets = False
        self.taken: list[dict[str, Any]] = []
        self.shown: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        self.courier = Courier()
        self._known: dict[str, bool] = {}
        self._hook = ("", "")
        self._numbers = itertools.count(1)

    def kept(self) -> Iterable[Kept]:
        """Return what grows with each call."""
        return [*super().kept(), self.taken, self.shown, *self.shown.values(), self._known, self.courier.answers]

    def addresses(self, call: Call) -> list[str]:
        """Return the customer of a call."""
        try:
            return [str(call.json()["data"]["customer"])]
        except (ValueError, KeyError, TypeError):
            return []

    def answer(self, call: Call) -> Reply:
        """Verify, then show a message that is not known yet to its customer."""
        if call.method != "POST":
            return _refusal(405, "post_only")
        if not any(self.checks(secret, call.headers, call.body) for secret in self.secrets):
            return _refusal(401, "bad_signature")
        if self.status:
            return _refusal(self.status, self.error)
        if not self.addresses(call):
            return _refusal(400, "unreadable")
        data = call.json()["data"]
        if data["customer"] in self.unknown:
            return _refusal(self.unknown_status, "unknown_customer")
        self._show(call.headers["webhook-id"], data)
        return (
            Reply(body=b"", status=204)
            if self.is_curt
            else Reply(body={"id": self.answer_id} if self.answer_id else {})
        )

    def _show(self, identifier: str, data: dict[str, Any]) -> None:
        if identifier in self._known and not self.forgets:
            return
        self._known[identifier] = True
        self.taken.append(data)
        self.shown[data["customer"]].append(data)

    def hook(self, url: str, secret: str) -> None:
        """Name the webhook of the site and the secret that signs the calls to it."""
        self._hook = (url, secret)

    def event(self, word: str, **data: Any) -> bytes:
        """Return the body of an event that happens now, under a new id."""
        at = datetime.now(tz=UTC).isoformat()
        return json.dumps({"id": f"ev-{next(self._numbers)}", "type": word, "timestamp": at, "data": data}).encode()

    def tell(self, word: str, *, after: float = 0.0, **data: Any) -> None:
        """Send an event to the site, again until it is answered with 200, each time with a new signature."""
        body = self.event(word, **data)
        identifier = json.loads(body)["id"]
        url, secret = self._hook
        self.courier.send(lambda: (url, signed(secret, identifier, body), body), after=after)


def _refusal(status: int, error: str | bytes) -> Reply:
    return Reply(body=error if isinstance(error, bytes) else {"error": error}, status=status)


def signed(secret: str, identifier: str, body: bytes, at: float | None = None) -> dict[str, str]:
    """Return the headers of a call that is signed by the rules of Standard Webhooks."""
    timestamp = str(int(time.time() if at is None else at))
    return {
        "Content-Type": "application/json",
        "webhook-id": identifier,
        "webhook-timestamp": timestamp,
        "webhook-signature": _signature(secret, identifier, timestamp, body),
    }


def is_signed(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Return whether a call is signed with ``secret`` and of these minutes."""
    identifier, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not identifier or not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > WINDOW_SECONDS:
        return False
    expected = _signature(secret, identifier, timestamp, body)
    given = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(expected.encode(), one.encode()) for one in given)


def _signature(secret: str, identifier: str, timestamp: str, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{identifier}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"
