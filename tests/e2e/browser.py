"""Where a Chromium is on this machine."""

import shutil
from typing import Final

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")


def chromium_find() -> str | None:
    """Return the path of a Chromium; None where there is none, and tests that play people are left out."""
    return next(filter(None, map(shutil.which, NAMES)), None)
