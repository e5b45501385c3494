"""Calls with what the database refuses, stored and acted upon: each provider's, with a spoiled value at a time."""

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from consents.models import ContactPoint
from notify.channels.base import Rejected
from notify.channels.events import Event
from notify.channels.sandbox.provider import SANDBOX
from notify.enums import MessageState
from notify.esp.provider import ESP_KINDS
from notify.inbound.handling import payload_handle
from notify.inbound.payloads import payload_store
from notify.models import InboundPayload, Message
from notify.provider_setups import provider_named, setup_create
from tests.factories.consents import ContactPointFactory, CustomerFactory, answer_make
from tests.factories.notify import campaign_running
from tests.factories.providers import defaults
from tests.notify.channels.test_columns import CALLS
from tests.payloads.mail import PERSON, REFERENCE
from tests.payloads.max_updates import USER_ID
from tests.payloads.said import PHONE, SAID, spoiled

pytestmark = pytest.mark.django_db


def everybody() -> list[ContactPoint]:
    """One customer whom all those calls are about, with a yes for each contact."""
    customer = CustomerFactory(external_id="К-7")
    contacts = [
        ContactPointFactory(customer=customer, confirmed=True, value=f"+{PHONE}"),
        ContactPointFactory(customer=customer, confirmed=True, email=True, value=PERSON),
        ContactPointFactory(customer=customer, max=True, value=str(USER_ID)),
        ContactPointFactory(customer=customer, vk=True, value="42"),
        ContactPointFactory(customer=customer, app=True),
    ]
    for contact in contacts:
        answer_make(contact)
    return contacts


def set_up(kind: str, settings: Settings) -> str:
    settings.SANDBOX = True
    if kind == SANDBOX:
        return SANDBOX
    return setup_create(kind=kind, title="", fields={**defaults(kind), **SAID[kind].fields})


def outcome_of(name: str, body: bytes) -> str:
    """What became of one call, as if it alone had come."""
    with transaction.atomic():
        payload_id = payload_store(provider=name, headers={"User-Agent": "a\0b"}, body=body)
        assert payload_id is not None
        payload_handle(payload_id=payload_id)
        outcome = InboundPayload.objects.get(pk=payload_id).error_code
        transaction.set_rollback(True)
    return outcome


def events_of(name: str, body: bytes) -> list[Event]:
    webhook = provider_named(name).webhook
    assert webhook is not None
    try:
        return list(webhook.read(body))
    except Rejected:
        return []


@pytest.mark.parametrize("bad", ["\ud800\0" + "я" * 9_000, "7" * 40], ids=["signs", "digits"])
@pytest.mark.parametrize("kind", CALLS)
def test_no_call_breaks_what_it_meets(kind: str, bad: str, settings: Settings) -> None:
    contacts, name = everybody(), set_up(kind, settings)
    is_mail = kind == "mailbox" or kind in {one.code for one in ESP_KINDS}
    campaign_running([contacts[0].customer], channel="email" if is_mail else "sms")
    provider_id = SAID[kind].provider_id if kind in SAID else ""
    Message.objects.update(reference=REFERENCE, provider=name, provider_id=provider_id, state=MessageState.ACCEPTED)

    outcomes = []
    for call in CALLS[kind]:
        good = call.written(call.said)
        assert outcome_of(name, good) == ""
        usual = events_of(name, good)
        bodies = map(call.written, spoiled(call.said, bad))
        outcomes += [outcome_of(name, body) for body in bodies if events_of(name, body) not in ([], usual)]

    assert outcomes
    assert not {one for one in outcomes if one.startswith("broke")}


@pytest.mark.parametrize("raw", [b"\0", b"\xed\xa0\x80", b"\xff"], ids=["nul", "half", "no_text"])
def test_a_call_with_bytes_that_are_no_text_is_kept_and_read(raw: bytes, settings: Settings) -> None:
    name = set_up(SANDBOX, settings)
    payload_id = payload_store(provider=name, headers={}, body=b'{"events": [], "more": "' + raw + b'"}')
    assert payload_id is not None

    assert payload_handle(payload_id=payload_id)

    payload = InboundPayload.objects.get()
    assert (payload.error_code, "\ufffd" in payload.body) == ("nothing_for_us", True)
