"""Linking tokens of staff: by one, a member of staff names the MAX account that gets their own tests.

Apart from the tokens of customers: a prefix tells the payloads apart before any look-up, and nothing is tied to a
customer. Single use, a quarter of an hour, only the hash is stored.
"""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models.functions import Now

from consents.database.clock import database_now
from notify.errors import LinkTokenRefused
from notify.links.account_tokens import LIFE, AccountInvitation, bot_address, payload_hash, payload_of
from notify.models import StaffMaxToken

PREFIX: Final = "staff_"


def is_staff_payload(payload: str) -> bool:
    """Return whether a start payload is one of staff; those of customers are 32 characters without the prefix."""
    return payload.startswith(PREFIX)


@transaction.atomic
def staff_token_issue(*, user_id: int) -> None:
    """Make an invitation for one member of staff; an earlier one, used or not, is gone."""
    StaffMaxToken.objects.filter(user_id=user_id).delete()
    now = database_now()
    StaffMaxToken.objects.create(
        token_hash=payload_hash(_payload(user_id, now)), user_id=user_id, created_at=now, expires_at=now + LIFE
    )


def staff_invitation(*, user_id: int) -> AccountInvitation | None:
    """Return the invitation of this person while it can be used; None without one."""
    token = StaffMaxToken.objects.filter(user_id=user_id, used_at=None, expires_at__gt=Now()).first()
    if token is None:
        return None
    payload = _payload(user_id, token.created_at)
    return AccountInvitation(payload=payload, deep_link=f"{bot_address()}?start={payload}", expires_at=token.expires_at)


@transaction.atomic
def staff_token_use(*, payload: str, max_user_id: int) -> None:
    """Note which account has opened the bot by a token; a repeat by the same account changes nothing.

    Raises `LinkTokenRefused` for a token that is unknown, expired, or used by another account.
    """
    token = StaffMaxToken.objects.select_for_update().filter(token_hash=payload_hash(payload)).first()
    if token is None or (token.used_at is None and token.expires_at <= database_now()):
        raise LinkTokenRefused
    if token.used_at is not None and token.max_user_id != max_user_id:
        raise LinkTokenRefused
    token.used_at, token.max_user_id = token.used_at or database_now(), max_user_id
    token.save(update_fields=["used_at", "max_user_id"])


def staff_token_account(*, user_id: int) -> int | None:
    """Return the account that has used this person's invitation within the last quarter of an hour."""
    used = StaffMaxToken.objects.filter(user_id=user_id, used_at__gt=Now() - LIFE, max_user_id__isnull=False)
    return used.values_list("max_user_id", flat=True).first()


def staff_token_forget(*, user_id: int) -> None:
    """Forget the invitation of this person, with the account that has used it."""
    StaffMaxToken.objects.filter(user_id=user_id).delete()


def _payload(user_id: int, created_at: datetime) -> str:
    return PREFIX + payload_of(f"staff-max|{user_id}", created_at)
