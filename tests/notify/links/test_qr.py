"""QR codes: what they hold can be read back, and they keep their quiet zone."""

import io
import re
import xml.etree.ElementTree as ET

import pytest
from PIL import Image

from notify.links.qr import QUIET_ZONE, render_qr

PAYLOAD = "HTTPS://GO.EXAMPLE.RU/K/7KF3ZPX9QDABCDEFGHJKMNPQRS"


def test_a_png_has_square_modules_and_an_empty_quiet_zone() -> None:
    image = Image.open(io.BytesIO(render_qr(PAYLOAD, fmt="png", module_px=5))).convert("L")

    assert image.width == image.height
    assert image.width % 5 == 0
    border = QUIET_ZONE * 5
    assert min(image.crop((0, 0, image.width, border)).get_flattened_data()) == 255
    assert min(image.crop((0, 0, border, image.height)).get_flattened_data()) == 255
    assert image.getpixel((border, border)) == 0


def test_a_png_says_how_wide_a_module_is_in_millimetres() -> None:
    image = Image.open(io.BytesIO(render_qr(PAYLOAD, fmt="png", module_px=8)))

    assert image.info["dpi"][0] == pytest.approx(254, abs=1)


def test_an_svg_draws_the_same_modules_as_the_png() -> None:
    image = Image.open(io.BytesIO(render_qr(PAYLOAD, fmt="png", module_px=1))).convert("L")
    drawing = ET.fromstring(render_qr(PAYLOAD, fmt="svg"))  # noqa: S314 - our own drawing
    module = float(drawing.attrib["viewBox"].split()[2]) / image.width
    path = drawing.find("{http://www.w3.org/2000/svg}path")
    assert path is not None

    dark = {(x, y) for x in range(image.width) for y in range(image.height) if image.getpixel((x, y)) == 0}
    squares = re.findall(r"M([\d.]+),([\d.]+)H([\d.]+)V([\d.]+)H([\d.]+)z", path.attrib["d"])
    assert "".join("M{},{}H{}V{}H{}z".format(*square) for square in squares) == path.attrib["d"]
    drawn = [tuple(round(float(number) / module) for number in square) for square in squares]
    assert {(left, top) for left, top, *_ in drawn} == dark
    assert all(right - left == bottom - top == 1 for left, top, right, bottom, _ in drawn)


def test_an_svg_says_how_wide_a_module_is_in_millimetres() -> None:
    image = Image.open(io.BytesIO(render_qr(PAYLOAD, fmt="png", module_px=1)))
    drawing = ET.fromstring(render_qr(PAYLOAD, fmt="svg"))  # noqa: S314 - our own drawing

    assert float(drawing.attrib["width"].removesuffix("mm")) == pytest.approx(image.width * 0.8)


def test_an_svg_has_no_id_so_that_two_can_stand_in_one_page() -> None:
    assert b" id=" not in render_qr(PAYLOAD, fmt="svg")


def test_a_mass_code_is_as_big_as_a_careful_one() -> None:
    careful, mass = (
        Image.open(io.BytesIO(render_qr(PAYLOAD, fmt="png", module_px=1, mass=flag))) for flag in (False, True)
    )

    assert careful.size == mass.size


def test_an_upper_case_address_needs_fewer_modules_than_a_lower_case_one() -> None:
    upper, lower = (
        Image.open(io.BytesIO(render_qr(text, fmt="png", module_px=1))) for text in (PAYLOAD, PAYLOAD.lower())
    )

    assert upper.width < lower.width
