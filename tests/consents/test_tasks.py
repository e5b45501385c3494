"""Tasks of the room that watch: silent while all is well, an error in the log when somebody must look."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from consents.models import ContactPoint, Verification
from consents.tasks import watch_codes
from tests.factories.consents import ContactPointFactory

pytestmark = pytest.mark.django_db


def guessed(phone: ContactPoint, link: int) -> None:
    """One code of one link, guessed at three times: within every limit of its own."""
    now = timezone.now()
    Verification.objects.create(
        customer=phone.customer,
        kind="phone",
        target=phone.value,
        target_key=b"k" * 32,
        session_key=f"session-{link}",
        lock_key=f"link:{link}",
        tries=3,
        tried_at=now,
        created_at=now - timedelta(seconds=60),
        expires_at=now + timedelta(seconds=540),
    )


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was said loudly."""
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


def test_wrong_codes_over_many_links_are_logged_from_a_threshold_on(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CONSENTS_CODES = {"alarm_wrong": 29}
    phone = ContactPointFactory()
    for link in range(9):
        guessed(phone, link)
    watch_codes()
    assert errors(caplog) == []

    guessed(phone, 9)
    watch_codes()

    assert errors(caplog) == ["codes are being guessed: 30 wrong in 600 s, more than 29"]


def test_the_words_name_nobody(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.CONSENTS_CODES = {"alarm_wrong": 2}
    phone = ContactPointFactory()
    guessed(phone, 1)

    watch_codes()

    assert errors(caplog)
    assert phone.value not in caplog.text
