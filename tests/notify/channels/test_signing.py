"""Our signatures, checked by the library of the specification."""

import base64
import time
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from notify.channels.signing import key_of, signature, signed_headers

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
OTHER = "whsec_" + base64.b64encode(b"o" * 24).decode()


def test_the_library_of_the_specification_accepts_a_call_of_ours() -> None:
    body = '{"number": "А-1"}'.encode()

    headers = signed_headers(secrets=[SECRET], message_id="m1", timestamp=int(time.time()), body=body)

    assert Webhook(SECRET).verify(body, headers) == {"number": "А-1"}


def test_the_library_makes_the_same_signature() -> None:
    moment = datetime(2026, 11, 30, 12, tzinfo=UTC)

    ours = signature(secret=SECRET, message_id="m1", timestamp=int(moment.timestamp()), body=b"{}")

    assert ours == Webhook(SECRET).sign("m1", moment, "{}")


@pytest.mark.parametrize("changed", [{"body": b"{ }"}, {"message_id": "m2"}, {"secrets": [OTHER]}])
def test_a_call_that_was_changed_on_its_way_is_refused(changed: dict[str, object]) -> None:
    call = {"secrets": [SECRET], "message_id": "m1", "timestamp": int(time.time()), "body": b"{}"}
    headers = signed_headers(**(call | changed)) | {"webhook-id": "m1"}

    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(b"{}", headers)


def test_during_a_rotation_both_secrets_accept_the_call() -> None:
    headers = signed_headers(secrets=[OTHER, SECRET], message_id="m1", timestamp=int(time.time()), body=b"{}")

    assert Webhook(SECRET).verify(b"{}", headers) == Webhook(OTHER).verify(b"{}", headers) == {}


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_",
        "whsec_???",
        base64.b64encode(b"k" * 32).decode(),
        "whsec_" + base64.b64encode(b"k" * 23).decode(),
        "whsec_" + base64.b64encode(b"k" * 65).decode(),
        "whsec_ключ",
    ],
)
def test_what_is_no_secret_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="bad_secret"):
        key_of(secret)
