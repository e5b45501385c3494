"""Calls of providers to their address of this site."""

import json

from django.test import Client
from pytest_django import Settings

from notify.channels.max.provider import NAME as MAX
from notify.channels.max.webhook import SECRET_HEADER
from notify.conf import webhook_path
from tests.payloads import max_updates as samples

BODY = json.dumps(samples.bot_started(payload=None))


def call(settings: Settings, *, path: str = "", secret: str | None = None, body: str = BODY) -> int:
    """Call the webhook of MAX; without changes it is MAX that calls."""
    headers = {SECRET_HEADER: settings.MAX_WEBHOOK_SECRET if secret is None else secret}
    client = Client(enforce_csrf_checks=True, headers=headers)
    return client.post(path or webhook_path(provider=MAX), body, content_type="application/json").status_code
