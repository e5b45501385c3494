"""Who may be written to: each rule by itself, and the list held against the gate over many people of all kinds."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from consents.enums import (
    Channel,
    ContactKind,
    EventKind,
    LegalBasis,
    LineType,
    Purpose,
    StopReason,
    StopScope,
)
from consents.models import ContactPoint
from tests.consents.gate import gate_reason, refusals_of_all
from tests.factories.consents import (
    ContactPointFactory,
    CustomerFactory,
    StopFactory,
    answer_make,
)
from tests.support.people_of_all_kinds import people_of_all_kinds

pytestmark = pytest.mark.django_db

ADS = {"purpose": Purpose.ADVERTISING, "legal_basis": LegalBasis.CONSENT}
BY_CONSENT = {"purpose": Purpose.SERVICE, "legal_basis": LegalBasis.CONSENT}
BY_CONTRACT = {"purpose": Purpose.SERVICE, "legal_basis": LegalBasis.CONTRACT}
BY_LAW = {"purpose": Purpose.SERVICE, "legal_basis": LegalBasis.LAW}


def reason(contact: ContactPoint, rules: dict[str, Any], **changes: Any) -> str:
    """The gate's answer; asserts that the sets say the same."""
    values = {"channel": ContactKind(contact.kind).channel} | rules | changes
    answer = gate_reason(customer_id=contact.customer_id, contact_point_id=contact.pk, **values)
    assert refusals_of_all(**values)[contact.customer_id, contact.pk] == answer
    return answer


def test_nothing_but_a_contact_is_needed_for_service_under_a_contract() -> None:
    assert reason(ContactPointFactory(), BY_CONTRACT) == ""


@pytest.mark.parametrize("rules", [BY_CONSENT, ADS])
def test_without_a_yes_nothing_that_rests_on_consent_goes_out(rules: dict[str, Any]) -> None:
    assert reason(ContactPointFactory(confirmed=True), rules) == "no_consent"


def test_a_service_consent_carries_service_messages_of_its_channel() -> None:
    phone = ContactPointFactory()
    email = ContactPointFactory(email=True, customer=phone.customer)
    answer_make(phone)

    assert reason(phone, BY_CONSENT) == ""
    assert reason(email, BY_CONSENT) == "no_consent"
    assert reason(phone, ADS) == "no_consent"


@pytest.mark.parametrize("only", [Purpose.PROMOTION, Purpose.ADVERTISING])
def test_one_of_the_two_consents_is_not_enough_for_advertising(only: Purpose) -> None:
    phone = ContactPointFactory()
    answer_make(phone, only)

    assert reason(phone, ADS) == "no_consent"


@pytest.mark.parametrize("basis", list(LegalBasis))
@pytest.mark.parametrize("purpose", [Purpose.PROMOTION, Purpose.ADVERTISING])
def test_advertising_rests_on_two_consents_whatever_basis_is_named(purpose: Purpose, basis: LegalBasis) -> None:
    bare, agreed = ContactPointFactory(), ContactPointFactory()
    answer_make(agreed, Purpose.PROMOTION)
    answer_make(agreed, Purpose.ADVERTISING)
    rules = {"purpose": purpose, "legal_basis": basis}

    assert (reason(bare, rules), reason(agreed, rules)) == ("no_consent", "")


def test_a_yes_counts_for_the_contact_it_was_given_for_and_for_no_other() -> None:
    old = ContactPointFactory()
    answer_make(old)
    ContactPoint.objects.filter(pk=old.pk).update(is_current=False, closed_at=timezone.now())
    new = ContactPointFactory(customer=old.customer)

    assert reason(new, BY_CONSENT) == "no_consent"
    assert reason(old, BY_CONSENT) == "no_contact"


def test_a_yes_whose_term_is_over_counts_no_more() -> None:
    past, future = ContactPointFactory(), ContactPointFactory()
    answer_make(past, valid_until=timezone.now() - timedelta(seconds=1))
    answer_make(future, valid_until=timezone.now() + timedelta(days=1))

    assert (reason(past, BY_CONSENT), reason(future, BY_CONSENT)) == ("no_consent", "")


@pytest.mark.parametrize(("kind", "told"), [(EventKind.REFUSED, "refused"), (EventKind.WITHDRAWN, "withdrawn")])
@pytest.mark.parametrize("rules", [BY_CONSENT, BY_CONTRACT])
def test_a_no_and_a_withdrawal_stop_service_messages_and_are_told_apart(
    rules: dict[str, Any], kind: EventKind, told: str
) -> None:
    phone = ContactPointFactory()
    answer_make(phone, kind=kind)

    assert reason(phone, rules) == told


