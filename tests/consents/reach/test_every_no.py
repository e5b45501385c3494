"""Each kind of no against each purpose, basis and channel: what may still leave, and why not. Gate and sets agree."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from consents.answers.withdrawing import consent_withdraw, consent_withdraw_all, contact_unsubscribe, contacts_deny
from consents.enums import (
    ActorKind,
    Channel,
    ContactKind,
    EventKind,
    LegalBasis,
    ProofLevel,
    ProofMethod,
    Purpose,
    StopReason,
    StopScope,
)
from consents.models import ContactPoint
from consents.reach.stopping import address_stop, customer_stop
from consents.types import Actor, Circumstances
from tests.consents.gate import gate_reason, refusals_of_all
from tests.factories.consents import ContactPointFactory, CustomerFactory, answer_make, circumstances_make

pytestmark = pytest.mark.django_db

Points = dict[Channel, ContactPoint]
LINK = {"level": ProofLevel.LINK, "method": ProofMethod.LINK}
STAFF: dict[str, Any] = {
    "actor": Actor(kind=ActorKind.STAFF, ident="7"),
    "level": ProofLevel.LINK,
    "method": ProofMethod.STAFF,
}
ALL_CHANNELS = frozenset(Channel)
ADS, ALL = StopScope.ADVERTISING, StopScope.ALL


def how(**changes: object) -> Circumstances:
    return circumstances_make(**changes)


def page_refusal(points: Points) -> None:
    answer_make(points[Channel.SMS], kind=EventKind.REFUSED)


def page_refusal_of_ads(points: Points) -> None:
    answer_make(points[Channel.SMS], Purpose.ADVERTISING, kind=EventKind.REFUSED)


def page_withdrawal(points: Points, purpose: Purpose = Purpose.SERVICE) -> None:
    consent_withdraw(
        customer_id=points[Channel.SMS].customer_id, purpose=purpose, channel=Channel.SMS, circumstances=how()
    )


def page_withdrawal_of_promotion(points: Points) -> None:
    page_withdrawal(points, Purpose.PROMOTION)


def link(points: Points, scope: StopScope = ALL, **by: object) -> None:
    consent_withdraw_all(customer_id=points[Channel.SMS].customer_id, circumstances=how(**(by or LINK)), scope=scope)


def one_click(points: Points, scope: StopScope = ALL) -> None:
    letters = points[Channel.EMAIL]
    contact_unsubscribe(
        customer_id=letters.customer_id,
        contact_point_id=letters.pk,
        circumstances=how(level=ProofLevel.LINK, method=ProofMethod.ONE_CLICK),
        scope=scope,
    )


def stop(points: Points, reason: StopReason, scope: StopScope = ALL) -> None:
    customer_stop(customer_id=points[Channel.SMS].customer_id, scope=scope, reason=reason, circumstances=how())


def not_me(points: Points) -> None:
    phone = points[Channel.SMS]
    contacts_deny(customer_id=phone.customer_id, contact_uuids=[phone.uuid], circumstances=how(**LINK))


def bounce(points: Points) -> None:
    address_stop(
        kind=ContactKind.EMAIL, value=points[Channel.EMAIL].value, reason=StopReason.BOUNCED, circumstances=how()
    )


# What the gate answers on the channels that a no is about, to somebody who had agreed to everything before:
# service by contract, service by consent, what is obliged, advertising on whatever basis. '' goes out.
TABLE: dict[str, tuple[Callable[[Points], None], frozenset[Channel], tuple[str, str, str, str]]] = {
    "nothing": (lambda _: None, ALL_CHANNELS, ("", "", "", "")),
    "page, refusal": (page_refusal, frozenset({Channel.SMS}), ("refused", "refused", "", "")),
    "page, refusal of advertising": (page_refusal_of_ads, frozenset({Channel.SMS}), ("", "", "", "refused")),
    "page, withdrawal": (page_withdrawal, frozenset({Channel.SMS}), ("withdrawn", "withdrawn", "", "")),
    "page, withdrawal of promotion": (
        page_withdrawal_of_promotion, frozenset({Channel.SMS}), ("", "", "", "withdrawn"),
    ),
    "link, everything": (link, ALL_CHANNELS, ("suppressed", "withdrawn", "", "withdrawn")),
    "link, advertising": (lambda points: link(points, ADS), ALL_CHANNELS, ("", "", "", "withdrawn")),
    "one click": (one_click, frozenset({Channel.EMAIL}), ("suppressed", "withdrawn", "", "withdrawn")),
    "one click in an advert": (
        lambda points: one_click(points, ADS), frozenset({Channel.EMAIL}), ("", "", "", "withdrawn"),
    ),
    "staff, everything": (
        lambda points: link(points, **STAFF), ALL_CHANNELS, ("suppressed", "withdrawn", "", "withdrawn"),
    ),
    "staff, a stop": (
        lambda points: stop(points, StopReason.STAFF), ALL_CHANNELS, ("suppressed", "suppressed", "", "suppressed"),
    ),
    "file": (
        lambda points: stop(points, StopReason.IMPORTED), ALL_CHANNELS, ("suppressed", "suppressed", "", "suppressed"),
    ),
    "file, advertising": (
        lambda points: stop(points, StopReason.IMPORTED, ADS), ALL_CHANNELS, ("", "", "", "suppressed"),
    ),
    "same contact as somebody who said no": (
        lambda points: stop(points, StopReason.SAME_CONTACT),
        ALL_CHANNELS,
        ("suppressed", "suppressed", "", "suppressed"),
    ),
    "not me": (not_me, frozenset({Channel.SMS}), ("no_contact", "no_contact", "no_contact", "no_contact")),
    "no such address": (
        bounce, frozenset({Channel.EMAIL}), ("suppressed", "suppressed", "suppressed", "suppressed"),
    ),
}  # fmt: skip
FINAL = {"not me", "no such address"}
"""News of the address itself, which no later yes overrules."""


def agreed(points: Points) -> None:
    for channel, purpose in product(Channel, Purpose):
        answer_make(points[channel], purpose, channel=channel)


@pytest.fixture
def points() -> Points:
    """Somebody with a contact for each channel who has agreed to everything."""
    customer = CustomerFactory()
    found = {
        Channel.SMS: ContactPointFactory(customer=customer, confirmed=True),
        Channel.EMAIL: ContactPointFactory(customer=customer, email=True, confirmed=True),
        Channel.MAX: ContactPointFactory(customer=customer, max=True),
        Channel("vk"): ContactPointFactory(customer=customer, vk=True),
        Channel("app"): ContactPointFactory(customer=customer, app=True),
    }
    agreed(found)
    return found


def answers(points: Points, channel: Channel) -> dict[tuple[Purpose, LegalBasis], str]:
    """The gate's answers on one channel; asserts that the sets say the same."""
    point = points[channel]
    found = {}
    for purpose, basis in product(Purpose, LegalBasis):
        rules: dict[str, Any] = {"channel": channel, "purpose": purpose, "legal_basis": basis}
        found[purpose, basis] = gate_reason(customer_id=point.customer_id, contact_point_id=point.pk, **rules)
        assert refusals_of_all(**rules)[point.customer_id, point.pk] == found[purpose, basis], rules
    return found


