"""Exports are tested in the company of the console's tests."""

from tests.portal.staff.conftest import login, own_files, world

__all__ = ["login", "own_files", "world"]
