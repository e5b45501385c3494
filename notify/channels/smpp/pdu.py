"""What an SMSC sends, read with tolerance: codes, types and parameters that the specification does not know are kept.

The readers of aiosmpplib refuse them, and an incoming message that is refused is lost: see
`docs/decisions/2026-11-30-smpp.md`.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from struct import pack, unpack, unpack_from
from typing import Final

from aiosmpplib.state import MESSAGE_PAYLOAD, RECEIPTED_MESSAGE_ID, SmppCommand

HEADER: Final = 16
LONGEST: Final = 1 << 17
"""Of a PDU: a payload has at most 64 KiB. Anything longer is a stream that has lost its frame."""
RESPONSE: Final = 0x80000000
RECEIPT_CLASSES: Final = 0x24
"""Bits of `esm_class`: a receipt of the SMSC, and a notice on the way to it."""
HAS_HEADER: Final = 0x40
"""Bit of `esm_class`: the content begins with a user data header."""


@dataclass(frozen=True, slots=True)
class Pdu:
    """One PDU."""

    command: int
    status: int
    sequence: int
    body: bytes

    @property
    def is_response(self) -> bool:
        """Return whether it answers one of ours."""
        return bool(self.command & RESPONSE)

    def response(self, status: int = 0) -> bytes:
        """Return our answer to it."""
        has_id = self.command in (SmppCommand.DELIVER_SM, SmppCommand.DATA_SM)
        body = b"\0" if has_id else b""
        return pack("!IIII", HEADER + len(body), self.command | RESPONSE, status, self.sequence) + body


async def pdu_read(reader: asyncio.StreamReader) -> Pdu:
    """Read the next PDU. Raises `EOFError`, `OSError`, or `ValueError` for what is no PDU."""
    length, command, status, sequence = unpack("!IIII", await reader.readexactly(HEADER))
    if not HEADER <= length <= LONGEST:
        raise ValueError("no PDU")
    return Pdu(command, status, sequence, await reader.readexactly(length - HEADER))


def word(data: bytes) -> tuple[str, bytes]:
    """Return the text up to the first null, and what comes after it."""
    found, _, rest = data.partition(b"\0")
    return found.decode("latin-1"), rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What a deliver_sm or a data_sm carries."""

    source: str
    destination: str
    esm_class: int
    coding: int
    content: bytes
    parameters: Mapping[int, bytes]

    @property
    def is_receipt(self) -> bool:
        """Return whether it is about a message of ours. Only the SMSC sets these, never a person."""
        return bool(self.esm_class & RECEIPT_CLASSES) or RECEIPTED_MESSAGE_ID in self.parameters


def delivered(pdu: Pdu) -> Delivered:
    """Read the body. Raises `ValueError`."""
    try:
        return _data(pdu.body) if pdu.command == SmppCommand.DATA_SM else _deliver(pdu.body)
    except IndexError as error:
        raise ValueError("cut off") from error


def _addresses(body: bytes) -> tuple[str, str, bytes]:
    _, rest = word(body)
    source, rest = word(rest[2:])
    destination, rest = word(rest[2:])
    return source, destination, rest


def _deliver(body: bytes) -> Delivered:
    source, destination, rest = _addresses(body)
    esm_class, rest = rest[0], rest[3:]
    _, rest = word(rest)
    _, rest = word(rest)
    coding, length, rest = rest[2], rest[4], rest[5:]
    parameters = dict(_parameters(rest[length:]))
    return Delivered(
        source=source,
        destination=destination,
        esm_class=esm_class,
        coding=coding,
        content=rest[:length] or parameters.get(MESSAGE_PAYLOAD, b""),
        parameters=parameters,
    )


def _data(body: bytes) -> Delivered:
    source, destination, rest = _addresses(body)
    esm_class, coding = rest[0], rest[2]
    parameters = dict(_parameters(rest[3:]))
    return Delivered(
        source=source,
        destination=destination,
        esm_class=esm_class,
        coding=coding,
        content=parameters.get(MESSAGE_PAYLOAD, b""),
        parameters=parameters,
    )


def _parameters(data: bytes) -> Iterator[tuple[int, bytes]]:
    while len(data) >= 4:
        tag, length = unpack_from("!HH", data)
        yield tag, data[4 : 4 + length]
        data = data[4 + length :]
