"""A nudge that is lost costs seconds, never an answer."""

import pytest
from celery import shared_task
from kombu.exceptions import OperationalError
from pytest_django import Settings

from notify.models import InboundPayload
from portal.operations.nudges import nudge
from tests.support.webhook_calls import call


@shared_task(name="tests.unreachable")
def unreachable() -> None:
    """Never runs."""


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_is_logged_and_forgiven(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr(unreachable, "delay", refuse)

    nudge(unreachable)

    assert "tests.unreachable" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_webhook_answers_200_and_keeps_the_call_while_the_broker_is_away(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr("portal.webhooks.views.handle_inbound.delay", refuse)

    assert call(settings) == 200
    assert InboundPayload.objects.count() == 1
