"""Linking tokens of MAX: single use, a quarter of an hour, one account."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from consents.models import Customer
from notify.errors import MaxTokenRefused
from notify.links.max_tokens import MaxInvitation, max_invitation, max_token_issue, max_token_use
from notify.models import MaxLinkToken
from tests.factories.consents import CustomerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer() -> Customer:
    """Somebody who wants MAX."""
    return CustomerFactory()


def issue(customer: Customer, session: str = "session:1") -> MaxInvitation:
    """An invitation of one visit."""
    return max_token_issue(customer_id=customer.pk, link_id=None, session_key=session)


def test_a_payload_fits_what_max_takes(customer: Customer) -> None:
    payload = issue(customer).payload

    assert re.fullmatch(r"[A-Za-z0-9_-]{32}", payload)


def test_only_the_hash_of_a_payload_is_stored(customer: Customer) -> None:
    payload = issue(customer).payload

    assert payload.encode() not in bytes(MaxLinkToken.objects.get().token_hash)
    assert payload not in str(MaxLinkToken.objects.values().get())


def test_a_page_can_show_the_same_payload_again(customer: Customer) -> None:
    made = issue(customer)

    assert max_invitation(customer_id=customer.pk, session_key="session:1") == made
    assert max_invitation(customer_id=customer.pk, session_key="session:2") is None


def test_a_new_invitation_kills_the_one_before(customer: Customer) -> None:
    old, new = issue(customer), issue(customer)

    with pytest.raises(MaxTokenRefused):
        max_token_use(payload=old.payload, max_user_id=1)
    assert max_token_use(payload=new.payload, max_user_id=1).used_at


def test_a_token_is_spent_by_the_first_account_and_the_same_one_may_repeat(customer: Customer) -> None:
    payload = issue(customer).payload

    first = max_token_use(payload=payload, max_user_id=1)
    again = max_token_use(payload=payload, max_user_id=1)

    assert first.used_at == again.used_at
    assert first.customer_id == again.customer_id == customer.pk
    with pytest.raises(MaxTokenRefused):
        max_token_use(payload=payload, max_user_id=2)


def test_a_token_dies_after_a_quarter_of_an_hour(customer: Customer) -> None:
    payload = issue(customer).payload
    MaxLinkToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    with pytest.raises(MaxTokenRefused):
        max_token_use(payload=payload, max_user_id=1)
    shown = max_invitation(customer_id=customer.pk, session_key="session:1")
    assert shown is not None
    assert shown.is_over


@pytest.mark.parametrize("payload", ["", "nothing", "x" * 500, "Ж" * 32])
def test_what_we_never_made_is_refused(payload: str) -> None:
    with pytest.raises(MaxTokenRefused):
        max_token_use(payload=payload, max_user_id=1)


def test_the_deep_link_leads_to_the_bot_and_in_the_sandbox_to_the_in_built_max(
    customer: Customer, settings: Settings
) -> None:
    made = issue(customer)
    assert made.deep_link == f"{settings.SITE_URL}/sandbox/max/start/?start={made.payload}"

    settings.SANDBOX, settings.MAX_BOT_NAME = False, "id7700000000_bot"
    made = issue(customer)
    assert made.deep_link == f"https://max.ru/id7700000000_bot?start={made.payload}"
