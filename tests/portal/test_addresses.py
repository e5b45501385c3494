"""Every address of the site stands in a table: the console's in its matrix, all others here."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django.fixtures import Settings

from portal.models import User
from portal.models.user import Role
from tests.factories.staff import client_of, user_make
from tests.portal.addresses import OUTSIDE, Address
from tests.portal.staff.matrix import MATRIX

METHODS = ("GET", "POST")
pytestmark = pytest.mark.django_db


def _names(found: Sequence[URLPattern | URLResolver], namespace: str = "") -> Iterator[str]:
    for entry in found:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _names(entry.url_patterns, inner)
        else:
            yield f"{namespace}{entry.name or entry.pattern}"


def _ask(client: Client, address: Address, method: str) -> Any:
    """Ask from another machine: the sandbox opens to whoever sits at its own."""
    return client.generic(method, reverse(address.name, kwargs=address.where), REMOTE_ADDR="203.0.113.9")


def _of(who: str) -> list[Address]:
    return [address for address in OUTSIDE if address.who == who]


def test_every_address_of_the_site_has_a_row() -> None:
    names = list(_names(get_resolver().url_patterns))

    assert len(names) == len(set(names))
    assert set(names) == {address.name for address in OUTSIDE} | {f"staff:{row.name}" for row in MATRIX}


def test_no_address_listens_to_a_method_that_its_row_does_not_name() -> None:
    found = {}
    for address in OUTSIDE:
        cache.clear()
        # A POST may end the session or take the factor away: each time somebody fresh asks.
        answers = {method: _ask(client_of(user_make(Role.DPO)), address, method) for method in METHODS}
        found[address.name] = tuple(method for method, answer in answers.items() if answer.status_code != 405)

    assert found == {address.name: address.methods for address in OUTSIDE}


def test_pages_of_staff_send_a_visitor_to_the_login() -> None:
    answers = {
        f"{method} {address.name}": _ask(Client(), address, method)
        for address in _of("staff")
        for method in address.methods
    }

    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 302)
    assert {answer["Location"].partition("?")[0] for answer in answers.values()} == {"/accounts/login/"}


def test_without_a_second_factor_only_its_setup_opens(settings: Settings) -> None:
    settings.MFA_REQUIRED = True
    client = client_of(user_make(Role.MARKETING), second_factor=False)
    stopped = {
        address.name
        for address in _of("staff")
        if all(_ask(client, address, method).get("Location") == "/accounts/2fa/" for method in address.methods)
    }

    opened = {address.name for address in _of("staff")} - stopped
    assert opened == {name for name in opened if name.startswith("mfa_")} | {"account_reauthenticate"}


@pytest.mark.parametrize("method", METHODS)
def test_what_allauth_has_and_we_do_not_offer_is_not_there(method: str, settings: Settings) -> None:
    settings.MFA_REQUIRED = False
    user = user_make(Role.OPERATOR)
    client = client_of(user, second_factor=False)

    assert len(_of("nobody")) == 7
    assert {address.name: _ask(client, address, method).status_code for address in _of("nobody")} == {
        address.name: 404 for address in _of("nobody")
    }


def test_staff_cannot_change_the_address_they_log_in_by(settings: Settings) -> None:
    """Only an administrator makes accounts; an address changed unseen would outlive the person's dismissal."""
    settings.MFA_REQUIRED = False
    user = user_make(Role.OPERATOR)
    client = client_of(user, second_factor=False)

    client.post("/accounts/email/", {"action_add": "", "email": "mine@private.example"})

    assert User.objects.get(pk=user.pk).email == user.email
    assert not user.emailaddress_set.filter(email="mine@private.example").exists()


def test_a_site_without_a_sandbox_knows_none_of_its_addresses(settings: Settings) -> None:
    settings.ROOT_URLCONF = "portal.urls"
    names = {name for name in _names(get_resolver().url_patterns) if name.startswith("sandbox:")}

    assert names == set()
    assert Client().get("/sandbox/").status_code == 404
    assert Client().post("/sandbox/provider/").status_code == 404
