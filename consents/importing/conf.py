"""What imports read from the settings."""

from pathlib import Path
from typing import Final

from django.conf import settings

BATCH: Final = 2_000
"""Rows that are stored in one transaction."""
LEASE_S: Final = 60
"""A run that has shown no life for so long is taken for dead and started again."""
UPLOAD_DAYS: Final = 7
"""An upload that nobody started is deleted after so many days: it holds personal data."""


def uploads_dir() -> Path:
    """Give the folder of uploaded files; only the system's own user may look into it."""
    folder = Path(settings.VAR_DIR) / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def company_zone() -> str:
    """Give the time zone of people whose own is not known."""
    zone: str = settings.DEFAULT_TIME_ZONE
    return zone
