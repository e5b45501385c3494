"""Members of staff with a browser of their own, logged in the way the guards want it."""

import base64
import secrets
import time
from typing import Any
from uuid import uuid4

import factory
from allauth.account.internal.flows.login import record_authentication  # there is no public way but the pages
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.test import Client

from portal.accounts.sessions import SEEN, STARTED
from portal.models import User
from portal.models.user import Role
from tests.factories.rows import RowFactory

PASSWORD = "long-enough-for-a-test"


class StaffFactory(RowFactory[User]):
    """Somebody from marketing, without a second factor."""

    class Meta:
        model = User

    email = factory.LazyFunction(lambda: f"staff-{uuid4().hex[:12]}@romashka.example")
    name = factory.Sequence(lambda n: f"Сотрудник {n}")
    role = Role.MARKETING


def user_make(role: Role | str = Role.MARKETING, **fields: Any) -> User:
    """An account with a password and a verified address, as the console makes them."""
    user = StaffFactory(role=role, **fields)
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def second_factor_make(user: User) -> str:
    """Add an app of one-time codes to the account; return the seed that the app would hold."""
    secret = base64.b32encode(secrets.token_bytes(20)).decode()
    data = {"secret": get_adapter().encrypt(secret)}
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data=data)
    return secret


def has_second_factor(user: User) -> bool:
    """Return whether the account has a second factor."""
    return Authenticator.objects.filter(user=user).exists()


def client_of(user: User, *, second_factor: bool = True, confirmed: bool = True) -> Client:
    """A browser in which this person is logged in; `confirmed`: has just entered the password again."""
    if second_factor and not has_second_factor(user):
        second_factor_make(user)
    client = Client()
    client.force_login(user)
    session = client.session
    session[STARTED] = session[SEEN] = int(time.time())
    if confirmed:
        request = HttpRequest()
        request.session = session
        record_authentication(request, user, method="password", reauthenticated=True)
    session.save()
    return client
