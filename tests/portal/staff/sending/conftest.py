"""A provider of SMS and MAX for staff who prove contacts of their own."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from tests.fakes.provider import FakeProvider


@pytest.fixture
def provider(settings: Settings) -> Iterator[FakeProvider]:
    """The provider of SMS and MAX."""
    with FakeProvider() as running:
        settings.SANDBOX = True
        settings.SANDBOX_PROVIDER_URL = running.url
        yield running
