"""A company may choose any colour; every person must still be able to read."""

from itertools import product

import pytest

from consents.accent import WHITE, contrast
from portal.ui.drawing.palette import (
    DARK_SURFACE,
    LIGHT_GROUND,
    READABLE,
    VISIBLE,
    palette_css,
    palette_dark,
    palette_light,
)

CHANNELS = ("00", "33", "77", "bb", "ff")
COLOURS = [f"#{red}{green}{blue}" for red, green, blue in product(CHANNELS, repeat=3)]


def test_contrast_is_that_of_the_standard() -> None:
    assert round(contrast("#000000", "#ffffff"), 1) == 21.0
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("colour", COLOURS)
def test_every_colour_reads_on_light_pages(colour: str) -> None:
    palette = palette_light(colour)

    assert contrast(palette.on_accent, palette.accent) >= READABLE
    for ground in (WHITE, LIGHT_GROUND, palette.accent_soft):
        assert contrast(palette.accent_ink, ground) >= READABLE


@pytest.mark.parametrize("colour", COLOURS)
def test_every_colour_reads_on_dark_pages(colour: str) -> None:
    palette = palette_dark(colour)

    assert contrast(palette.on_accent, palette.accent) >= READABLE
    assert contrast(palette.accent, DARK_SURFACE) >= VISIBLE
    for ground in (DARK_SURFACE, palette.accent_soft):
        assert contrast(palette.accent_ink, ground) >= READABLE


def test_a_colour_that_reads_is_left_as_the_company_chose_it() -> None:
    palette = palette_light("#1B5E9E")

    assert palette.accent == palette.accent_ink == "#1b5e9e"


@pytest.mark.parametrize("colour", ["", "red", "#fff", "#1b5e9", "#1b5e9e;}", "#1b5e9e\n", "#1b5e9g", "１２３４５６７"])
def test_nothing_but_a_colour_gets_into_the_stylesheet(colour: str) -> None:
    with pytest.raises(ValueError, match="hexadecimal"):
        palette_css(colour)


def test_the_stylesheet_sets_both_schemes() -> None:
    css = palette_css("#1b5e9e")

    assert css.count("--accent:") == 2
    assert "prefers-color-scheme:dark" in css
