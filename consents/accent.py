"""The accent colour of a company and the colour of words on it, by the contrast of WCAG 2.1. Pure."""

import re
from typing import Final

DEFAULT_ACCENT: Final = "#1b5e9e"
"""Of a company that has chosen none yet."""
WHITE: Final = "#ffffff"
INK: Final = "#16202e"

_COLOUR: Final = re.compile(r"#[0-9a-f]{6}", re.ASCII | re.IGNORECASE)


def is_colour(text: str) -> bool:
    """Return whether a text is `#rrggbb`."""
    return bool(_COLOUR.fullmatch(text))


def channels(colour: str) -> tuple[float, float, float]:
    """Return red, green and blue of `#rrggbb`, each from 0 to 1."""
    return int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2.1 defines it, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def words_on(fill: str) -> str:
    """Return white or ink, whichever has more contrast with a colour; white when it is no `#rrggbb`."""
    return INK if is_colour(fill) and contrast(INK, fill) > contrast(WHITE, fill) else WHITE


def _luminance(colour: str) -> float:
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
