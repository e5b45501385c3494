"""SMPP 3.4 on the side of an SMSC, written by hand: so that a mistake of the library is not made twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from struct import pack, unpack_from
from typing import Final, Literal

HEADER: Final = 16
UDHI: Final = 0x40
RECEIPTED_ID: Final = 0x001E
SAR: Final = (0x020C, 0x020E, 0x020F)
NETWORK_ERROR: Final = 0x0423
PAYLOAD: Final = 0x0424
STATE: Final = 0x0427
GSM: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION: Final[Mapping[int, str]] = {
    0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|", 0x65: "€",
}  # fmt: skip
ESCAPE: Final = 0x1B
UCS2: Final = 8
OURS: Final = "7999"
"""The number that people write to."""

Parts = Literal["", "udh8", "udh16", "sar", "payload"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Submit:
    """One submit_sm as it came. ``place`` is reference, total and number of a part."""

    service_type: str
    source_ton: int
    source_npi: int
    source: str
    destination_ton: int
    destination_npi: int
    destination: str
    esm_class: int
    validity: str
    registered: int
    coding: int
    content: bytes
    place: tuple[int, int, int] | None
    has_payload: bool


def pdu(command: int, status: int, sequence: int, body: bytes = b"") -> bytes:
    """Return a whole PDU."""
    return pack("!IIII", HEADER + len(body), command, status, sequence) + body


def words(body: bytes) -> list[str]:
    """Return the C strings that a body begins with."""
    return [found.decode("ascii", "replace") for found in body.split(b"\0")]


def submit_read(body: bytes) -> Submit:
    """Read the body of a submit_sm. Raises `ValueError`."""
    service_type, rest = _word(body)
    source_ton, source_npi = rest[0], rest[1]
    source, rest = _word(rest[2:])
    destination_ton, destination_npi = rest[0], rest[1]
    destination, rest = _word(rest[2:])
    esm_class = rest[0]
    _, rest = _word(rest[3:])
    validity, rest = _word(rest)
    registered, coding, length = rest[0], rest[2], rest[4]
    content, parameters = rest[5 : 5 + length], _parameters(rest[5 + length :])
    place = _place_of(parameters)
    if esm_class & UDHI:
        place, content = _header(content)
    return Submit(
        service_type=service_type,
        source_ton=source_ton,
        source_npi=source_npi,
        source=source,
        destination_ton=destination_ton,
        destination_npi=destination_npi,
        destination=destination,
        esm_class=esm_class,
        validity=validity,
        registered=registered,
        coding=coding,
        content=content or parameters.get(PAYLOAD, b""),
        place=place,
        has_payload=PAYLOAD in parameters,
    )


def _word(data: bytes) -> tuple[str, bytes]:
    end = data.index(b"\0")
    return data[:end].decode("ascii"), data[end + 1 :]


def _parameters(data: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    while data:
        tag, length = unpack_from("!HH", data)
        found[tag] = data[4 : 4 + length]
        data = data[4 + length :]
    return found


def _place_of(parameters: Mapping[int, bytes]) -> tuple[int, int, int] | None:
    if SAR[0] not in parameters:
        return None
    reference, total, number = (int.from_bytes(parameters[tag], "big") for tag in SAR)
    return reference, total, number


def _header(content: bytes) -> tuple[tuple[int, int, int], bytes]:
    if content[:3] == b"\x05\x00\x03":
        return (content[3], content[4], content[5]), content[6:]
    if content[:3] == b"\x06\x08\x04":
        return (int.from_bytes(content[3:5], "big"), content[5], content[6]), content[7:]
    raise ValueError("a header that no phone knows")


def text_of(coding: int, content: bytes) -> str:
    """Return what a phone would show. Raises `ValueError`."""
    if coding == UCS2:
        return content.decode("utf-16-be")
    shown, is_escaped = "", False
    for septet in content:
        if is_escaped:
            shown, is_escaped = shown + EXTENSION[septet], False
        elif septet == ESCAPE:
            is_escaped = True
        else:
            shown += GSM[septet]
    return shown


def deliver(
    source: str, destination: str, content: bytes, *, esm_class: int = 0, coding: int = 0, parameters: bytes = b""
) -> bytes:
    """Return the body of a deliver_sm."""
    addresses = b"\0\x01\x01" + source.encode() + b"\0\x01\x01" + destination.encode() + b"\0"
    middle = pack("!BBB", esm_class, 0, 0) + b"\0\0" + pack("!BBBBB", 0, 0, coding, 0, len(content))
    return addresses + middle + content + parameters


def parameter(tag: int, value: bytes) -> bytes:
    """Return one optional parameter."""
    return pack("!HH", tag, len(value)) + value


def delivers(source: str, text: str, *, parts: Parts, reference: int, size: int) -> list[bytes]:
    """Return a person's text to `OURS` as bodies of deliver_sm, in parts of ``size`` bytes that heed no character."""
    destination = OURS
    content = text.encode("utf-16-be")
    if parts == "payload":
        return [deliver(source, destination, b"", coding=UCS2, parameters=parameter(PAYLOAD, content))]
    if not parts:
        return [deliver(source, destination, content, coding=UCS2)]
    pieces = [content[start : start + size] for start in range(0, len(content), size)]
    made = []
    for number, piece in enumerate(pieces, start=1):
        if parts == "sar":
            values = (pack("!H", reference), bytes([len(pieces)]), bytes([number]))
            tied = b"".join(parameter(tag, value) for tag, value in zip(SAR, values, strict=True))
            made.append(deliver(source, destination, piece, coding=UCS2, parameters=tied))
            continue
        wide = parts == "udh16"
        head = pack("!BBBHBB", 6, 8, 4, reference, len(pieces), number)
        head = head if wide else bytes([5, 0, 3, reference & 0xFF, len(pieces), number])
        made.append(deliver(source, destination, head + piece, esm_class=UDHI, coding=UCS2))
    return made
