"""A fake SMSC that speaks SMPP 3.4 on loopback.

It checks the password, takes submit_sm, reports, brings texts, and misbehaves as told:

- ``window``, ``per_second``: more than that is throttled (0x58). ``delay``: spent on each answer. ``is_silent``: it
  answers nothing any more. ``bind_status``: of every bind. `hold` keeps answers to submit_sm back until `release`.
- ``+7999000NNNN`` is answered with the status NNNN (decimal); ``fake.statuses[number]`` likewise.
- ``+79991000001`` silent, ``…02`` silent but taken, ``…03`` cut, ``…04`` cut but taken, ``…05`` generic_nack.
- Of long texts: ``…06`` refuses the second part (0x45), ``…07`` throttles it once, ``…08`` cuts at it.
- ``+7999200000S`` ends in the state S (1-8) of message_state, any other is delivered; ``err``, ``network`` go along.
- Receipts come after ``receipt_delay`` (None: when `report` is called), ``repeats`` times, backwards if
  ``is_shuffled``; with ``hex_ids`` the id is hexadecimal in the answer and decimal in the receipt.
- `write` brings a person's text, `drop` cuts every session. What is not answered with 0 is brought again after
  ``redelivery`` seconds, and to the next session. With ``most`` only so many of each thing are kept.
"""

import asyncio
import ssl
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from portal.laptop.fakes.lasting import newest_keep
from portal.laptop.fakes.smpp.pdus import (
    NETWORK_ERROR,
    RECEIPTED_ID,
    STATE,
    Parts,
    Submit,
    deliver,
    delivers,
    parameter,
    submit_read,
    text_of,
)
from portal.laptop.fakes.smpp.sessions import RESPONSE, SUBMIT, SmscServer, SmscSession

THROTTLED: Final = 0x58
REFUSED: Final = 0x45
INVALID_COMMAND: Final = 0x03
RECEIPT: Final = 4