@pytest.mark.parametrize("kind", [EventKind.REFUSED, EventKind.WITHDRAWN])
def test_a_no_stops_its_channel_alone_until_a_later_yes(kind: EventKind) -> None:
    phone = ContactPointFactory()
    email = ContactPointFactory(email=True, customer=phone.customer)
    answer_make(phone)
    answer_make(phone, kind=kind)
    assert reason(phone, BY_CONTRACT)
    assert reason(email, BY_CONTRACT) == ""

    answer_make(phone)

    assert reason(phone, BY_CONTRACT) == ""


@pytest.mark.parametrize("purpose", [Purpose.PROMOTION, Purpose.ADVERTISING])
def test_a_no_to_advertising_leaves_service_messages_alone(purpose: Purpose) -> None:
    phone = ContactPointFactory()
    answer_make(phone, purpose, kind=EventKind.WITHDRAWN)

    assert (reason(phone, BY_CONTRACT), reason(phone, ADS)) == ("", "withdrawn")


@pytest.mark.parametrize("kind", [EventKind.REFUSED, EventKind.WITHDRAWN])
def test_what_is_obliged_passes_a_no_but_not_a_dead_address(kind: EventKind) -> None:
    phone = ContactPointFactory()
    answer_make(phone, kind=kind)
    StopFactory(customer=phone.customer)
    assert reason(phone, BY_LAW) == ""

    StopFactory(customer=None, kind=ContactKind.PHONE, value=phone.value, reason=StopReason.BOUNCED)

    assert reason(phone, BY_LAW) == "suppressed"


@pytest.mark.parametrize("purpose", [Purpose.PROMOTION, Purpose.ADVERTISING])
def test_advertising_is_never_obliged(purpose: Purpose) -> None:
    stopped, bare = ContactPointFactory(), ContactPointFactory()
    for consent in (Purpose.PROMOTION, Purpose.ADVERTISING):
        answer_make(stopped, consent)
    StopFactory(customer=stopped.customer, scope=StopScope.ADVERTISING)
    rules = {"purpose": purpose, "legal_basis": LegalBasis.LAW}

    assert (reason(stopped, rules), reason(bare, rules)) == ("suppressed", "no_consent")


@pytest.mark.parametrize("basis", [LegalBasis.CONTRACT, LegalBasis.LAW])
@pytest.mark.parametrize(
    ("named", "told", "told_after_a_yes"),
    [
        ("", "no_mailing_consent", ""),
        ("всякое", "no_mailing_consent", ""),
        ("own", "no_consent", ""),
        ("contract", "", ""),
    ],
)
def test_an_sms_needs_the_subscribers_consent_whatever_the_basis(
    basis: LegalBasis, named: str, told: str, told_after_a_yes: str
) -> None:
    phone = ContactPointFactory()
    rules = {"purpose": Purpose.SERVICE, "legal_basis": basis, "subscriber_consent": named}
    assert reason(phone, rules) == told

    answer_make(phone)

    assert reason(phone, rules) == told_after_a_yes


@pytest.mark.parametrize("kind", ["email", "max"])
def test_letters_and_max_need_no_subscribers_consent(kind: str) -> None:
    assert reason(ContactPointFactory(**{kind: True}), BY_CONTRACT, subscriber_consent="") == ""


def test_a_release_that_does_not_say_where_the_consent_is_sends_no_sms() -> None:
    phone = ContactPointFactory()
    with connection.cursor() as cursor:
        cursor.execute("SELECT consents_may_send(%s, %s, 'sms', 'service', 'contract')", [phone.customer_id, phone.pk])
        assert cursor.fetchone() == ("no_mailing_consent",)


@pytest.mark.parametrize("line_type", [LineType.FIXED, LineType.OTHER, ""])
def test_sms_goes_to_a_line_that_is_known_to_be_mobile(line_type: str) -> None:
    assert reason(ContactPointFactory(line_type=line_type), BY_CONTRACT) == "not_sms_capable"


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.MAX, "whatsapp", ""])
def test_a_phone_is_no_contact_for_another_channel(channel: str) -> None:
    phone = ContactPointFactory()

    assert (
        gate_reason(
            customer_id=phone.customer_id, contact_point_id=phone.pk, channel=channel, purpose="service",
            legal_basis="contract",
        )
        == "no_contact"
    )  # fmt: skip


def test_max_needs_an_open_dialogue() -> None:
    assert reason(ContactPointFactory(max=True), BY_CONTRACT) == ""
    assert reason(ContactPointFactory(max=True, max_chat_id=None), BY_CONTRACT) == "no_contact"


