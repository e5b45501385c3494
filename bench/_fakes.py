"""Fakes of providers, each in a process of its own, so that it costs the measured workers nothing but the machine."""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from multiprocessing.connection import Connection
from typing import Any, Final

from portal.laptop.fakes.max import FakeMax
from portal.laptop.fakes.smsc import SmscFake
from portal.laptop.fakes.smsru import SmsruFake

MAKE: Final[dict[str, Callable[[], Any]]] = {"smsc": SmscFake, "smsru": SmsruFake, "max": FakeMax}
CALL_S: Final = 0.05
"""What each provider takes for a call."""


@dataclass(frozen=True)
class Running:
    """A fake that runs. ``fields`` are those of its set-up."""

    fields: dict[str, str]
    pipe: Connection

    def ask(self, word: str, what: Any = None) -> Any:
        """Have the fake do or tell one thing of `_told`."""
        self.pipe.send((word, what))
        return self.pipe.recv()


@contextmanager
def running(kind: str) -> Iterator[Running]:
    """Run a fake that takes `CALL_S` for each call."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(kind, theirs), daemon=True)
    process.start()
    try:
        yield Running(ours.recv(), ours)
    finally:
        process.kill()
        process.join()


def _serve(kind: str, pipe: Connection) -> None:
    fake = MAKE[kind]()
    fake.delay, fake.balance = CALL_S, Decimal(10**9)
    with fake:
        pipe.send(_fields(kind, fake))
        while True:
            pipe.send(_told(fake, *pipe.recv()))


def _fields(kind: str, fake: Any) -> dict[str, str]:
    if kind == "smsc":
        return {"api_key": fake.api_key, "callback_secret": fake.secret, "url": fake.api}
    if kind == "smsru":
        return {"api_id": fake.api_id, "url": fake.url}
    return {"token": fake.token, "link_preview": "no", "url": fake.url}


def _told(fake: Any, word: str, what: Any) -> Any:
    """Return ``taken`` (addresses in their order), ``calls`` or ``too_many``; ``start`` people of MAX, or ``stop``."""
    if word == "taken":
        with fake.lock:
            return [one["user_id"] if isinstance(one, dict) else one.phone for one in fake.taken]
    if word == "calls":
        return len(fake.calls)
    if word == "too_many":
        return fake.too_many
    if word == "start":
        for user_id in what:
            fake.person(user_id).start()
    elif word == "stop":
        fake.fault = "reset"  # what is under way breaks off, and nothing new is taken
        fake.stop()
    return None
