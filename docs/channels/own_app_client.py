"""The smallest backend of an application that takes messages of Mostik: the standard library alone.

Copy it and put a table of your database in the place of ``known``. `docs/channels/ownapp.md` is the contract.
"""

import base64
import hashlib
import hmac
import json
import time
import urllib.request
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler
from uuid import uuid4

WINDOW_SECONDS = 300


def signature(secret: str, identifier: str, timestamp: str, body: bytes) -> str:
    """Return the signature of one call."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{identifier}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


class OwnApp:
    """Takes calls of Mostik and calls it back. ``show`` puts a message before its customer; False: there is none."""

    def __init__(self, *, secret: str, hook: str, hook_secret: str, show: Callable[[dict], bool]) -> None:
        self.secret, self.hook, self.hook_secret, self.show = secret, hook, hook_secret, show
        self.known: dict[str, tuple[int, dict]] = {}

    def receive(self, headers: Mapping[str, str], body: bytes) -> tuple[int, dict]:
        """Return the status and the body of the answer to one call. A repeat is answered like the first."""
        identifier, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > WINDOW_SECONDS:
            return 401, {"error": "bad_time"}
        expected = signature(self.secret, identifier, timestamp, body)
        given = headers.get("webhook-signature", "").split(" ")
        if not any(hmac.compare_digest(expected.encode(), one.encode()) for one in given):
            return 401, {"error": "bad_signature"}
        if identifier not in self.known:
            event = json.loads(body)
            is_shown = event["type"] != "message.send" or self.show(event["data"])
            self.known[identifier] = (200, {}) if is_shown else (404, {"error": "unknown_customer"})
        return self.known[identifier]

    def event(self, word: str, **data: str) -> bytes:
        """Return one event, such as ``message.read`` with ``message_id``, ready to be sent."""
        at = datetime.now(tz=timezone.utc).isoformat()  # noqa: UP017 - for Pythons before 3.11 too
        return json.dumps({"id": uuid4().hex, "type": word, "timestamp": at, "data": data}).encode()

    def send(self, event: bytes) -> None:
        """Send an event. After an `OSError` send the very same again later, for a day."""
        identifier, timestamp = json.loads(event)["id"], str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": identifier,
            "webhook-timestamp": timestamp,
            "webhook-signature": signature(self.hook_secret, identifier, timestamp, event),
        }
        request = urllib.request.Request(self.hook, data=event, headers=headers, method="POST")  # noqa: S310 - our hook
        urllib.request.urlopen(request, timeout=15).close()  # noqa: S310 - our hook

    def handler(app) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - the handler has a self of its own
        """Return the handler for `http.server`."""

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, answer = app.receive({name.lower(): value for name, value in self.headers.items()}, body)
                self.send_response(status)
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())

        return Handler
