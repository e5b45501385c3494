"""QR codes, made by one function so that the encoder can be changed in one file. Pure.

A module takes four dots of the printer or more (qrcode.com/en/howto/cell.html). Pass upper-case addresses: they
encode in the compact alphanumeric mode.
"""

import io
from typing import Final, Literal

from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.pil import PilImage
from qrcode.image.svg import SvgPathFillImage
from qrcode.main import QRCode

Format = Literal["png", "svg"]

QUIET_ZONE: Final = 4
MASS_MASK: Final = 3
"""Any mask decodes. Trying all eight takes most of the time, so masses of screen images share one."""

_TENTHS_OF_MM: Final = 8
"""Width of a printed module; the library counts an SVG in tenths of a millimetre."""
_TENTHS_PER_INCH: Final = 254


def render_qr(payload: str, *, fmt: Format = "svg", module_px: int = 8, mass: bool = False) -> bytes:
    """Return `payload` as a QR code, dark on light, with the quiet zone of four modules and error correction M.

    A PNG has `module_px` pixels a module and says by its resolution that a module is 0.8 mm wide; an SVG (no id,
    so that several can stand in one page) is that wide. `mass` takes a fixed mask: several times faster, for
    screens; leave it off for print.
    """
    code = QRCode(
        error_correction=ERROR_CORRECT_M,
        box_size=module_px if fmt == "png" else _TENTHS_OF_MM,
        border=QUIET_ZONE,
        mask_pattern=MASS_MASK if mass else None,
    )
    code.add_data(payload)
    if fmt == "svg":
        drawing = code.make_image(SvgPathFillImage, **{"shape-rendering": "crispEdges"})
        for part in drawing.get_image():
            part.attrib.pop("id", None)
        return drawing.to_string()
    dots_per_inch = round(module_px * _TENTHS_PER_INCH / _TENTHS_OF_MM)
    target = io.BytesIO()
    code.make_image(PilImage).save(target, optimize=True, dpi=(dots_per_inch, dots_per_inch))
    return target.getvalue()
