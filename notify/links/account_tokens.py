"""Linking tokens of messenger accounts: single use, a quarter of an hour, and only their hash is stored.

The payload of a token is derived from its row and a key outside the database, so that a page can show it
again without storing it. It keeps to 64 characters of the URL-safe alphabet; MAX drops what is longer than 128
(dev.max.ru/help/deeplinks).
"""

import base64
import datetime
import hashlib
import hmac
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F

from consents.database.clock import database_now
from consents.enums import Channel
from notify.channels.registry import carriers_of
from notify.errors import LinkTokenRefused
from notify.links.issuing import links_live
from notify.models import AccountLinkToken, Link, ProviderSetup, ProviderState
from notify.provider_setups import providers_set_up

LIFE: Final = datetime.timedelta(minutes=15)
_PAYLOAD_BYTES: Final = 24
_MAX_PAYLOAD: Final = 64
_PAYLOAD: Final = re.compile(r"[A-Za-z0-9_-]{32}")


@dataclass(frozen=True)
class AccountInvitation:
    """What a page shows so that a person can open the dialogue: 32 characters, and the address around them."""

    payload: str
    deep_link: str
    expires_at: datetime.datetime
    is_used: bool = False
    is_over: bool = False
    """Run out before anybody has used it: it opens nothing any more."""


def channels_to_link(connected: Collection[Channel]) -> tuple[Channel, ...]:
    """Return those of the connected channels of which a person can link an account of their own.

    Some provider must have an address at which the dialogue is opened; MAX has the bot's.
    """
    tied = (channel for channel in Channel if channel in connected and channel.kind.is_linked)
    return tuple(channel for channel in tied if channel == Channel.MAX or _linking_url(channel))


@transaction.atomic
def account_token_issue(
    *,
    channel: Channel,
    customer_id: int,
    link_id: int | None,
    session_key: str,
    until: datetime.datetime | None = None,
) -> AccountInvitation:
    """Make an invitation to a channel for one browser session and end an earlier unused one of that session.

    It can be used no longer than the visit, which is over at ``until`` at the latest.
    """
    now = database_now()
    AccountLinkToken.objects.filter(
        channel=channel, customer_id=customer_id, session_key=session_key, used_at__isnull=True, expires_at__gt=now
    ).update(expires_at=now)
    payload = _payload(channel, customer_id, session_key, now)
    token = AccountLinkToken.objects.create(
        token_hash=payload_hash(payload),
        channel=channel,
        customer_id=customer_id,
        link_id=link_id,
        session_key=session_key,
        created_at=now,
        expires_at=min(now + LIFE, until or now + LIFE),
    )
    return _invitation(token)


def account_tokens_end(*, customer_id: int, session_key: str = "") -> int:
    """Let the unused tokens of a customer, or of one visit of theirs, open nothing more; return how many there were."""
    unused = AccountLinkToken.objects.filter(customer_id=customer_id, used_at__isnull=True)
    if session_key:
        unused = unused.filter(session_key=session_key)
    # Over by every clock: the process that reads it may have another one.
    return unused.update(expires_at=F("created_at"))


def account_invitation(*, channel: Channel, customer_id: int, session_key: str) -> AccountInvitation | None:
    """Return the newest invitation of a session to a channel, by one read; None when there was none."""
    own = AccountLinkToken.objects.filter(channel=channel, customer_id=customer_id, session_key=session_key)
    token = own.order_by("-id").first()
    return None if token is None else _invitation(token)


@transaction.atomic
def account_token_use(*, channel: Channel, payload: str, account: str) -> AccountLinkToken:
    """Use a token for one account of its channel and return it.

    A repeat by the same account changes nothing. Raises `LinkTokenRefused` for a token that is unknown, expired,
    made for another channel, used by another account, or whose visit came by a link that is closed by now.
    """
    if len(payload) > _MAX_PAYLOAD:
        raise LinkTokenRefused
    known = AccountLinkToken.objects.select_for_update(of=("self",))
    token = known.filter(channel=channel, token_hash=payload_hash(payload)).first()
    if token is None or (token.used_at is None and token.expires_at <= database_now()):
        raise LinkTokenRefused
    if token.used_at is not None and token.account != account:
        raise LinkTokenRefused
    if token.used_at is None:
        if token.link_id is not None and not links_live(Link.objects.filter(pk=token.link_id)).exists():
            raise LinkTokenRefused
        token.used_at = database_now()
        token.account = account
        token.save(update_fields=["used_at", "account"])
    return token


def is_payload(text: str) -> bool:
    """Return whether a text has the form of a token; that says nothing about whether it is one."""
    return _PAYLOAD.fullmatch(text) is not None


def _invitation(token: AccountLinkToken) -> AccountInvitation:
    channel = Channel(token.channel)
    payload = _payload(channel, token.customer_id, token.session_key, token.created_at)
    return AccountInvitation(
        payload=payload,
        deep_link=_deep_link(channel, payload),
        expires_at=token.expires_at,
        is_used=token.used_at is not None,
        is_over=token.used_at is None and token.expires_at <= database_now(),
    )


def _deep_link(channel: Channel, payload: str) -> str:
    """Return the address that opens the dialogue with the token; empty once no provider has one."""
    if channel == Channel.MAX:
        return f"{bot_address()}?start={payload}"
    address = _linking_url(channel)
    return f"{address}{payload}" if address else ""


def _linking_url(channel: Channel) -> str:
    carriers = carriers_of(channel, providers_set_up())
    return next((one.linking_url for one in carriers if one.linking_url), "")


def bot_address() -> str:
    """Return the bot's address; in the sandbox, that of the in-built MAX."""
    if settings.SANDBOX:
        return f"{settings.SITE_URL}/sandbox/max/start/"
    return f"https://max.ru/{_bot_name() or settings.MAX_BOT_NAME}"


def _bot_name() -> str:
    """Return the name of the bot that is set up, as MAX itself told it when the set-up was last looked at."""
    on = ProviderSetup.objects.filter(kind="max", is_on=True).order_by("place", "id").values_list("name", flat=True)[:1]
    known = ProviderState.objects.filter(name__in=on).values_list("account__name", flat=True).first()
    return str(known or "")


def _payload(channel: Channel, customer_id: int, session_key: str, created_at: datetime.datetime) -> str:
    return payload_of(f"{channel}-link|{customer_id}|{session_key}", created_at)


def payload_of(holder: str, created_at: datetime.datetime) -> str:
    """Return the payload of a holder, derived so that it cannot be guessed without the key."""
    facts = f"{holder}|{created_at.astimezone(datetime.UTC).isoformat()}"
    digest = hmac.new(settings.LINK_KEY, facts.encode(), hashlib.sha256).digest()[:_PAYLOAD_BYTES]
    return base64.urlsafe_b64encode(digest).decode()


def payload_hash(payload: str) -> bytes:
    """Return what is stored of a payload."""
    return hashlib.sha256(payload.encode()).digest()
