"""Forms of the second factor that write a failed try down: allauth reports it only by a signal, and we use none."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn import forms as webauthn
from cryptography.exceptions import InvalidSignature
from django.core.exceptions import ValidationError

from consents.normalise import code_read, text_folded
from portal.accounts.adapter import account_record
from portal.audit.acts import AuditedAction

CODE: Final = "code"
PASSKEY: Final = "passkey"
SETUP: Final = "setup"
UNREADABLE: Final = (LookupError, TypeError, ValueError, AttributeError, struct.error, InvalidSignature)
"""What fido2 raises on an answer that no authenticator has made; allauth lets most of it through as a 500."""


@contextmanager
def _answer_read() -> Iterator[None]:
    """Refuse a made-up answer of an authenticator like a wrong code."""
    try:
        yield
    except ValidationError:
        raise
    except UNREADABLE as error:
        raise get_adapter().validation_error("incorrect_code") from error


@contextmanager
def _failure_recorded(user: Any, way: str) -> Iterator[None]:
    """Write a refused factor down under the account that it was tried for; what was entered is kept nowhere."""
    try:
        yield
    except ValidationError:
        account_record(context.request, user, AuditedAction.SECOND_FACTOR_FAILED, way=way)
        raise


def _pasted(code: str) -> str:
    """Return the six digits of an app, however they were pasted; a recovery code as a person sees it."""
    return code_read(code) or text_folded(code)


class _CodeForm(base.BaseAuthenticateForm):
    """A code of an app, or a recovery code."""

    def clean_code(self) -> str:
        self.cleaned_data["code"] = _pasted(self.cleaned_data["code"])
        with _failure_recorded(self.user, CODE):
            return super().clean_code()


class AuthenticateForm(_CodeForm, base.AuthenticateForm):
    """A code after the password."""


class ReauthenticateForm(_CodeForm, base.ReauthenticateForm):
    """A code before something weighty."""


class ActivateTOTPForm(totp.ActivateTOTPForm):
    """The first code of an app that is being connected; the same code does not log in afterwards."""

    def clean_code(self) -> str:
        self.cleaned_data["code"] = _pasted(self.cleaned_data["code"])
        with _failure_recorded(self.user, SETUP):
            code = super().clean_code()
            TOTP(Authenticator(user=self.user))._mark_code_used(code)
            return code


class AuthenticateWebAuthnForm(webauthn.AuthenticateWebAuthnForm):
    """A passkey after the password."""

    def clean_credential(self) -> Authenticator:
        with _failure_recorded(self.user, PASSKEY), _answer_read():
            return super().clean_credential()


class LoginWebAuthnForm(AuthenticateWebAuthnForm, webauthn.LoginWebAuthnForm):
    """A passkey alone; whose it should be is known only once it has been checked."""


class ReauthenticateWebAuthnForm(AuthenticateWebAuthnForm, webauthn.ReauthenticateWebAuthnForm):
    """A passkey before something weighty."""
