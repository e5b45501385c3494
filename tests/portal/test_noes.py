"""What may still leave after each kind of no: a table of kinds by purpose, basis and channel."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings
from django.test import Client

from consents.answers.withdrawing import demand_obey
from consents.enums import ActorKind, Channel, ContactKind, DemandKind, LegalBasis, Purpose, StopReason, StopScope
from consents.ledger.checking.checking import ledger_check
from consents.ledger.tree.signing import key_ring_read
from consents.models import ConsentEvent, ConsentState, ContactPoint, Customer
from consents.reach.stopping import customer_stop
from consents.receipts.content import receipt_json
from consents.receipts.pdf import receipt_pdf
from consents.receipts.reading import receipt_view
from consents.receipts.words import receipt_words
from consents.types import Actor, Demand
from notify.channels.events import InboundText
from notify.inbound.texts import text_apply
from portal.audit.actor import StaffActor
from portal.flows.desk import record_refusal
from portal.staff.demands import SCOPES
from tests.consents.gate import gate_reason
from tests.factories.consents import ContactPointFactory, answer_make, circumstances_make
from tests.factories.notify import CampaignFactory
from tests.factories.staff import user_make
from tests.portal.public.people import Walker, contact_of, customer_make, letter_link, link_sent_to
from tests.support.clock import database_now

Left = frozenset[tuple[str, str, str]]
"""Channel, purpose and basis of what may leave."""

DEMAND: Final = Demand(
    kind=DemandKind.CALL, received_on=date(2026, 11, 27), sender="сам клиент", details="просит не писать"
)
ALLOWED: Final[Left] = frozenset(product(Channel.values, Purpose.values, LegalBasis.values))
"""Of somebody who has said yes to everything: advertising rests on its two consents whatever basis is named."""
SERVICE: Final[Left] = frozenset(one for one in ALLOWED if one[1] == "service")
OBLIGED: Final[Left] = frozenset(one for one in SERVICE if one[2] == "law")
"""What law or contract obliges to send: no word of the person stops it."""


def without(channel: str, purposes: tuple[str, ...] = ("service", "promotion", "advertising")) -> Left:
    """All but these purposes on one channel; what is obliged goes on."""
    return OBLIGED | frozenset(one for one in ALLOWED if one[0] != channel or one[1] not in purposes)


def page(scope: str, kind: ContactKind) -> Callable[[Customer], None]:
    """Two presses from a message to this kind of contact."""

    def say(customer: Customer) -> None:
        walker = Walker()
        walker.open_link(link_sent_to(contact_of(customer, kind)))
        walker.press("/me/refuse/", scope=scope)

    return say


def one_click(text_kind: str, kind: ContactKind) -> Callable[[Customer], None]:
    def say(customer: Customer) -> None:
        link = letter_link(customer, kind, campaign=CampaignFactory(text_kind=text_kind))
        Client().post(f"/u/{link.token}", {"List-Unsubscribe": "One-Click"})

    return say


def bot(customer: Customer) -> None:
    account = contact_of(customer, ContactKind.MAX).value
    event = InboundText(channel="max", account=account, chat="1", occurred_at=database_now(), text="Стоп")
    text_apply(provider="max", event=event)


def staff(scope: str) -> Callable[[Customer], None]:
    def say(customer: Customer) -> None:
        record_refusal(
            actor=StaffActor(user=user_make("operator"), address="", way_in="/staff/"),
            customer_id=customer.pk,
            scope=SCOPES[scope],
            demand=DEMAND,
            form_key="1",
            button="Записать отказ",
        )

    return say


def file(scope: StopScope) -> Callable[[Customer], None]:
    def say(customer: Customer) -> None:
        how = circumstances_make(actor=Actor(kind=ActorKind.SYSTEM), method="system", level=0)
        customer_stop(customer_id=customer.pk, scope=scope, reason=StopReason.IMPORTED, circumstances=how)

    return say


ADS: Final = ("promotion", "advertising")
TABLE: Final = {
    "page, all, from an SMS": (page("all", ContactKind.PHONE), OBLIGED),
    "page, all, from MAX": (page("all", ContactKind.MAX), OBLIGED),
    "page, all, from a letter": (page("all", ContactKind.EMAIL), OBLIGED),
    "page, advertising, from an SMS": (page("advertising", ContactKind.PHONE), SERVICE),
    "page, advertising, from MAX": (page("advertising", ContactKind.MAX), SERVICE),
    "page, advertising, from a letter": (page("advertising", ContactKind.EMAIL), SERVICE),
    "one click, service letter": (one_click("service", ContactKind.EMAIL), without("email")),
    "one click, advertising letter": (one_click("advertising", ContactKind.EMAIL), without("email", ADS)),
    "one click, service SMS": (one_click("service", ContactKind.PHONE), without("sms")),
    "bot": (bot, without("max")),
    "staff, all": (staff("all:all"), OBLIGED),
    "staff, advertising": (staff("all:advertising"), SERVICE),
    "staff, SMS": (staff("channel:sms"), without("sms")),
    "staff, MAX": (staff("channel:max"), without("max")),
    "staff, purpose of advertising": (staff("purpose:advertising"), SERVICE),
    "staff, purpose of promotion": (staff("purpose:promotion"), SERVICE),
    "staff, purpose of service": (staff("purpose:service"), OBLIGED | (ALLOWED - SERVICE)),
    "staff, rules of the signature": (staff("rules"), ALLOWED),
    "file, all": (file(StopScope.ALL), OBLIGED),
    "file, advertising": (file(StopScope.ADVERTISING), SERVICE),
}


@pytest.fixture
def customer(db: None) -> Customer:
    """Somebody who has said yes to every purpose on every channel."""
    person = customer_make()
    ContactPoint.objects.create(
        customer=person, kind="max", value="5001", max_chat_id=7001, confirmed_at=database_now(), origin="max"
    )
    ContactPointFactory(customer=person, vk=True)
    ContactPointFactory(customer=person, app=True)
    for point in ContactPoint.objects.filter(customer=person):
        for purpose in Purpose:
            answer_make(point, purpose)
    return person


def left(customer: Customer) -> Iterator[tuple[str, str, str]]:
    """What the gate lets out now."""
    for channel, purpose, basis in product(Channel, Purpose, LegalBasis):
        reason = gate_reason(
            customer_id=customer.pk,
            contact_point_id=contact_of(customer, channel.kind).pk,
            channel=channel,
            purpose=purpose,
            legal_basis=basis,
        )
        if not reason:
            yield channel, purpose.value, basis.value


def test_somebody_who_allowed_everything_gets_everything(customer: Customer) -> None:
    assert frozenset(left(customer)) == ALLOWED


@pytest.mark.parametrize("name", TABLE)
def test_after_a_no_only_that_leaves_which_the_table_names(customer: Customer, name: str) -> None:
    say, expected = TABLE[name]

    say(customer)

    assert frozenset(left(customer)) == expected


@pytest.mark.parametrize("name", [name for name in TABLE if not name.startswith("file")])
def test_every_no_leaves_a_receipt_of_noes_with_their_contact(customer: Customer, name: str) -> None:
    before = ConsentEvent.objects.count()

    TABLE[name][0](customer)

    noes = ConsentEvent.objects.order_by("id")[before:]
    assert {event.kind for event in noes} <= {"withdrawn", "stop_set", "rules_refused"}
    assert all(event.contact for event in noes if event.kind == "withdrawn")
    (receipt,) = customer.receipts.all()
    assert receipt.event_ids == [event.id for event in noes]
    assert ConsentState.objects.filter(customer=customer, value="withdrawn").count() == len(
        [event for event in noes if event.kind == "withdrawn"]
    )
    assert not [finding for finding in ledger_check().kept if finding.code == "stop_differs"]


@pytest.mark.parametrize("name", [name for name in TABLE if not name.startswith("file")])
def test_the_receipt_of_every_no_can_be_read_printed_and_kept(customer: Customer, name: str) -> None:
    TABLE[name][0](customer)
    receipt = receipt_view(receipt_uuid=customer.receipts.get().uuid)
    assert receipt is not None

    words = receipt_words(receipt=receipt, site="https://move.example/me/")

    assert len(words.answers) + len(words.acts) == len(receipt.lines)
    assert all(answer.channel and answer.contact for answer in words.answers)
    assert receipt_pdf(receipt=receipt, site="https://move.example/me/").startswith(b"%PDF")
    assert receipt_json(receipt=receipt, keys=key_ring_read(Path(settings.SEAL_KEY_FILE)), site="https://move.example/")


def test_what_is_left_is_destroyed_thirty_days_after_the_demand_came(customer: Customer) -> None:
    how = circumstances_make(extra=replace(DEMAND, received_on=date(2026, 11, 1)).facts)

    demand_obey(customer_id=customer.pk, scope=SCOPES["channel:sms"], circumstances=how)

    withdrawn = ConsentEvent.objects.filter(kind="withdrawn")
    assert {event.evidence.personal["destroy_by"][:10] for event in withdrawn} == {"2026-12-01"}
