"""The settings that imports read."""

from pathlib import Path
from typing import Final

from django.conf import settings

from consents.private_files import private_folder

BATCH: Final = 5_000
"""Rows that are stored in one transaction."""
ANALYSED_FROM: Final = 2_000
"""A file of so many rows changes the tables so much that the planner's statistics no longer fit."""
JUDGES: Final = 2
"""Processes that judge the rows of a long file side by side, where there are so many processors."""
SIDE_BY_SIDE_FROM: Final = 20_000
"""A shorter file is judged before such processes have started, and stored over one connection."""
COUNTED_AT_ONCE: Final = 1_000
"""Rows whose values are counted together."""
LEASE_S: Final = 60
"""A run that has shown no life for so long is taken for dead and started again."""
DUPLICATES_LEASE_S: Final = 300
"""Comparing all rows of a file is a handful of statements that show no life in between."""
NUDGE_S: Final = 30
"""Until then the nudge that was sent with the row may still be on its way."""
UPLOAD_DAYS: Final = 7
"""An upload that nobody started, or went on with, is deleted after so many days: it holds personal data."""
STRAY_HOURS: Final = 24
"""A file that no job needs is deleted once it is so old: its row would long be there."""

WORKBOOK_SECONDS: Final = 360
"""A sheet as long as Excel allows takes a minute or two, more on a busy machine; an examination has nine."""


def uploads_dir() -> Path:
    """Return the folder of uploaded files."""
    return private_folder(Path(settings.VAR_DIR) / "uploads")
