"""Accounts of staff: an administrator makes, changes and switches them off."""

from typing import Final

from allauth.account import app_settings as account_settings
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from portal.errors import EmailTaken, LastAdministrator, OwnAccount
from portal.models import User
from portal.models.user import Role

PASSWORD_LENGTH: Final = 16


@transaction.atomic
def staff_create(*, email: str, name: str, role: Role | str, password: str | None = None) -> int:
    """Make an account and return its id. Without a password nobody can log in until a link has been used.

    Raises `EmailTaken` when the address is in use, however it is written.
    """
    user = User(email=User.objects.normalize_email(email).lower(), name=name, role=Role(role))
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise EmailTaken from error
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user.pk


@transaction.atomic
def staff_role_change(*, user_id: int, role: Role | str, changed_by_id: int) -> bool:
    """Change the role of an account from its next page on. Return False when it had the role already.

    Raises `OwnAccount` for one's own account and `LastAdministrator` when no administrator would be left.
    """
    user = _others_account(user_id, changed_by_id)
    if user.role == role:
        return False
    _keep_an_administrator(user)
    user.role = Role(role)
    user.save(update_fields=["role"])
    return True


@transaction.atomic
def staff_deactivate(*, user_id: int, changed_by_id: int) -> bool:
    """Switch an account off and end its sessions at once. Return False when it was off."""
    user = _others_account(user_id, changed_by_id)
    if not user.is_active:
        return False
    _keep_an_administrator(user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    _sessions_end(user_id)
    return True


@transaction.atomic
def staff_activate(*, user_id: int, changed_by_id: int) -> bool:
    """Switch an account on again, with the password and factors that it had. Return False when it was on."""
    user = _others_account(user_id, changed_by_id)
    if user.is_active:
        return False
    user.is_active = True
    user.save(update_fields=["is_active"])
    return True


@transaction.atomic
def staff_factors_reset(*, user_id: int, changed_by_id: int) -> int:
    """Delete all second factors of an account, end its sessions, and return how many factors there were."""
    user = _others_account(user_id, changed_by_id)
    count, _ = Authenticator.objects.filter(user_id=user.pk).delete()
    _sessions_end(user_id)
    return count


def password_link(*, user_id: int) -> str:
    """Return an address where this person sets a password once. Show it to the administrator and do not store it.

    It works until a password is set or someone logs in, at most PASSWORD_RESET_TIMEOUT.
    """
    user = User.objects.get(pk=user_id)
    token = account_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": token})
    return f"{settings.SITE_URL}{path}"


def _others_account(user_id: int, changed_by_id: int) -> User:
    if user_id == changed_by_id:
        raise OwnAccount
    return User.objects.select_for_update().get(pk=user_id)


def _keep_an_administrator(user: User) -> None:
    """Raise `LastAdministrator` for the last active one. The lock on all of them makes parallel calls wait."""
    if user.role != Role.ADMINISTRATOR:
        return
    administrators = User.objects.select_for_update().filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk")
    if not [other for other in administrators if other.pk != user.pk]:
        raise LastAdministrator


def _sessions_end(user_id: int) -> None:
    for session in UserSession.objects.filter(user_id=user_id):
        session.end()
