"""The form of a forgotten password. Neither its answer nor its time tells whether an account exists."""

from typing import Any

from allauth.account import forms
from allauth.account.models import EmailAddress
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.http import HttpRequest

from portal.accounts.adapter import NOBODY
from portal.models import User


class _TokenOfNobody(PasswordResetTokenGenerator):
    """Makes a token that fits no account by the same reads as allauth's, which would store an address of nobody."""

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        emails = EmailAddress.objects.filter(user_id=user.pk)
        return f"{super()._make_hash_value(user, timestamp)}{emails.exists()}{list(emails.values_list('email'))}"


class ResetPasswordForm(forms.ResetPasswordForm):
    """Plans a letter either way; for an address without an account one that nobody gets."""

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Plan the letter and return the address."""
        if not self.users:
            self.users = [User(pk=NOBODY, email=self.cleaned_data["email"], password="!")]  # noqa: S106 - fits nothing
            kwargs["token_generator"] = _TokenOfNobody()
        saved: str = super().save(request, **kwargs)
        return saved
