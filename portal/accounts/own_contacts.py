"""Where a member of staff gets their own tests: a phone proven by a code, a MAX account by a linking token.

Values are encrypted; the code of a phone is made of a row's id with a key and lies nowhere.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import uuid4

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from consents.conf import code_key, code_limits
from consents.database.clock import database_now
from consents.enums import ContactKind, LineType
from consents.errors import BadValue
from consents.field_encryption import text_decrypt, text_encrypt
from consents.normalise import phone_mask, phone_normalise
from consents.verification.codes import code_is_right
from notify.channel_settings import channels_connected
from notify.links.staff_tokens import staff_token_account, staff_token_forget
from notify.messages.transactional import staff_code_send
from portal.errors import StaffContactRefused
from portal.models import StaffContact, StaffPhoneProof, User
from portal.visits.throttle import Limit, throttle_hit

CONTACT_PLACE: Final = "portal_staffcontact.value"
PROOF_PLACE: Final = "portal_staffphoneproof.value"
OF_DAY: Final = 10
"""Codes that one person may ask for within a day."""
DAY: Final = timedelta(days=1)
TO_PHONE: Final = Limit("staff-code", 5, 86_400)
"""Codes that may go to one phone, whoever asks for them."""

CodeOutcome = Literal["ok", "wrong", "over"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnContact:
    """A proven contact as its owner sees it. ``shown`` is masked."""

    kind: ContactKind
    shown: str
    confirmed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedPhoneCode:
    """A code that can be entered now."""

    shown: str
    expires_at: datetime
    tries_left: int


def own_contacts_of(*, user_id: int) -> dict[ContactKind, OwnContact]:
    """Return the proven contacts of one person by kind."""
    rows = StaffContact.objects.filter(user_id=user_id)
    return {
        ContactKind(row.kind): OwnContact(
            kind=ContactKind(row.kind),
            shown=_shown(ContactKind(row.kind), text_decrypt(row.value, place=CONTACT_PLACE)),
            confirmed_at=row.confirmed_at,
        )
        for row in rows
    }


def own_address_of(*, user_id: int, kind: ContactKind) -> str:
    """Return the address of a proven contact of this person; empty without one."""
    row = StaffContact.objects.filter(user_id=user_id, kind=kind).first()
    return text_decrypt(row.value, place=CONTACT_PLACE) if row else ""


def phone_code_asked(*, user_id: int) -> AskedPhoneCode | None:
    """Return the code that this person can enter now; None without one."""
    row = _live(user_id)
    if row is None:
        return None
    phone = text_decrypt(row.value, place=PROOF_PLACE)
    return AskedPhoneCode(
        shown=phone_mask(phone), expires_at=row.expires_at, tries_left=code_limits().tries - row.tries
    )


@transaction.atomic
def phone_code_ask(*, user_id: int, phone: str) -> int:
    """Send a code to a Russian mobile number and end the one before; return the number of its message.

    Raises `StaffContactRefused`; then nothing is sent, and the code before stays.
    """
    value = _mobile(phone)
    if ContactKind.PHONE.channel not in channels_connected():
        raise StaffContactRefused(problem="not_connected")
    User.objects.select_for_update().get(pk=user_id)
    now = database_now()
    proofs = StaffPhoneProof.objects.filter(user_id=user_id)
    proofs.filter(created_at__lte=now - DAY).delete()
    newest = proofs.order_by("-created_at").first()
    if newest is not None and newest.created_at > now - timedelta(seconds=code_limits().resend_s):
        raise StaffContactRefused(problem="too_soon")
    if proofs.count() >= OF_DAY or not throttle_hit(TO_PHONE, value):
        raise StaffContactRefused(problem="too_many")
    proofs.filter(ended_at=None).update(ended_at=now)
    row = StaffPhoneProof.objects.create(
        uuid=uuid4(),
        user_id=user_id,
        value=text_encrypt(value, place=PROOF_PLACE),
        created_at=now,
        expires_at=now + code_limits().life,
    )
    return staff_code_send(proof=row.uuid, phone=value, expires_at=row.expires_at)


@transaction.atomic
def phone_code_enter(*, user_id: int, code: str) -> CodeOutcome:
    """Try the code that was sent last; a right one makes its phone the one for tests, in place of any other.

    ``over``: out of time or tries, or there is none. The comparison and its count are one statement.
    """
    row = _live(user_id)
    if row is None:
        return "over"
    is_right = code_is_right(code, row.uuid, code_key())
    live = StaffPhoneProof.objects.filter(pk=row.pk, ended_at=None, tries__lt=code_limits().tries, expires_at__gt=Now())
    if not live.update(tries=F("tries") + 1, ended_at=Now() if is_right else None):
        return "over"
    if is_right:
        _keep(user_id, ContactKind.PHONE, text_decrypt(row.value, place=PROOF_PLACE))
        return "ok"
    return "wrong" if row.tries + 1 < code_limits().tries else "over"


@transaction.atomic
def max_take(*, user_id: int) -> bool:
    """Make the MAX account that has used this person's invitation the one for tests; False when none has."""
    account = staff_token_account(user_id=user_id)
    if account is None:
        return False
    _keep(user_id, ContactKind.MAX, str(account))
    staff_token_forget(user_id=user_id)
    return True


def own_contact_remove(*, user_id: int, kind: ContactKind) -> bool:
    """Forget a proven contact; False when there was none."""
    return StaffContact.objects.filter(user_id=user_id, kind=kind).delete()[0] > 0


def _live(user_id: int) -> StaffPhoneProof | None:
    rows = StaffPhoneProof.objects.filter(user_id=user_id, ended_at=None, expires_at__gt=Now())
    return rows.filter(tries__lt=code_limits().tries).order_by("-created_at").first()


def _keep(user_id: int, kind: ContactKind, value: str) -> None:
    kept = {"value": text_encrypt(value, place=CONTACT_PLACE), "confirmed_at": database_now()}
    StaffContact.objects.update_or_create(user_id=user_id, kind=kind, defaults=kept)


def _mobile(raw: str) -> str:
    try:
        phone = phone_normalise(raw)
    except BadValue as error:
        raise StaffContactRefused(problem="bad_phone") from error
    if phone.line_type != LineType.MOBILE or not phone.e164.startswith(code_limits().home_prefix):
        raise StaffContactRefused(problem="bad_phone")
    return phone.e164


def _shown(kind: ContactKind, value: str) -> str:
    return phone_mask(value) if kind == ContactKind.PHONE else f"•••{value[-2:]}"
