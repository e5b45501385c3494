"""Pictures as somebody uploads them: known by their content, made anew without what else is in the file."""

import io
import zlib
from contextlib import suppress
from struct import pack
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from notify.channels.base import ImageLimits
from notify.errors import ImageRefused
from notify.messages.image_file import OWN_LIMITS, image_read

LIMITS = ImageLimits(size=200_000, side=600)
GPS = 0x8825
ORIENTATION = 0x0112


def file_of(mode: str = "RGB", size: tuple[int, int] = (30, 20), ending: str = "PNG", **options: Any) -> bytes:
    """A picture as a program writes it."""
    target = io.BytesIO()
    Image.new(mode, size).save(target, ending, **options)
    return target.getvalue()


def read(content: bytes, limits: ImageLimits = LIMITS) -> Any:
    return image_read(io.BytesIO(content), limits=limits)


def problem_of(content: bytes, limits: ImageLimits = LIMITS) -> str:
    with pytest.raises(ImageRefused) as caught:
        read(content, limits)
    return str(caught.value.facts["problem"])


@pytest.mark.parametrize(
    ("mode", "ending", "expected"),
    [
        ("RGB", "PNG", "png"),
        ("RGBA", "PNG", "png"),
        ("P", "PNG", "png"),
        ("LA", "PNG", "png"),
        ("1", "PNG", "png"),
        ("I;16", "PNG", "png"),
        ("RGB", "JPEG", "jpg"),
        ("L", "JPEG", "jpg"),
        ("CMYK", "JPEG", "jpg"),
    ],
)
def test_a_picture_is_taken_in_its_own_format(mode: str, ending: str, expected: str) -> None:
    found = read(file_of(mode, ending=ending))

    assert (found.ending, found.width, found.height) == (expected, 30, 20)
    again = Image.open(io.BytesIO(found.content))
    assert (again.format, again.size) == (ending, (30, 20))
    assert again.mode != "CMYK"


@pytest.mark.parametrize("ending", ["GIF", "BMP", "TIFF", "WEBP"])
def test_another_format_is_refused_whatever_its_name(ending: str) -> None:
    assert problem_of(file_of(ending=ending)) == "not_an_image"


@pytest.mark.parametrize("content", [b"", b"<svg onload='alert(1)'/>", b"%PDF-1.7", b"MZ\0", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    assert problem_of(content) == "not_an_image"


def test_a_file_that_was_cut_is_refused() -> None:
    whole = file_of(size=(300, 300), ending="JPEG", quality=95)

    assert problem_of(whole[: len(whole) // 2]) == "broken"


def test_a_moving_picture_is_refused() -> None:
    frames = [Image.new("RGB", (10, 10), colour) for colour in ("red", "blue")]
    target = io.BytesIO()
    frames[0].save(target, "PNG", save_all=True, append_images=frames[1:])

    assert problem_of(target.getvalue()) == "animated"


def test_a_file_above_the_limit_is_refused_before_it_is_read() -> None:
    assert problem_of(b"\x89PNG" + bytes(LIMITS.size)) == "too_big"


@pytest.mark.parametrize("size", [(601, 10), (10, 601)])
def test_a_side_above_the_limit_is_refused(size: tuple[int, int]) -> None:
    assert problem_of(file_of(size=size)) == "too_wide"


def test_our_own_limits_hold_where_the_provider_takes_more() -> None:
    wide = ImageLimits(size=10**9, side=10**6)

    assert problem_of(file_of("1", size=(OWN_LIMITS.side + 1, 1)), wide) == "too_wide"
    assert problem_of(b"\x89PNG" + bytes(OWN_LIMITS.size), wide) == "too_big"


def test_a_head_that_claims_millions_of_pixels_costs_no_memory() -> None:
    head = pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = pack(">I", len(head)) + b"IHDR" + head + pack(">I", zlib.crc32(b"IHDR" + head))

    assert problem_of(b"\x89PNG\r\n\x1a\n" + chunk + file_of()[33:]) == "too_wide"


def test_where_and_by_whom_it_was_taken_is_left_out() -> None:
    exif = Image.Exif()
    exif[0x013B] = "Анна Ёлкина"
    exif.get_ifd(GPS)[1] = "N"
    photo = file_of(ending="JPEG", exif=exif, comment=b"a secret comment")
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "a secret author")
    drawing = file_of(pnginfo=text, exif=exif)

    for content in (photo, drawing):
        assert b"secret" in content
        found = read(content)

        again = Image.open(io.BytesIO(found.content))
        assert dict(again.getexif()) == {}
        assert not {"comment", "Author", "exif"} & set(again.info)
        assert b"secret" not in found.content


def test_what_lies_behind_the_picture_is_left_out() -> None:
    assert b"behind" not in read(file_of() + b"behind the picture").content
    assert b"behind" not in read(file_of(ending="JPEG") + b"behind the picture").content


def test_a_photo_that_was_taken_sideways_stands_upright() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6

    found = read(file_of(ending="JPEG", exif=exif))

    assert (found.width, found.height) == (20, 30)


def test_the_colours_of_a_screen_stay_and_those_of_print_are_made_anew() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    kept = Image.open(io.BytesIO(read(file_of(ending="JPEG", icc_profile=profile)).content))
    made = Image.open(io.BytesIO(read(file_of("CMYK", ending="JPEG", icc_profile=profile)).content))

    assert kept.info["icc_profile"] == profile
    assert "icc_profile" not in made.info


def test_the_same_file_is_the_same_picture() -> None:
    first, second = read(file_of()), read(file_of())

    assert first.sha256 == second.sha256
    assert first.sha256 != read(file_of(size=(31, 20))).sha256


@given(st.binary(max_size=300), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", file_of()[:60]]))
def test_no_bytes_break_the_reader(tail: bytes, head: bytes) -> None:
    with suppress(ImageRefused):
        assert read(head + tail).content
