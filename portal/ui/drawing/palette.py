"""The accent of a company: from its one colour, four tokens for light and dark pages, always readable (WCAG 2.1 AA).

The company may choose any colour; words in it must still reach 4.5:1. The hue is kept, only the lightness changes.
"""

from colorsys import hls_to_rgb, rgb_to_hls
from dataclasses import dataclass
from typing import Final

from consents.accent import channels, contrast, is_colour, words_on

READABLE: Final = 4.5
VISIBLE: Final = 3.0
LIGHT_GROUND: Final = "#f4f6f8"
DARK_SURFACE: Final = "#17202c"
STEP: Final = 0.01


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as `#rrggbb`: a filled button, the words on it, the accent as text and outline, a tinted ground."""

    accent: str
    on_accent: str
    accent_ink: str
    accent_soft: str


def palette_css(colour: str) -> str:
    """Return the stylesheet of one company. Raises ValueError unless `colour` is `#rrggbb`."""
    light, dark = palette_light(colour), palette_dark(colour)
    return f":root{{{_tokens(light)}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{_tokens(dark)}}}}}\n"


def palette_light(colour: str) -> Palette:
    """Return the tokens for light pages: as text the accent is readable on white, the ground and its own tint."""
    colour = _checked(colour)
    soft = _with_lightness(colour, 0.945, most_saturation=0.7)
    fill, on_fill = _fill(colour, step=-STEP)
    ink = _moved(colour, [LIGHT_GROUND, soft], READABLE, step=-STEP)
    return Palette(accent=fill, on_accent=on_fill, accent_ink=ink, accent_soft=soft)


def palette_dark(colour: str) -> Palette:
    """Return the tokens for dark pages: the hue, lightened until it is readable on the surface and its own tint."""
    colour = _checked(colour)
    soft = _with_lightness(colour, 0.19, most_saturation=0.5)
    fill, on_fill = _fill(_moved(colour, [DARK_SURFACE], VISIBLE, step=STEP), step=STEP)
    ink = _moved(_with_lightness(colour, 0.7), [DARK_SURFACE, soft], READABLE, step=STEP)
    return Palette(accent=fill, on_accent=on_fill, accent_ink=ink, accent_soft=soft)


def _fill(fill: str, *, step: float) -> tuple[str, str]:
    """Return the colours of a button and its words: the company's own, shifted until white or ink is readable on it."""
    words = words_on(fill)
    while contrast(words, fill) < READABLE:
        fill = _shifted(fill, step)
        words = words_on(fill)
    return fill, words


def _moved(colour: str, grounds: list[str], enough: float, *, step: float) -> str:
    while min(contrast(colour, ground) for ground in grounds) < enough:
        shifted = _shifted(colour, step)
        if shifted == colour:
            return colour
        colour = shifted
    return colour


def _shifted(colour: str, step: float) -> str:
    hue, lightness, saturation = rgb_to_hls(*channels(colour))
    return _written(hue, min(1.0, max(0.0, lightness + step)), saturation)


def _with_lightness(colour: str, lightness: float, *, most_saturation: float = 1.0) -> str:
    hue, _, saturation = rgb_to_hls(*channels(colour))
    return _written(hue, lightness, min(saturation, most_saturation))


def _written(hue: float, lightness: float, saturation: float) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in hls_to_rgb(hue, lightness, saturation))


def _checked(colour: str) -> str:
    if not is_colour(colour):
        raise ValueError("A colour is written as # and six hexadecimal digits")
    return colour.lower()


def _tokens(palette: Palette) -> str:
    return (
        f"--accent:{palette.accent};--on-accent:{palette.on_accent};"
        f"--accent-ink:{palette.accent_ink};--accent-soft:{palette.accent_soft}"
    )
