"""A mail server and a provider on sockets of this machine, and settings that point at them."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from tests.fakes.provider import FakeProvider
from tests.fakes.smtp_sink import SmtpSink


@pytest.fixture
def sink(settings: Settings) -> Iterator[SmtpSink]:
    """The company's mail server."""
    with SmtpSink() as running:
        settings.EMAIL_HOST = running.host
        settings.EMAIL_PORT = running.port
        settings.DEFAULT_FROM_EMAIL = "Ромашка <noreply@romashka.example>"
        yield running


@pytest.fixture
def provider(settings: Settings) -> Iterator[FakeProvider]:
    """The provider of SMS and MAX."""
    with FakeProvider() as running:
        settings.SANDBOX = True
        settings.SANDBOX_PROVIDER_URL = running.url
        yield running
