"""How many parts an SMS takes (3GPP 23.038 and 23.040). Pure.

One letter outside the GSM alphabet (any Cyrillic letter, «», a long dash) turns the whole text into UCS-2.
Lengths are those of parts with an 8-bit reference: 153 septets or 67 UTF-16 units.
"""

from dataclasses import dataclass
from typing import Final, Literal

GSM_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION: Final = frozenset("\f^{}\\[~]|€")
"""Cost two septets: an escape and the character."""

Alphabet = Literal["gsm", "ucs2"]
SINGLE: Final[dict[Alphabet, int]] = {"gsm": 160, "ucs2": 70}
PART: Final[dict[Alphabet, int]] = {"gsm": 153, "ucs2": 67}


@dataclass(frozen=True, slots=True)
class Segments:
    """``units`` are septets or UTF-16 units; ``left`` is the room in the last part."""

    alphabet: Alphabet
    units: int
    parts: tuple[str, ...]
    left: int

    @property
    def count(self) -> int:
        """Return the number of parts that the operator bills."""
        return len(self.parts)


def sms_alphabet(text: str) -> Alphabet:
    """Return ``gsm`` only when every character is in the GSM alphabet or its extension."""
    return "gsm" if all(c in GSM_BASIC or c in GSM_EXTENSION for c in text) else "ucs2"


def _cost(character: str, alphabet: Alphabet) -> int:
    if alphabet == "gsm":
        return 2 if character in GSM_EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1


def sms_segments(text: str) -> Segments:
    """Split ``text`` as a phone network does: joined parts equal the text, no character is cut in two."""
    alphabet = sms_alphabet(text)
    costs = [_cost(character, alphabet) for character in text]
    units = sum(costs)
    if units <= SINGLE[alphabet]:
        return Segments(alphabet, units, (text,), SINGLE[alphabet] - units)
    limit = PART[alphabet]
    parts: list[str] = []
    start = used = 0
    for index, cost in enumerate(costs):
        if used + cost > limit:
            parts.append(text[start:index])
            start, used = index, 0
        used += cost
    parts.append(text[start:])
    return Segments(alphabet, units, tuple(parts), limit - used)
