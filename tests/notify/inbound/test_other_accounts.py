"""Accounts of VK and of the company's own application: tied, ended, and named by what is known of them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from consents.enums import Channel, ContactKind
from consents.models import ConsentEvent, ConsentState, ContactPoint, Customer, Receipt
from notify.channels.events import DialogueEvent, InboundText
from notify.inbound.account_dialogues import dialogue_apply
from notify.inbound.texts import text_apply
from notify.links.account_tokens import account_token_issue
from notify.models import AccountDialogue, InboundMessage, Message
from tests.factories.consents import ContactPointFactory, CustomerFactory, answer_make

pytestmark = pytest.mark.django_db

VK, APP = Channel("vk"), Channel("app")


@pytest.fixture
def customer() -> Customer:
    """Somebody with a number of the company's."""
    return CustomerFactory(external_id="4711")


def token(customer: Customer, channel: Channel = VK) -> str:
    """What the page of a visit gives to be brought along."""
    invitation = account_token_issue(channel=channel, customer_id=customer.pk, link_id=None, session_key="session:1")
    return invitation.payload


def turn(kind: Any, *, channel: str = "vk", account: str = "42", payload: str = "", at: datetime | None = None) -> None:
    """Somebody opens or ends a dialogue."""
    event = DialogueEvent(
        channel=channel,
        kind=kind,
        account=account,
        chat=account,
        occurred_at=at or timezone.now(),
        payload=payload,
    )
    dialogue_apply(event=event)


def written(text: str, *, channel: str, account: str) -> None:
    """Somebody writes a message."""
    event = InboundText(
        channel=channel, account=account, chat=account, occurred_at=timezone.now(), text=text, event_key="e1"
    )
    text_apply(provider="chatapp", event=event)


def accounts(customer: Customer) -> list[tuple[str, str]]:
    """The customer's current accounts."""
    rows = ContactPoint.objects.filter(customer=customer, is_current=True, kind__in=ContactKind.accounts())
    return list(rows.order_by("id").values_list("kind", "value"))


def events(customer: Customer) -> list[tuple[str, str, str, int]]:
    """What the ledger holds of the customer's accounts."""
    rows = ConsentEvent.objects.filter(subject=customer.subject).order_by("id")
    return list(rows.values_list("kind", "channel", "method", "level"))


def notices() -> list[str]:
    """What was answered."""
    return [row.context["notice"] for row in Message.objects.order_by("id")]


def test_a_token_of_vk_ties_the_account_and_is_answered_there(customer: Customer) -> None:
    payload = token(customer)

    turn("started", payload=payload)
    turn("started", payload=payload)

    assert accounts(customer) == [("vk", "42")]
    assert events(customer) == [("account_linked", "vk", "link+dialogue", 1)]
    assert notices() == ["account_linked"]


@pytest.mark.parametrize(("made_for", "used_on"), [("vk", "max"), ("max", "vk")])
def test_a_token_opens_nothing_on_a_channel_that_it_was_not_made_for(
    customer: Customer, made_for: str, used_on: str
) -> None:
    turn("started", channel=used_on, payload=token(customer, Channel(made_for)))

    assert accounts(customer) == []


def test_a_token_that_is_none_is_refused_and_a_word_of_a_poster_is_no_token() -> None:
    turn("started", payload="A" * 32)
    turn("started", account="43", payload="poster")

    assert notices() == ["account_refused"]


def test_the_same_number_on_two_channels_is_two_dialogues(customer: Customer) -> None:
    turn("started", payload=token(customer))
    turn("stopped", channel="max")

    assert accounts(customer) == [("vk", "42")]
    assert set(AccountDialogue.objects.values_list("channel", "is_open")) == {("vk", True), ("max", False)}


def test_forbidding_messages_in_vk_ends_the_tie_with_a_receipt(customer: Customer) -> None:
    turn("started", payload=token(customer))
    answer_make(customer.contact_points.get())

    turn("stopped")

    assert accounts(customer) == []
    assert events(customer)[-2:] == [
        ("account_unlinked", "vk", "dialogue", 0), ("withdrawn", "vk", "dialogue", 0),
    ]  # fmt: skip
    assert ConsentState.objects.get().value == "withdrawn"
    assert Receipt.objects.filter(customer=customer).count() == 1


def test_a_start_that_comes_after_the_stop_that_followed_it_ties_nothing(customer: Customer) -> None:
    payload, before = token(customer), timezone.now() - timedelta(seconds=5)

    turn("stopped")
    turn("started", payload=payload, at=before)

    assert accounts(customer) == []


def test_a_typed_token_ties_an_account_whose_name_is_no_number(customer: Customer) -> None:
    written(f" /start {token(customer, Channel.MAX)} ", channel="max", account="chatapp:77")

    assert accounts(customer) == [("max", "chatapp:77")]
    assert not InboundMessage.objects.exists()


def test_any_other_text_is_a_message(customer: Customer) -> None:
    written("Здравствуйте", channel="vk", account="42")

    assert InboundMessage.objects.get().text == "Здравствуйте"


def test_the_backend_ties_its_customer_by_number_and_says_so(customer: Customer) -> None:
    for _ in range(2):
        turn("started", channel="app", account="4711")

    assert accounts(customer) == [("app", "4711")]
    assert events(customer) == [("account_linked", "app", "own_app", 0)]
    assert notices() == []


def test_a_number_of_nobody_or_of_two_ties_nobody(customer: Customer) -> None:
    CustomerFactory(external_id="4711", source="another")
    CustomerFactory(external_id="4712", is_active=False)

    for number in ("4711", "4712", "4713"):
        turn("started", channel="app", account=number)

    assert not ContactPoint.objects.exists()


def test_a_token_that_the_backend_passes_on_ties_nobody_else(customer: Customer) -> None:
    other = CustomerFactory()

    turn("started", channel="app", account="4711", payload=token(other))

    assert (accounts(customer), accounts(other)) == ([("app", "4711")], [])


def test_the_backend_ends_the_dialogue_and_opens_it_anew(customer: Customer) -> None:
    start = timezone.now()
    for kind, seconds in (("started", 0), ("stopped", 1), ("started", 2)):
        turn(kind, channel="app", account="4711", at=start + timedelta(seconds=seconds))

    assert accounts(customer) == [("app", "4711")]
    assert [kind for kind, *_ in events(customer)] == ["account_linked", "account_unlinked", "account_linked"]


def test_a_long_number_and_one_that_is_no_ascii_are_tied_too() -> None:
    numbers = ["К-000123 / 7", "9" * 64]
    people = [CustomerFactory(external_id=number) for number in numbers]

    for number in numbers:
        turn("started", channel="app", account=number)

    assert [accounts(person) for person in people] == [[("app", number)] for number in numbers]


def test_a_turn_on_a_channel_without_accounts_changes_nothing() -> None:
    ContactPointFactory(value="+79160000001")

    turn("stopped", channel="sms", account="+79160000001")
    turn("started", channel="nobody", account="1")

    assert not AccountDialogue.objects.exists()
    assert ContactPoint.objects.get().is_current
