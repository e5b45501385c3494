"""Files of one test."""

from tests.portal.staff.conftest import own_files

__all__ = ["own_files"]
