"""Linking tokens for MAX: single use, a quarter of an hour, and only their hash is stored.

The payload of a token is derived from its row and a key outside the database, so that a page can show it
again without storing it. It keeps to 64 characters of the URL-safe alphabet; MAX drops what is longer than 128
(dev.max.ru/help/deeplinks).
"""

import base64
import datetime
import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from notify.errors import MaxTokenRefused
from notify.models import MaxLinkToken

LIFE: Final = datetime.timedelta(minutes=15)
_PAYLOAD_BYTES: Final = 24
_MAX_PAYLOAD: Final = 64


@dataclass(frozen=True)
class MaxInvitation:
    """What a page shows so that a person can open the bot: 32 characters, and the address around them."""

    payload: str
    deep_link: str
    expires_at: datetime.datetime
    is_used: bool = False
    is_over: bool = False
    """Run out before anybody has used it: it opens nothing any more."""


@transaction.atomic
def max_token_issue(*, customer_id: int, link_id: int | None, session_key: str) -> MaxInvitation:
    """Make an invitation for one browser session and end an earlier unused one of that session."""
    now = timezone.now()
    MaxLinkToken.objects.filter(
        customer_id=customer_id, session_key=session_key, used_at__isnull=True, expires_at__gt=now
    ).update(expires_at=now)
    payload = _payload(customer_id, session_key, now)
    token = MaxLinkToken.objects.create(
        token_hash=payload_hash(payload),
        customer_id=customer_id,
        link_id=link_id,
        session_key=session_key,
        created_at=now,
        expires_at=now + LIFE,
    )
    return _invitation(token)


def max_invitation(*, customer_id: int, session_key: str) -> MaxInvitation | None:
    """Return the newest invitation of a session, by one read; None when there was none."""
    token = MaxLinkToken.objects.filter(customer_id=customer_id, session_key=session_key).order_by("-id").first()
    return None if token is None else _invitation(token)


@transaction.atomic
def max_token_use(*, payload: str, max_user_id: int) -> MaxLinkToken:
    """Use a token for one MAX account and return it.

    A repeat by the same account changes nothing. Raises `MaxTokenRefused` for a token that is unknown,
    expired, or used by another account.
    """
    if len(payload) > _MAX_PAYLOAD:
        raise MaxTokenRefused
    token = MaxLinkToken.objects.select_for_update(of=("self",)).filter(token_hash=payload_hash(payload)).first()
    if token is None or (token.used_at is None and token.expires_at <= timezone.now()):
        raise MaxTokenRefused
    if token.used_at is not None and token.max_user_id != max_user_id:
        raise MaxTokenRefused
    if token.used_at is None:
        token.used_at = timezone.now()
        token.max_user_id = max_user_id
        token.save(update_fields=["used_at", "max_user_id"])
    return token


def _invitation(token: MaxLinkToken) -> MaxInvitation:
    payload = _payload(token.customer_id, token.session_key, token.created_at)
    return MaxInvitation(
        payload=payload,
        deep_link=f"{bot_address()}?start={payload}",
        expires_at=token.expires_at,
        is_used=token.used_at is not None,
        is_over=token.used_at is None and token.expires_at <= timezone.now(),
    )


def bot_address() -> str:
    """Return the bot's address; in the sandbox, that of the in-built MAX."""
    if settings.SANDBOX:
        return f"{settings.SITE_URL}/sandbox/max/start/"
    return f"https://max.ru/{settings.MAX_BOT_NAME}"


def _payload(customer_id: int, session_key: str, created_at: datetime.datetime) -> str:
    return payload_of(f"max-link|{customer_id}|{session_key}", created_at)


def payload_of(holder: str, created_at: datetime.datetime) -> str:
    """Return the payload of a holder, derived so that it cannot be guessed without the key."""
    facts = f"{holder}|{created_at.astimezone(datetime.UTC).isoformat()}"
    digest = hmac.new(settings.LINK_KEY, facts.encode(), hashlib.sha256).digest()[:_PAYLOAD_BYTES]
    return base64.urlsafe_b64encode(digest).decode()


def payload_hash(payload: str) -> bytes:
    """Return what is stored of a payload."""
    return hashlib.sha256(payload.encode()).digest()
