"""Linking tokens of MAX: single use, a quarter of an hour, one account."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from consents.enums import Channel
from consents.models import Customer
from notify.errors import LinkTokenRefused
from notify.links.account_tokens import AccountInvitation, account_invitation, account_token_issue, account_token_use
from notify.models import AccountLinkToken
from tests.factories.consents import CustomerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer() -> Customer:
    """Somebody who wants MAX."""
    return CustomerFactory()


def issue(customer: Customer, session: str = "session:1") -> AccountInvitation:
    """An invitation of one visit."""
    return account_token_issue(channel=Channel.MAX, customer_id=customer.pk, link_id=None, session_key=session)


def test_a_payload_fits_what_max_takes(customer: Customer) -> None:
    payload = issue(customer).payload

    assert re.fullmatch(r"[A-Za-z0-9_-]{32}", payload)


def test_only_the_hash_of_a_payload_is_stored(customer: Customer) -> None:
    payload = issue(customer).payload

    assert payload.encode() not in bytes(AccountLinkToken.objects.get().token_hash)
    assert payload not in str(AccountLinkToken.objects.values().get())


def test_a_page_can_show_the_same_payload_again(customer: Customer) -> None:
    made = issue(customer)

    assert account_invitation(channel=Channel.MAX, customer_id=customer.pk, session_key="session:1") == made
    assert account_invitation(channel=Channel.MAX, customer_id=customer.pk, session_key="session:2") is None


def test_a_new_invitation_kills_the_one_before(customer: Customer) -> None:
    old, new = issue(customer), issue(customer)

    with pytest.raises(LinkTokenRefused):
        account_token_use(channel=Channel.MAX, payload=old.payload, account="1")
    assert account_token_use(channel=Channel.MAX, payload=new.payload, account="1").used_at


def test_a_token_is_spent_by_the_first_account_and_the_same_one_may_repeat(customer: Customer) -> None:
    payload = issue(customer).payload

    first = account_token_use(channel=Channel.MAX, payload=payload, account="1")
    again = account_token_use(channel=Channel.MAX, payload=payload, account="1")

    assert first.used_at == again.used_at
    assert first.customer_id == again.customer_id == customer.pk
    with pytest.raises(LinkTokenRefused):
        account_token_use(channel=Channel.MAX, payload=payload, account="2")


def test_a_token_dies_after_a_quarter_of_an_hour(customer: Customer) -> None:
    payload = issue(customer).payload
    AccountLinkToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    with pytest.raises(LinkTokenRefused):
        account_token_use(channel=Channel.MAX, payload=payload, account="1")
    shown = account_invitation(channel=Channel.MAX, customer_id=customer.pk, session_key="session:1")
    assert shown is not None
    assert shown.is_over


@pytest.mark.parametrize("payload", ["", "nothing", "x" * 500, "Ж" * 32])
def test_what_we_never_made_is_refused(payload: str) -> None:
    with pytest.raises(LinkTokenRefused):
        account_token_use(channel=Channel.MAX, payload=payload, account="1")


def test_the_deep_link_leads_to_the_bot_and_in_the_sandbox_to_the_in_built_max(
    customer: Customer, settings: Settings
) -> None:
    made = issue(customer)
    assert made.deep_link == f"{settings.SITE_URL}/sandbox/max/start/?start={made.payload}"

    settings.SANDBOX, settings.MAX_BOT_NAME = False, "id7700000000_bot"
    made = issue(customer)
    assert made.deep_link == f"https://max.ru/id7700000000_bot?start={made.payload}"
