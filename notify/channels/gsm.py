"""The alphabets of SMS and how a text is cut into parts (3GPP 23.038 and 23.040). Pure.

One letter outside the GSM alphabet (any Cyrillic letter, «», a long dash) turns the whole text into UCS-2.
Each part of a long text begins with a header of some bytes, which tells whose part it is.
"""

from typing import Final, Literal

GSM_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION: Final = frozenset("\f^{}\\[~]|€")
"""Cost two septets: an escape and the character."""

Alphabet = Literal["gsm", "ucs2"]
BYTES: Final = 140
"""Of one SMS."""
HEADER_8BIT: Final = 6
"""Bytes of a header with a reference of 8 bits: what operators bill by."""
HEADER_16BIT: Final = 7


def part_size(alphabet: Alphabet, header: int) -> int:
    """Return how much one SMS holds behind so many bytes of header: septets, or units of UTF-16."""
    left = BYTES - header
    return left * 8 // 7 if alphabet == "gsm" else left // 2


SINGLE: Final[dict[Alphabet, int]] = {"gsm": part_size("gsm", 0), "ucs2": part_size("ucs2", 0)}
PART: Final[dict[Alphabet, int]] = {"gsm": part_size("gsm", HEADER_8BIT), "ucs2": part_size("ucs2", HEADER_8BIT)}


def sms_alphabet(text: str) -> Alphabet:
    """Return ``gsm`` only when every character is in the GSM alphabet or its extension."""
    return "gsm" if all(c in GSM_BASIC or c in GSM_EXTENSION for c in text) else "ucs2"


def _cost(character: str, alphabet: Alphabet) -> int:
    if alphabet == "gsm":
        return 2 if character in GSM_EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1


def sms_parts(text: str, header: int = HEADER_8BIT) -> tuple[str, ...]:
    """Split ``text`` as a phone network does and bills: joined parts equal the text, no character is cut in two."""
    alphabet = sms_alphabet(text)
    costs = [_cost(character, alphabet) for character in text]
    if sum(costs) <= SINGLE[alphabet]:
        return (text,)
    size = part_size(alphabet, header)
    parts: list[str] = []
    start = used = 0
    for index, cost in enumerate(costs):
        if used + cost > size:
            parts.append(text[start:index])
            start, used = index, 0
        used += cost
    return (*parts, text[start:])
