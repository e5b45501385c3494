"""Addresses as the installation of the tests has them, whichever test opens the first page."""

import pytest
from django.urls import get_resolver


@pytest.fixture(scope="session", autouse=True)
def _addresses_with_the_sandbox() -> None:
    """Read the addresses once, before a test switches the sandbox off: its pages would be gone for all after it."""
    assert get_resolver().url_patterns
