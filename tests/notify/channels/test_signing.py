"""Our signatures, checked by the library of the specification."""

import base64
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from notify.channels.signing import key_of, signed_headers

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
OTHER = "whsec_" + base64.b64encode(b"o" * 24).decode()


def headers_of(*secrets: str, identifier: str = "m1", body: bytes = b"{}") -> dict[str, str]:
    return signed_headers(map(key_of, secrets), identifier=identifier, at=int(time.time()), body=body)


def test_the_library_of_the_specification_accepts_a_call_of_ours() -> None:
    body = '{"number": "А-1"}'.encode()

    assert Webhook(SECRET).verify(body, headers_of(SECRET, body=body)) == {"number": "А-1"}


def test_the_library_makes_the_same_signature() -> None:
    moment = datetime(2026, 11, 30, 12, tzinfo=UTC)

    ours = signed_headers([key_of(SECRET)], identifier="m1", at=int(moment.timestamp()), body=b"{}")

    assert ours["webhook-signature"] == Webhook(SECRET).sign("m1", moment, "{}")


@pytest.mark.parametrize("changed", [{"body": b"{ }"}, {"identifier": "m2"}])
def test_a_call_that_was_changed_on_its_way_is_refused(changed: dict[str, Any]) -> None:
    headers = headers_of(SECRET, **changed) | {"webhook-id": "m1"}

    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(b"{}", headers)


def test_a_call_by_another_secret_is_refused() -> None:
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(b"{}", headers_of(OTHER))


def test_during_a_rotation_both_secrets_accept_the_call() -> None:
    headers = headers_of(OTHER, SECRET)

    assert Webhook(SECRET).verify(b"{}", headers) == Webhook(OTHER).verify(b"{}", headers) == {}


@pytest.mark.parametrize(
    "secret",
    [
        "whsec_",
        "whsec_???",
        "whsec_" + base64.b64encode(b"k" * 23).decode(),
        "whsec_" + base64.b64encode(b"k" * 65).decode(),
        "whsec_ключ",
    ],
)
def test_what_is_no_secret_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match=r"base64|too short or too long"):
        key_of(secret)