ANSWERED: Final = "7999000"
ENDS: Final = "7999200000"
FAULTS: Final = {
    "79991000001": "silent",
    "79991000002": "silent_took",
    "79991000003": "cut",
    "79991000004": "cut_took",
    "79991000005": "nack",
}
TAKES: Final = ("", "silent_took", "cut_took")
SECOND_PART: Final = {"79991000006": "refuse", "79991000007": "throttle", "79991000008": "cut"}
STATES: Final = ("", "ENROUTE", "DELIVRD", "EXPIRED", "DELETED", "UNDELIV", "ACCEPTD", "UNKNOWN", "REJECTD")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One whole message as the phone shows it."""

    source: str
    destination: str
    text: str
    parts: int
    ids: tuple[str, ...]


class SmppFake(SmscServer):
    """One SMSC with one account. ``with SmppFake() as fake``: it listens at ``fake.address``."""

    def __init__(
        self,
        *,
        port: int = 0,
        system_id: str = "mostik",
        password: str = "secret",  # noqa: S107 - of nobody
        tls: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(port=port, system_id=system_id, password=password, tls=tls)
        self.window = self.per_second = self.most_open = self.most = 0
        self.delay = 0.0
        self.receipt_delay: float | None = 0.2
        self.repeats = 1
        self.is_shuffled = self.hex_ids = False
        self.err, self.network = "000", b""
        self.statuses: dict[str, int] = {}
        self.taken: list[Taken] = []
        self.submits: list[Submit] = []
        self._id = 0x1A2B3C
        self._reference = 0
        self._parts: dict[tuple[str, int, int], dict[int, tuple[Submit, str]]] = {}
        self._throttled_once: set[str] = set()
        self._recent: deque[float] = deque()
        self._receipts: list[bytes] = []
        self._released = asyncio.Event()
        self._released.set()

    def hold(self) -> None:
        """Keep answers to submit_sm back."""
        self.run(self._hold(is_held=True))

    def release(self) -> None:
        """Let the answers go."""
        self.run(self._hold(is_held=False))

    def report(self) -> None:
        """Bring the receipts that wait."""
        self.run(self._report())

    def write(
        self, source: str, text: str, *, parts: Parts = "", size: int = 134, lost: int = 0, backwards: bool = False
    ) -> None:
        """Bring a text of a person, in parts of ``size`` bytes, without the part number ``lost``."""
        self._reference += 1
        made = delivers(source, text, parts=parts, reference=self._reference, size=size)
        chosen = [body for number, body in enumerate(made, start=1) if number != lost]
        self.bring(*(reversed(chosen) if backwards else chosen))

    async def submitted(self, session: SmscSession, sequence: int, body: bytes) -> None:
        """Take a submit_sm or not, and answer it."""
        submit = submit_read(body)
        session.open += 1
        self.most_open = max(self.most_open, session.open)
        self.submits.append(submit)
        for kept in (self.submits, self.taken, self.binds, self.answers, self.responses) if self.most else ():
            newest_keep(kept, self.most)
        status, fault = self._verdict(session, submit)
        given = self._take(submit) if not status and fault in TAKES else ""
        await asyncio.sleep(self.delay)
        await self._released.wait()
        if fault.startswith("silent"):
            return
        session.open -= 1
        if fault.startswith("cut"):
            session.cut()
        elif fault == "nack":
            session.write(RESPONSE, INVALID_COMMAND, sequence)
        else:
            session.write(SUBMIT | RESPONSE, status, sequence, f"{given}\0".encode() if given else b"")

    async def _hold(self, *, is_held: bool) -> None:
        (self._released.clear if is_held else self._released.set)()

    def _verdict(self, session: SmscSession, submit: Submit) -> tuple[int, str]:
        """Return the status of the answer and what goes wrong."""
        if self._is_too_fast() or 0 < self.window < session.open:
            return THROTTLED, ""
        number = submit.destination
        if submit.place is not None and submit.place[2] == 2 and number in SECOND_PART:
            return self._second_part(number)
        answered = int(number[7:]) if number.startswith(ANSWERED) and len(number) == 11 else 0
        return self.statuses.get(number, answered), FAULTS.get(number, "")

    def _second_part(self, number: str) -> tuple[int, str]:
        way = SECOND_PART[number]
        if way == "throttle":
            is_again = number in self._throttled_once
            self._throttled_once.add(number)
            return 0 if is_again else THROTTLED, ""
        return (REFUSED, "") if way == "refuse" else (0, way)

    def _is_too_fast(self) -> bool:
        now = time.monotonic()
        while self._recent and self._recent[0] <= now - 1:
            self._recent.popleft()
        if self.per_second and len(self._recent) >= self.per_second:
            return True
        self._recent.append(now)
        return False

    def _take(self, submit: Submit) -> str:
        """Take one part, the whole message with its last; return the id for the answer."""
        self._id += 1
        given = f"{self._id:X}" if self.hex_ids else str(self._id)
        reference, total, number = submit.place or (0, 1, 1)
        parts = self._parts.setdefault((submit.destination, reference, total), {})
        parts[number] = (submit, given)
        if len(parts) == total:
            del self._parts[submit.destination, reference, total]
            self._whole([parts[one] for one in sorted(parts)])
        if submit.registered:
            self._receipt(submit, self._id, given)
        return given

    def _whole(self, parts: Sequence[tuple[Submit, str]]) -> None:
        submit = parts[0][0]
        text = "".join(text_of(one.coding, one.content) for one, _ in parts)
        ids = tuple(given for _, given in parts)
        self.taken.append(
            Taken(source=submit.source, destination=submit.destination, text=text, parts=len(parts), ids=ids)
        )

    def _receipt(self, submit: Submit, number: int, given: str) -> None:
        state = int(submit.destination[-1]) if submit.destination.startswith(ENDS) else 2
        when = datetime.now(UTC).strftime("%y%m%d%H%M")
        text = (
            f"id:{number} sub:001 dlvrd:{state == 2:03d} submit date:{when} done date:{when} "
            f"stat:{STATES[state]} err:{self.err} text:stat:DELIVRD id:1"
        )
        parameters = parameter(RECEIPTED_ID, f"{given}\0".encode()) + parameter(STATE, bytes([state]))
        parameters += parameter(NETWORK_ERROR, self.network) if self.network else b""
        body = deliver(submit.destination, submit.source, text.encode(), esm_class=RECEIPT, parameters=parameters)
        self._receipts += [body] * self.repeats
        if self.receipt_delay is not None:
            self.spawn(self._report(self.receipt_delay))

    async def _report(self, delay: float = 0.0) -> None:
        await asyncio.sleep(delay)
        receipts, self._receipts = self._receipts, []
        await self.queue(receipts[::-1] if self.is_shuffled else receipts)
