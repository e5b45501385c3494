"""How the fake MAX tells a bot what happens: calls to its subscribed address, or questions of the bot (polling)."""

import json
import random
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from portal.laptop.fakes.server import Courier

SECRET_HEADER: Final = "X-Max-Bot-Api-Secret"  # noqa: S105 - the name of a header
SECRET: Final = re.compile(r"[a-zA-Z0-9_-]{5,256}")
RETRIES: Final = 10
FIRST_PAUSE: Final = 60.0
GROWTH: Final = 2.5
PATIENCE: Final = 8 * 3600.0
"""Without a good answer for so long an address is dropped."""
HTTPS_PORT: Final = 443
HISTORY: Final = 1000
OURS: Final = frozenset({"127.0.0.1", "localhost"})


@dataclass(slots=True)
class Subscribed:
    """An address that is told. ``types`` None: everything."""

    url: str
    secret: str
    types: list[str] | None
    at: float
    answered: float

    def wants(self, kind: str) -> bool:
        """Return whether updates of this type go there."""
        return self.types is None or kind in self.types


class Delivery:
    """Updates on their way. ``factor`` scales every pause: 1 is the real one, 0.001 a thousandth.

    ``duplicates`` more copies of each update follow; ``omits_nulls`` as the real one does; ``adds_fields`` that no page
    describes; while ``is_holding`` nothing leaves until `release`, which may shuffle. With ``takes_loopback`` a site on
    this machine may be subscribed, which MAX itself could not call.
    """

    def __init__(self, *, factor: float, clock: Callable[[], float]) -> None:
        self.factor, self.clock = factor, clock
        self.duplicates = 0
        self.omits_nulls = True
        self.adds_fields = False
        self.is_holding = False
        self.takes_loopback = False
        self.subscribed: list[Subscribed] = []
        self.happened: list[dict[str, Any]] = []
        self.courier = Courier(pauses=tuple(FIRST_PAUSE * factor * GROWTH**n for n in range(RETRIES)))
        self._held: list[dict[str, Any]] = []
        self._lock = threading.RLock()

    def subscribe(self, url: str, secret: str, types: list[str] | None) -> str:
        """Take an address, in the place of the same one; return MAX's reason why not, or an empty string."""
        parts = urlsplit(url)
        is_public = parts.scheme == "https" and parts.port in {None, HTTPS_PORT}
        if not is_public and not (self.takes_loopback and parts.hostname in OURS):
            return "Webhook must be HTTPS on port 443"
        if secret and not SECRET.fullmatch(secret):
            return "secret: must match [a-zA-Z0-9_-]{5,256}"
        with self._lock:
            now = self.clock()
            self.unsubscribe(url)
            self.subscribed.append(Subscribed(url, secret, types, time.time(), now))
        return ""

    def unsubscribe(self, url: str) -> None:
        """Forget an address."""
        with self._lock:
            self.subscribed = [one for one in self.subscribed if one.url != url]

    def tell(self, update: Mapping[str, Any]) -> None:
        """Send an update now, or when it is released."""
        made = _without_nulls(update) if self.omits_nulls else dict(update)
        if self.adds_fields:
            made = {**made, "experiment": {"group": 7}, "is_new": None}
        with self._lock:
            self.happened.append(made)
            if self.subscribed:
                # Only who asks needs what was before.
                del self.happened[:-HISTORY]
            if self.is_holding:
                self._held.append(made)
            else:
                self._send(made)

    def release(self, *, seed: int | None = None) -> None:
        """Send what was held, in its order or shuffled by ``seed``."""
        with self._lock:
            held, self._held, self.is_holding = self._held, [], False
        if seed is not None:
            random.Random(seed).shuffle(held)  # noqa: S311 - a repeatable order is wanted
        for update in held:
            self._send(update)

    def _send(self, update: Mapping[str, Any]) -> None:
        body = json.dumps(update, ensure_ascii=False).encode()
        for one in [found for found in self.subscribed if found.wants(str(update["update_type"]))]:
            for _ in range(1 + self.duplicates):
                self.courier.send(partial(self._call, one.url, body), accepts=partial(self._is_over, one.url))

    def _call(self, url: str, body: bytes) -> tuple[str, Mapping[str, str], bytes]:
        """Return a call with the secret of now."""
        one = self._at(url)
        secret = {SECRET_HEADER: one.secret} if one is not None and one.secret else {}
        return url, {"Content-Type": "application/json", **secret}, body

    def _is_over(self, url: str, status: int, _body: bytes) -> bool:
        """Return whether no more try is wanted: it was exactly 200, or the address is not subscribed any more."""
        with self._lock:
            one = self._at(url)
            if one is None:
                return True
            if status == 200:
                one.answered = self.clock()
            elif self.clock() - one.answered > PATIENCE * self.factor:
                self.unsubscribe(url)
                return True
            return status == 200

    def _at(self, url: str) -> Subscribed | None:
        return next((one for one in self.subscribed if one.url == url), None)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_nulls(one) for name, one in value.items() if one is not None}
    return [_without_nulls(one) for one in value] if isinstance(value, list) else value