@pytest.mark.parametrize(
    ("changes", "told"),
    [({"is_active": False}, "suppressed"), ({"erased_at": timezone.now()}, "no_contact")],
)
def test_who_is_not_a_customer_any_more_is_not_written_to(changes: dict[str, Any], told: str) -> None:
    assert reason(ContactPointFactory(customer=CustomerFactory(**changes)), BY_CONTRACT) == told


@pytest.mark.parametrize("contact_id", [None, 0])
def test_a_message_without_a_contact_goes_nowhere(contact_id: int | None) -> None:
    customer_id = CustomerFactory().pk

    assert gate_reason(customer_id=customer_id, contact_point_id=contact_id, channel="sms", **BY_CONTRACT) == (
        "no_contact"
    )


def test_a_contact_of_another_person_is_no_contact() -> None:
    phone = ContactPointFactory()

    assert (
        gate_reason(customer_id=CustomerFactory().pk, contact_point_id=phone.pk, channel="sms", **BY_CONTRACT)
        == "no_contact"
    )


@pytest.mark.parametrize("purpose", ["", "code", "всякое"])
def test_a_purpose_that_nobody_knows_is_refused(purpose: str) -> None:
    phone = ContactPointFactory()

    assert (
        gate_reason(
            customer_id=phone.customer_id, contact_point_id=phone.pk, channel="sms", purpose=purpose,
            legal_basis="contract",
        )
        == "no_consent"
    )  # fmt: skip


def test_a_stop_of_advertising_stops_advertising_alone() -> None:
    phone = ContactPointFactory()
    for purpose in Purpose:
        answer_make(phone, purpose)
    StopFactory(customer=phone.customer, scope=StopScope.ADVERTISING)

    assert (reason(phone, ADS), reason(phone, BY_CONSENT), reason(phone, BY_CONTRACT)) == ("suppressed", "", "")


def test_a_stop_from_a_file_gives_way_to_a_later_yes_of_the_person() -> None:
    phone = ContactPointFactory()
    StopFactory(customer=phone.customer, reason=StopReason.IMPORTED)
    assert reason(phone, BY_CONTRACT) == "suppressed"

    answer_make(phone)

    assert reason(phone, BY_CONTRACT) == reason(phone, BY_CONSENT) == ""


def test_both_consents_must_be_later_than_the_stop_of_advertising() -> None:
    phone = ContactPointFactory()
    answer_make(phone, Purpose.PROMOTION)
    StopFactory(customer=phone.customer, scope=StopScope.ADVERTISING)
    answer_make(phone, Purpose.ADVERTISING)

    assert reason(phone, ADS) == "suppressed"


@pytest.mark.parametrize("cause", [StopReason.BOUNCED, StopReason.NOT_MINE])
def test_what_is_wrong_with_the_address_itself_no_yes_overrules(cause: StopReason) -> None:
    email = ContactPointFactory(email=True)
    StopFactory(customer=None, kind=ContactKind.EMAIL, value=email.value, reason=cause)
    answer_make(email)

    assert reason(email, BY_CONSENT) == "suppressed"


def test_a_stop_of_one_customers_address_is_not_another_customers() -> None:
    mine = ContactPointFactory(email=True)
    yours = ContactPointFactory(email=True, value=mine.value)
    StopFactory(customer=mine.customer, kind=ContactKind.EMAIL, value=mine.value, reason=StopReason.NOT_MINE)

    assert (reason(mine, BY_CONTRACT), reason(yours, BY_CONTRACT)) == ("suppressed", "")


def test_a_lifted_stop_stops_nobody() -> None:
    phone = ContactPointFactory()
    StopFactory(customer=phone.customer, lifted_at=timezone.now())

    assert reason(phone, BY_CONTRACT) == ""


def test_the_sets_and_the_gate_agree_on_everybody() -> None:
    people_of_all_kinds(150, seed=20261124)
    points = list(ContactPoint.objects.values_list("customer_id", "id"))
    told = set()
    for channel, purpose, basis, named in product(Channel, Purpose, LegalBasis, ("", "own", "contract")):
        rules: dict[str, Any] = {
            "channel": channel,
            "purpose": purpose,
            "legal_basis": basis,
            "subscriber_consent": named,
        }
        by_gate = {
            (customer_id, point_id): gate_reason(customer_id=customer_id, contact_point_id=point_id, **rules)
            for customer_id, point_id in points
        }
        assert refusals_of_all(**rules) == by_gate, rules
        told |= set(by_gate.values())

    assert told == {
        "", "no_contact", "not_sms_capable", "suppressed", "no_consent", "withdrawn", "refused", "no_mailing_consent"
    }  # fmt: skip
