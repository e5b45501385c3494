"""A logo is read by its content and made anew as a small PNG; an SVG that could do more than draw is refused."""

from io import BytesIO

import pytest
from PIL import Image

from notify.errors import ImageRefused
from notify.messages.logo_file import LIMITS, SHOWN, logo_read
from tests.factories.notify import picture_make

SVG = (
    '<?xml version="1.0"?><!-- drawn --><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 50">'
    '<defs><linearGradient id="g"><stop stop-color="#1b5e9e"/></linearGradient></defs>{}'
    '<rect width="200" height="50" fill="url(#g)"/></svg>'
)


def read(content: bytes | str) -> Image.Image:
    made = logo_read(BytesIO(content if isinstance(content, bytes) else content.encode()))
    picture = Image.open(BytesIO(made.content))
    assert (made.ending, picture.format, picture.size) == ("png", "PNG", (made.width, made.height))
    return picture


def test_an_svg_is_drawn_without_the_empty_room_around_it() -> None:
    picture = read(SVG.format(""))

    assert picture.width / picture.height == pytest.approx(4, rel=0.05)
    assert picture.width <= SHOWN[0]


def test_a_png_is_made_anew_and_no_larger_than_it_is_shown() -> None:
    picture = read(picture_make(size=(1600, 400)))

    assert picture.size == (480, 120)


def _refused(content: bytes | str) -> str:
    with pytest.raises(ImageRefused) as caught:
        read(content)
    return str(caught.value.facts["problem"])


@pytest.mark.parametrize(
    "part",
    [
        "<script>alert(1)</script>",
        '<image href="http://example.ru/a.png"/>',
        '<use href="#g"/>',
        '<g onload="alert(1)"/>',
        '<a href="https://example.ru"/>',
        '<style>@import "a.css";</style>',
        '<rect fill="url(http://example.ru/#a)"/>',
        "<foreignObject/>",
        '<animate attributeName="x"/>',
    ],
)
def test_an_svg_that_reaches_out_or_acts_is_refused(part: str) -> None:
    assert _refused(SVG.format(part)) == "unsafe"


def test_entities_are_refused() -> None:
    bomb = '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><!DOCTYPE a [<!ENTITY b "c">]></svg>'

    assert _refused(bomb) == "unsafe"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "not_an_image"),
        (b"<html><svg></svg></html>", "not_an_image"),
        ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path', "broken"),
        ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"></svg>', "broken"),
        (picture_make(ending="JPEG"), "not_a_logo"),
        (picture_make(size=(2100, 10)), "too_wide"),
        (b"<svg " + b" " * LIMITS.size, "too_big"),
    ],
    ids=["empty", "page", "cut", "nothing", "jpeg", "wide", "big"],
)
def test_what_is_no_logo_is_refused(content: bytes | str, problem: str) -> None:
    assert _refused(content) == problem


def test_an_svg_of_any_size_is_drawn_in_the_same_frame() -> None:
    huge = SVG.format("").replace('viewBox="0 0 200 50"', 'width="900000" height="900000" viewBox="0 0 200 50"')

    assert max(read(huge).size) <= SHOWN[0]
