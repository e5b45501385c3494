"""A company's logo as somebody has uploaded it, PNG or SVG by its content, made anew as a small PNG. Pure.

An SVG is a program of drawing: what could reach out of it, act, or grow while it is drawn is refused, not repaired.
"""

import io
import re
import tempfile
from pathlib import Path
from typing import IO, Final

import typst
from PIL import Image

from notify.channels.base import ImageLimits
from notify.errors import ImageRefused
from notify.messages.image_file import ImageFile, image_read

LIMITS: Final = ImageLimits(size=512 * 1024, side=2000)
SHOWN: Final = (480, 192)
"""Points of the logo that is kept: four times what pages show, for sharp screens and paper."""
_SVG: Final = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<svg\b", re.DOTALL)
_UNSAFE: Final = re.compile(
    rb"<!DOCTYPE|<!ENTITY|<\?xml-stylesheet|<script|<foreignObject|<image|<feImage|<use|<animate|<set\b|@import|\bon\w+\s*="
    rb"|href\s*=\s*[\"'](?!#)|url\(\s*[\"']?(?!#)",
    re.IGNORECASE,
)
"""Foreign content, scripts, copies of copies, and whatever leads out of the file."""
_DRAWN: Final = """
#set page(width: 240pt, height: 96pt, margin: 0pt, fill: none)
#image("logo.svg", width: 100%, height: 100%, fit: "contain")
"""


def logo_read(stream: IO[bytes]) -> ImageFile:
    """Return the logo of a file. Raises `ImageRefused`: too_big, not_a_logo, unsafe, animated, too_wide, broken."""
    raw = stream.read(LIMITS.size + 1)
    if len(raw) > LIMITS.size:
        raise ImageRefused(problem="too_big", most=LIMITS.size)
    drawn = _svg_drawn(raw) if _SVG.match(raw) else raw
    made = image_read(io.BytesIO(drawn), limits=LIMITS)
    if made.ending != "png":
        raise ImageRefused(problem="not_a_logo")
    return _small(made)


def _svg_drawn(raw: bytes) -> bytes:
    """Draw an SVG into a fixed frame, so that its size bounds nothing of ours."""
    if _UNSAFE.search(raw):
        raise ImageRefused(problem="unsafe")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "logo.svg").write_bytes(raw)
        (Path(folder) / "logo.typ").write_text(_DRAWN)
        try:
            drawn = typst.compile(
                str(Path(folder) / "logo.typ"), root=folder, format="png", ppi=144, font_paths=_fonts()
            )
        except typst.TypstError as error:
            raise ImageRefused(problem="broken") from error
    if not isinstance(drawn, bytes):
        raise ImageRefused(problem="broken")
    return drawn


def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def _small(made: ImageFile) -> ImageFile:
    """Cut what is empty around the logo, and make it no larger than it is ever shown."""
    picture = Image.open(io.BytesIO(made.content)).convert("RGBA")
    box = picture.getchannel("A").getbbox()
    if box is None:
        raise ImageRefused(problem="broken")
    picture = picture.crop(box)
    picture.thumbnail(SHOWN)
    target = io.BytesIO()
    picture.save(target, "PNG", optimize=True)
    return ImageFile(ending="png", content=target.getvalue(), width=picture.width, height=picture.height)
