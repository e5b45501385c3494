"""A picture as somebody has uploaded it: read by its content, and made anew. Pure.

Making it anew leaves out what a camera or an editor wrote into it, the place where it was taken above all, and whatever
else a file can carry behind a picture.
"""

import hashlib
import io
from dataclasses import dataclass, field
from typing import IO, Final

from PIL import Image, ImageOps

from notify.channels.base import ImageLimits
from notify.errors import ImageRefused

OWN_LIMITS: Final = ImageLimits(size=10 * 1024 * 1024, side=5000)
"""Ours beside the provider's: the web server holds the whole picture in memory, four bytes a pixel while it is read."""
ENDINGS: Final = {"PNG": "png", "JPEG": "jpg", "MPO": "jpg"}
"""Formats that are read, by Pillow's name. MPO is a JPEG of a phone with further pictures behind it."""
READ_AS: Final = ("PNG", "JPEG")
QUALITY: Final = 90
PNG_MODES: Final = frozenset({"1", "L", "LA", "P", "RGB", "RGBA"})
KEPT: Final = ("icc_profile", "transparency")
"""What belongs to the colours of a picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFile:
    """A picture that can be kept: its content made anew."""

    ending: str
    content: bytes = field(repr=False)
    width: int
    height: int

    @property
    def sha256(self) -> str:
        """Return the hash of the content."""
        return hashlib.sha256(self.content).hexdigest()


def image_read(stream: IO[bytes], *, limits: ImageLimits) -> ImageFile:
    """Return the picture of a file within the limits of the provider and ours.

    Raises `ImageRefused`: too_big, not_an_image, animated, too_wide, broken.
    """
    size, side = min(limits.size, OWN_LIMITS.size), min(limits.side, OWN_LIMITS.side)
    raw = stream.read(size + 1)
    if len(raw) > size:
        raise ImageRefused(problem="too_big", most=size)
    picture = _opened(raw, side)
    try:
        made = _made_anew(picture)
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise ImageRefused(problem="broken") from error
    if len(made.content) > size:
        raise ImageRefused(problem="too_big", most=size)
    return made


def _opened(raw: bytes, side: int) -> Image.Image:
    """Return the picture of which only the head has been read."""
    try:
        picture = Image.open(io.BytesIO(raw), formats=READ_AS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageRefused(problem="too_wide", most=side) from error
    except (OSError, ValueError, SyntaxError) as error:
        raise ImageRefused(problem="not_an_image") from error
    if max(picture.size) > side:
        raise ImageRefused(problem="too_wide", most=side)
    if picture.format == "PNG" and getattr(picture, "is_animated", False):
        raise ImageRefused(problem="animated")
    return picture


def _made_anew(picture: Image.Image) -> ImageFile:
    ending = ENDINGS[picture.format or ""]
    upright = ImageOps.exif_transpose(picture)
    upright.info = {name: value for name, value in upright.info.items() if name in KEPT}
    target = io.BytesIO()
    if ending == "jpg":
        made = _of_mode(upright, {"L", "RGB"}, "RGB")
        made.save(target, "JPEG", quality=QUALITY, icc_profile=made.info.get("icc_profile"))
    else:
        _of_mode(upright, PNG_MODES, "RGBA").save(target, "PNG")
    return ImageFile(ending=ending, content=target.getvalue(), width=upright.width, height=upright.height)


def _of_mode(picture: Image.Image, modes: frozenset[str] | set[str], otherwise: str) -> Image.Image:
    if picture.mode in modes:
        return picture
    # A profile of other colours (of print) would say the wrong thing of these.
    picture.info.pop("icc_profile", None)
    return picture.convert(otherwise)
