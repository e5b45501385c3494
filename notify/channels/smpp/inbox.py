"""What comes in, as bodies of JSON, each kept before the SMSC is told that we have it.

Parts of a long text are kept as they come and, once they are all there or five minutes have passed, as one text.
"""

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from aiosmpplib import GSM7BitCodec
from aiosmpplib.state import SAR_MSG_REF_NUM, SAR_SEGMENT_SEQNUM, SAR_TOTAL_SEGMENTS, SmppCommandStatus

from notify.channels.smpp.pdu import HAS_HEADER, Delivered, Pdu, delivered

logger = logging.getLogger(__name__)

PART_SECONDS: Final = 300.0
MOST_HELD: Final = 500
"""Texts that are not complete."""

ENCODINGS: Final[Mapping[int, str]] = {1: "ascii", 3: "latin-1", 6: "iso8859_5", 8: "utf-16-be", 0x18: "utf-16-be"}
"""Values of data_coding; any other means the alphabet of GSM."""

Keep = Callable[[bytes], None]
Place = tuple[int, int, int]
"""Reference, total and number of a part."""


@dataclass(slots=True)
class _Held:
    """The parts of one text that have come."""

    until: float
    coding: int
    total: int
    parts: dict[int, bytes] = field(default_factory=dict)


class Inbox:
    """Takes incoming messages one after another, in one thread."""

    def __init__(self, keep: Keep, clock: Callable[[], float] = time.monotonic) -> None:
        self._keep, self._clock = keep, clock
        self._held: dict[tuple[str, str, int, int], _Held] = {}

    def take(self, pdu: Pdu) -> int:
        """Keep one message and return the status of the answer.

        It is 0 whatever came, unless nothing could be kept: then the SMSC is asked to bring it again.
        """
        try:
            self._take(pdu)
        except Exception as error:
            logger.error("smpp: an incoming message was not kept, %s", type(error).__name__)
            return SmppCommandStatus.ESME_RX_T_APPN
        return SmppCommandStatus.ESME_ROK

    def give_up(self, *, everything: bool = False) -> None:
        """Keep the texts whose missing parts have not come in time, as they are."""
        for key, held in list(self._held.items()):
            if everything or held.until <= self._clock():
                try:
                    self._whole(key, held)
                except Exception as error:
                    logger.error("smpp: parts of a text were not kept as one, %s", type(error).__name__)

    def _take(self, pdu: Pdu) -> None:
        try:
            found = delivered(pdu)
        except ValueError:
            self._put("unreadable", pdu=pdu.body.hex())
            return
        if found.is_receipt:
            self._put("receipt", **_of(found), **_receipt(found))
            return
        place, content = _place(found)
        if place is None:
            self._put("text", **_of(found), text=_text(found.coding, content))
        else:
            self._part(found, place, content)

    def _part(self, found: Delivered, place: Place, content: bytes) -> None:
        reference, total, number = place
        self._put("part", **_of(found), reference=reference, total=total, number=number, data=content.hex())
        key = (found.source, found.destination, reference, total)
        held = self._held.setdefault(key, _Held(self._clock() + PART_SECONDS, found.coding, total))
        held.parts[number] = content
        if len(held.parts) == total:
            self._whole(key, held)
        elif len(self._held) > MOST_HELD:
            self._whole(*next(iter(self._held.items())))

    def _whole(self, key: tuple[str, str, int, int], held: _Held) -> None:
        content = b"".join(held.parts[number] for number in sorted(held.parts))
        source, destination, _, total = key
        text = _text(held.coding, content)
        self._put("text", source=source, destination=destination, text=text, parts=len(held.parts), total=total)
        del self._held[key]

    def _put(self, kind: str, **said: Any) -> None:
        body = {"kind": kind, "at": datetime.now(UTC).isoformat(), **said}
        self._keep(json.dumps(body).encode())


def _of(found: Delivered) -> dict[str, str]:
    return {"source": found.source, "destination": found.destination}


def _receipt(found: Delivered) -> dict[str, Any]:
    # Receipts are ASCII by the specification, whatever the default alphabet is.
    encoding = "utf-16-be" if ENCODINGS.get(found.coding) == "utf-16-be" else "latin-1"
    parameters = {f"{tag:04x}": value.hex() for tag, value in found.parameters.items()}
    return {"text": found.content.decode(encoding, "replace"), "parameters": parameters}


def _text(coding: int, content: bytes) -> str:
    encoding = ENCODINGS.get(coding)
    return content.decode(encoding, "replace") if encoding else GSM7BitCodec().decode(content, "replace")[0]


def _place(found: Delivered) -> tuple[Place | None, bytes]:
    """Return the place of a part, None for a whole text, and the content behind the header."""
    if found.esm_class & HAS_HEADER and found.content:
        end = found.content[0] + 1
        return _sound(_place_in_header(found.content[1:end])), found.content[end:]
    tags = (SAR_MSG_REF_NUM, SAR_TOTAL_SEGMENTS, SAR_SEGMENT_SEQNUM)
    given = [found.parameters[tag] for tag in tags if tag in found.parameters]
    if len(given) != len(tags):
        return None, found.content
    reference, total, number = (int.from_bytes(value[:2]) for value in given)
    return _sound((reference, total, number)), found.content


def _place_in_header(header: bytes) -> Place | None:
    while len(header) >= 2:
        kind, length = header[0], header[1]
        value, header = header[2 : 2 + length], header[2 + length :]
        if (kind, len(value)) in ((0x00, 3), (0x08, 4)):
            return int.from_bytes(value[:-2]), value[-2], value[-1]
    return None


def _sound(place: Place | None) -> Place | None:
    return place if place is not None and 1 <= place[2] <= place[1] <= 255 and place[1] > 1 else None
