"""QR codes, behind one function, so that the encoder can be changed in one file. Pure.

A module takes four dots of the printer or more (qrcode.com/en/howto/cell.html). Level M for screens
and clean print, Q for receipts, envelopes and outdoors, H only with a logo. Give upper-case addresses: they encode in
the compact alphanumeric mode.
"""

import io
from typing import Final, Literal

import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q

Format = Literal["png", "svg"]
Level = Literal["L", "M", "Q", "H"]

QUIET_ZONE: Final = 4
MASS_MASK: Final = 3
"""Any mask decodes. Trying all eight takes most of the time, so masses of screen images share one."""

_LEVELS: Final[dict[Level, int]] = {
    "L": ERROR_CORRECT_L,
    "M": ERROR_CORRECT_M,
    "Q": ERROR_CORRECT_Q,
    "H": ERROR_CORRECT_H,
}
_MM_PER_INCH: Final = 25.4


def render_qr(
    payload: str,
    *,
    fmt: Format = "svg",
    level: Level = "M",
    module_mm: float = 0.8,
    module_px: int = 8,
    mass: bool = False,
) -> bytes:
    """Draw `payload` as a QR code, dark on light, with the quiet zone of four modules.

    A PNG has `module_px` pixels a module and says by its resolution that a module is `module_mm` wide; an
    SVG (no id, no prefix, so that several can stand in one page) is that wide. `mass` takes a fixed mask:
    seven times faster, for screens; leave it off for print.
    """
    modules = _matrix(payload, level, mass=mass)
    if fmt == "png":
        return _png(modules, module_px, module_mm)
    return _svg(modules, module_mm).encode()


def _matrix(payload: str, level: Level, *, mass: bool) -> list[list[bool]]:
    code = qrcode.QRCode(error_correction=_LEVELS[level], border=QUIET_ZONE, mask_pattern=MASS_MASK if mass else None)
    code.add_data(payload)
    code.make(fit=True)
    return [[bool(cell) for cell in row] for row in code.get_matrix()]


def _png(modules: list[list[bool]], module_px: int, module_mm: float) -> bytes:
    side = len(modules)
    image = Image.new("1", (side, side), 1)
    image.putdata([0 if cell else 1 for row in modules for cell in row])
    scaled = image.resize((side * module_px, side * module_px), Image.Resampling.NEAREST)
    dots_per_inch = round(module_px * _MM_PER_INCH / module_mm)
    target = io.BytesIO()
    scaled.save(target, format="PNG", optimize=True, dpi=(dots_per_inch, dots_per_inch))
    return target.getvalue()


def _svg(modules: list[list[bool]], module_mm: float) -> str:
    """Write one path of horizontal runs: a tenth of the bytes of one square per module."""
    side = len(modules)
    runs = [run for top, row in enumerate(modules) for run in _runs(row, top)]
    size = f"{side * module_mm:g}mm"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 {side} {side}" '
        f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path fill="#000" d="{"".join(runs)}"/></svg>'
    )


def _runs(row: list[bool], top: int) -> list[str]:
    runs = []
    start: int | None = None
    for left, cell in enumerate([*row, False]):
        if cell and start is None:
            start = left
        elif not cell and start is not None:
            width = left - start
            runs.append(f"M{start} {top}h{width}v1h-{width}z")
            start = None
    return runs
