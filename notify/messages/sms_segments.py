"""How many parts an SMS takes (3GPP 23.038 and 23.040). Pure.

One letter outside the GSM alphabet (any Cyrillic letter, «», a long dash) turns the whole text into UCS-2.
Lengths are those of parts with an 8-bit reference: 153 septets or 67 UTF-16 units.
"""

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


def sms_alphabet(text: str) -> Alphabet:
    """Return ``gsm`` only when every character is in the GSM alphabet or its extension."""
    return "gsm" if all(c in GSM_BASIC or c in GSM_EXTENSION for c in text) else "ucs2"


def _cost(character: str, alphabet: Alphabet) -> int:
    if alphabet == "gsm":
        return 2 if character in GSM_EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1


def sms_parts(text: str) -> tuple[str, ...]:
    """Split ``text`` as a phone network does and bills: joined parts equal the text, no character is cut in two."""
    alphabet = sms_alphabet(text)
    costs = [_cost(character, alphabet) for character in text]
    if sum(costs) <= SINGLE[alphabet]:
        return (text,)
    parts: list[str] = []
    start = used = 0
    for index, cost in enumerate(costs):
        if used + cost > PART[alphabet]:
            parts.append(text[start:index])
            start, used = index, 0
        used += cost
    return (*parts, text[start:])
