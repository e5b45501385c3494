"""The door for providers: two secrets, everything kept, an answer at once."""

import pytest
from django.test import Client
from pytest_django import Settings

from notify.channels.max.provider import NAME as MAX
from notify.conf import webhook_path
from notify.inbound.handling import payload_handle
from notify.models import InboundPayload
from tests.support.webhook_calls import BODY, call

pytestmark = pytest.mark.django_db


def test_a_call_with_both_secrets_is_kept_and_answered_200(settings: Settings) -> None:
    assert call(settings) == 200
    assert InboundPayload.objects.get().body == BODY


def test_a_repeat_is_answered_like_the_first_and_kept_once(settings: Settings) -> None:
    assert [call(settings) for _ in range(3)] == [200] * 3
    assert InboundPayload.objects.count() == 1


@pytest.mark.parametrize("secret", ["", "wrong"])
def test_a_wrong_secret_is_403_and_keeps_nothing(settings: Settings, secret: str) -> None:
    assert call(settings, secret=secret) == 403
    assert not InboundPayload.objects.exists()


@pytest.mark.parametrize("path", ["/webhooks/max/guess", "/webhooks/unknown/guess", "/webhooks/sandbox/guess"])
def test_a_wrong_path_is_403_and_keeps_nothing(settings: Settings, path: str) -> None:
    assert call(settings, path=path) == 403
    assert not InboundPayload.objects.exists()


def test_an_update_of_a_kind_that_we_do_not_know_is_answered_200(settings: Settings) -> None:
    assert call(settings, body='{"update_type":"of_next_year","timestamp":1}') == 200

    payload = InboundPayload.objects.get()
    payload_handle(payload_id=payload.pk)
    payload.refresh_from_db()
    assert (payload.handled_at is not None, payload.error_code) == (True, "nothing_for_us")


def test_a_body_of_megabytes_is_refused(settings: Settings) -> None:
    assert call(settings, body="x" * 1_000_001) == 413
    assert not InboundPayload.objects.exists()


@pytest.mark.parametrize("method", ["get", "head"])
def test_an_address_is_tried_by_get_without_any_change(method: str) -> None:
    ask = getattr(Client(), method)

    assert ask(webhook_path(provider=MAX)).status_code == 200
    assert ask("/webhooks/max/guess").status_code == 403
    assert ask("/webhooks/unknown/guess").status_code == 403
    assert not InboundPayload.objects.exists()


def test_another_method_is_refused() -> None:
    assert Client().put(webhook_path(provider=MAX)).status_code == 405


def test_the_secret_half_of_the_path_differs_by_provider_and_by_key(settings: Settings) -> None:
    paths = {webhook_path(provider="max"), webhook_path(provider="sandbox")}
    settings.LINK_KEY = b"other" * 8
    paths.add(webhook_path(provider="max"))

    assert len(paths) == 3
