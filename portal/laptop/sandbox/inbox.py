"""What the sandbox provider does: takes messages, and tells our webhooks what became of them."""

import json
import logging
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any, Final

from celery import shared_task
from celery.contrib.django.task import DjangoTask
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from consents.enums import Channel
from notify.channels.base import ChannelError
from notify.channels.http import Client
from notify.channels.max.provider import NAME as MAX
from notify.channels.max.webhook import SECRET_HEADER as MAX_HEADER
from notify.channels.sandbox.provider import SANDBOX
from notify.channels.sandbox.webhook import SECRET_HEADER
from notify.channels.setup import secrets_of
from notify.conf import webhook_path
from portal.models import SandboxCallback, SandboxMessage

logger = logging.getLogger(__name__)

ATTEMPTS: Final = 8
BATCH: Final = 100


@transaction.atomic
def message_take(
    *,
    channel: str,
    address: str,
    text: str,
    buttons: Sequence[Mapping[str, str]],
    reference: str,
    image: bytes | None = None,
) -> int:
    """Put a message on the in-built phone or into the in-built MAX, and owe a receipt for it.

    The same reference again gives the first message: a provider that honours the client's id.
    """
    earlier = SandboxMessage.objects.filter(channel=channel, reference=reference).values_list("id", flat=True).first()
    if reference and earlier is not None:
        return earlier
    message = SandboxMessage.objects.create(
        channel=channel,
        address=address,
        text=text,
        buttons=[{"text": str(button["text"]), "url": str(button["url"])} for button in buttons],
        reference=reference,
        image=image,
    )
    event = {
        "key": f"{message.pk}:delivered",
        "reference": reference,
        "id": str(message.pk),
        "state": "delivered",
        "at": timezone.now().isoformat(),
    }
    SandboxCallback.objects.create(provider=SANDBOX, body=event)
    return message.pk


def mail_take(*, address: str, sender: str, subject: str, text: str, html: str, headers: Mapping[str, str]) -> int:
    """Put a letter into the in-built mailbox."""
    message = SandboxMessage.objects.create(
        channel=Channel.EMAIL,
        address=address,
        sender=sender[:254],
        subject=subject[:300],
        text=text,
        html=html,
        headers=dict(headers),
    )
    return message.pk


@shared_task(base=DjangoTask, name="portal.deliver_sandbox_callbacks", ignore_result=True)
def deliver_sandbox_callbacks() -> int:
    """Call our own webhooks over HTTP with what is owed; return how many calls were taken.

    Twice at once is harmless: the webhook keeps each body once. A call that fails waits for the next run.
    """
    due = list(SandboxCallback.objects.filter(delivered_at__isnull=True, attempt__lt=ATTEMPTS).order_by("id")[:BATCH])
    receipts = [row for row in due if row.provider == SANDBOX]
    calls = [([row], row.provider, row.body) for row in due if row.provider != SANDBOX]
    if receipts:
        calls.insert(0, (receipts, SANDBOX, {"events": [row.body for row in receipts]}))
    if not calls:
        return 0
    with closing(Client()) as client:
        return sum(_called(client, rows, provider, body) for rows, provider, body in calls)


def _called(client: Client, rows: list[SandboxCallback], provider: str, body: Any) -> int:
    ids = [row.pk for row in rows]
    secrets = {MAX: (MAX_HEADER, settings.MAX_WEBHOOK_SECRET), SANDBOX: (SECRET_HEADER, settings.SANDBOX_SECRET)}
    name, secret = secrets[provider][0], secrets_of(secrets[provider][1])[0]
    SandboxCallback.objects.filter(pk__in=ids).update(attempt=F("attempt") + 1)
    try:
        client.call(
            "POST",
            settings.SITE_URL + webhook_path(provider=provider),
            headers={name: secret, "Content-Type": "application/json"},
            content=json.dumps(body).encode(),
        ).check()
    except ChannelError as error:
        logger.warning("A webhook of ours did not take a call: %s", error.reason)
        return 0
    SandboxCallback.objects.filter(pk__in=ids).update(delivered_at=timezone.now())
    return 1
