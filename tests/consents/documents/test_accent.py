"""Words on the colour of a company."""

import pytest

from consents.accent import DEFAULT_ACCENT, INK, WHITE, contrast, is_colour, words_on


@pytest.mark.parametrize(
    ("fill", "words"), [(DEFAULT_ACCENT, WHITE), ("#000000", WHITE), ("#ffffff", INK), ("#FFDD2D", INK)]
)
def test_the_words_that_read_better_are_taken(fill: str, words: str) -> None:
    assert words_on(fill) == words
    assert contrast(words, fill) >= contrast({WHITE: INK, INK: WHITE}[words], fill)


@pytest.mark.parametrize("text", ["", "red", "#fff", "#1b5e9g", "#1b5e9e\n"])
def test_what_is_no_colour_bears_white(text: str) -> None:
    assert not is_colour(text)
    assert words_on(text) == WHITE
