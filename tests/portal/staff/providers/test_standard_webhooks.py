"""The secret of the own application's webhook: as the page shows it, the package of Standard Webhooks takes it."""

import re
import secrets
from datetime import UTC, datetime
from typing import Final

import pytest
from django.test import Client
from standardwebhooks import Webhook

from notify.channels.signing import signed_headers
from notify.kept_secrets.secrets import WEBHOOK_PLACE, sealed, webhook_secret_rotate, webhook_secret_show
from notify.models import ProviderSetup
from notify.provider_setups import setup_values
from tests.factories.providers import app_set_up
from tests.notify.channels.ownapp.calls import client_of_the_page
from tests.support.confirming import confirm

BODY: Final = '{"id": "ev-1", "type": "message.typing"}'
SHOWN: Final = re.compile(r'<textarea id="secret"[^>]*>([^<]*)</textarea>')

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_app() -> str:
    """The name of the set-up of an own application."""
    return app_set_up()


def _shown(administrator: Client, name: str) -> str:
    """Return the secret as an administrator copies it from the page."""
    found = SHOWN.search(administrator.post(f"/staff/providers/{name}/secret/").content.decode())
    assert found is not None
    return found.group(1)


def _status(name: str, headers: dict[str, str]) -> int:
    path = setup_values(name=name).webhook_url.partition("://")[2].partition("/")[2]
    return Client(headers=headers).post(f"/{path}", BODY, content_type="application/json").status_code


def _signed_by_the_package(secret: str) -> dict[str, str]:
    now = datetime.now(tz=UTC)
    signature = Webhook(secret).sign("ev-1", now, BODY)
    return {"webhook-id": "ev-1", "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signature}


def _kept(name: str, *kept: str) -> None:
    ProviderSetup.objects.filter(name=name).update(webhook_secrets=sealed(list(kept), WEBHOOK_PLACE))


def test_the_package_signs_with_the_secret_of_the_page(administrator: Client, own_app: str) -> None:
    secret = _shown(administrator, own_app)

    assert secret.startswith("whsec_")
    assert _status(own_app, _signed_by_the_package(secret)) == 200
    assert _status(own_app, _signed_by_the_package(secret[:-4] + "AAA=")) == 403


def test_after_a_rotation_the_new_and_the_old_secret_of_the_page_sign(administrator: Client, own_app: str) -> None:
    old = _shown(administrator, own_app)
    confirm(administrator, f"/staff/providers/{own_app}/secret/new/")
    new = _shown(administrator, own_app)

    assert new.startswith("whsec_")
    assert new != old
    assert [_status(own_app, _signed_by_the_package(secret)) for secret in (old, new)] == [200, 200]


def test_a_secret_from_before_the_form_is_shown_in_it_and_signs_in_both(administrator: Client, own_app: str) -> None:
    before = secrets.token_urlsafe(32)
    _kept(own_app, before)

    secret = _shown(administrator, own_app)

    as_it_was = signed_headers(
        [before.encode()], identifier="ev-2", at=int(datetime.now(tz=UTC).timestamp()), body=BODY.encode()
    )
    assert secret.startswith("whsec_")
    assert _status(own_app, _signed_by_the_package(secret)) == 200
    assert _status(own_app, as_it_was) == 200


def test_the_secrets_of_other_kinds_have_no_such_form(administrator: Client, loft: str) -> None:
    assert _shown(administrator, loft) == setup_values(name=loft).webhook_secrets[0]
    assert not setup_values(name=loft).webhook_secrets[0].startswith("whsec_")


def test_the_client_of_the_page_signs_with_the_secret_of_the_page(administrator: Client, own_app: str) -> None:
    secret, now = _shown(administrator, own_app), str(int(datetime.now(tz=UTC).timestamp()))
    signature = client_of_the_page().signature(secret, "ev-3", now, BODY.encode())

    headers = {"webhook-id": "ev-3", "webhook-timestamp": now, "webhook-signature": signature}
    assert _status(own_app, headers) == 200


def test_the_secret_of_a_kind_that_is_gone_is_still_replaced(own_app: str) -> None:
    ProviderSetup.objects.filter(name=own_app).update(kind="gone")
    old = webhook_secret_show(name=own_app)

    webhook_secret_rotate(name=own_app)

    assert webhook_secret_show(name=own_app) != old