def expected(row: tuple[str, str, str, str]) -> dict[tuple[Purpose, LegalBasis], str]:
    by_contract, by_consent, obliged, advertising = row
    service = {LegalBasis.CONTRACT: by_contract, LegalBasis.CONSENT: by_consent, LegalBasis.LAW: obliged}
    return {
        (purpose, basis): service[basis] if purpose == Purpose.SERVICE else advertising
        for purpose, basis in product(Purpose, LegalBasis)
    }


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("no", list(TABLE))
def test_a_no_stops_what_it_says_and_nothing_else(points: Points, no: str, channel: Channel) -> None:
    say, channels, row = TABLE[no]

    say(points)

    assert answers(points, channel) == expected(row if channel in channels else ("", "", "", ""))


@pytest.mark.parametrize("no", [no for no in TABLE if no not in FINAL])
def test_a_later_yes_opens_what_a_no_had_closed(points: Points, no: str) -> None:
    say, channels, _ = TABLE[no]
    say(points)

    agreed(points)

    for channel in channels:
        assert answers(points, channel) == expected(("", "", "", ""))


@pytest.mark.parametrize("no", sorted(FINAL))
def test_no_yes_overrules_news_of_the_address_itself(points: Points, no: str) -> None:
    say, channels, row = TABLE[no]
    say(points)

    for purpose in Purpose:
        for channel in channels:
            answer_make(points[channel], purpose, channel=channel)

    for channel in channels:
        assert answers(points, channel) == expected(row)
