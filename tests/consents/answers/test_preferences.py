"""What a person has allowed and what is still to be asked, in which order."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consents.answers.preferences import AnswerState, ConsentView, consents_of
from consents.enums import Channel, EventKind, Purpose, SignatureRules
from consents.models import ContactPoint, Customer
from tests.factories.consents import (
    CompanyFactory,
    ContactPointFactory,
    CustomerFactory,
    StopFactory,
    answer_make,
    company_make,
    edition_of,
)

pytestmark = pytest.mark.django_db


def consent(customer: Customer, purpose: Purpose = Purpose.SERVICE, channel: Channel = Channel.SMS) -> ConsentView:
    return next(one for one in consents_of(customer_id=customer.pk) if (one.purpose, one.channel) == (purpose, channel))


def asked(customer: Customer, channels: list[Channel], purposes: list[Purpose], since: object = None) -> list[str]:
    found = AnswerState(customer.pk).to_ask(
        channels=channels,
        purposes=purposes,
        answered_since=since,  # type: ignore[arg-type]  # None or a moment
    )
    return [f"{one.purpose}/{'+'.join(one.contacts)}" for one in found]


def test_every_purpose_on_every_channel_has_its_line() -> None:
    lines = consents_of(customer_id=CustomerFactory().pk)

    assert [(one.purpose, one.channel) for one in lines] == [
        (purpose, channel) for purpose in Purpose for channel in Channel
    ]
    assert {(one.value, one.is_in_force, one.ask_again) for one in lines} == {("", False, "never_asked")}


def test_a_yes_for_the_contact_of_today_is_in_force() -> None:
    phone = ContactPointFactory(confirmed=True)
    event = answer_make(phone)

    line = consent(phone.customer)

    assert (line.value, line.is_in_force, line.ask_again) == ("granted", True, "")
    assert (line.since, line.event) == (event.occurred_at, event.uuid)


@pytest.mark.parametrize("kind", [EventKind.REFUSED, EventKind.WITHDRAWN])
def test_a_no_is_not_something_to_ask_again(kind: EventKind) -> None:
    phone = ContactPointFactory(confirmed=True)
    answer_make(phone, kind=kind)

    line = consent(phone.customer)

    assert (line.value, line.is_in_force, line.ask_again) == (kind, False, "")


def test_a_yes_for_an_old_contact_or_past_its_term_is_to_be_asked_again() -> None:
    changed, expired = ContactPointFactory(), ContactPointFactory()
    answer_make(changed)
    ContactPoint.objects.filter(pk=changed.pk).update(is_current=False, closed_at=timezone.now())
    ContactPointFactory(customer=changed.customer)
    answer_make(expired, valid_until=timezone.now() - timedelta(seconds=1))

    assert consent(changed.customer).ask_again == "contact_changed"
    assert consent(expired.customer).ask_again == "expired"
    assert not consent(changed.customer).is_in_force


@pytest.fixture
def customer() -> Customer:
    """Somebody with a proven phone and address and a company with all texts in force."""
    company_make()
    phone = ContactPointFactory(confirmed=True)
    ContactPointFactory(email=True, confirmed=True, customer=phone.customer)
    return phone.customer


def test_service_comes_first_then_both_texts_of_advertising_each_asked_once(customer: Customer) -> None:
    assert asked(customer, [Channel.EMAIL, Channel.SMS], [Purpose.ADVERTISING, Purpose.SERVICE]) == [
        "service/sms+email",
        "promotion/sms+email",
        "advertising/sms+email",
    ]


def test_advertising_brings_promotion_and_promotion_comes_alone(customer: Customer) -> None:
    assert asked(customer, [Channel.SMS], [Purpose.ADVERTISING]) == ["promotion/sms", "advertising/sms"]
    assert asked(customer, [Channel.SMS], [Purpose.PROMOTION]) == ["promotion/sms"]


def test_each_question_names_its_text_and_its_contacts(customer: Customer) -> None:
    (one,) = AnswerState(customer.pk).to_ask(channels=["sms"], purposes=["service"])
    (both,) = AnswerState(customer.pk).to_ask(channels=["email", "sms"], purposes=["promotion"])

    phone, email = (customer.contact_points.get(kind=kind).uuid for kind in ("phone", "email"))
    assert (one.edition_id, one.purpose) == (edition_of("pd_service").pk, Purpose.SERVICE)
    assert one.contacts == {Channel.SMS: phone}
    assert (both.edition_id, both.purpose) == (edition_of("pd_promo").pk, Purpose.PROMOTION)
    assert both.contacts == {Channel.SMS: phone, Channel.EMAIL: email}


def test_nothing_is_asked_for_a_contact_that_is_missing_or_unproven(customer: Customer) -> None:
    customer.contact_points.filter(kind="email").update(confirmed_at=None)

    assert asked(customer, list(Channel), [Purpose.SERVICE]) == ["service/sms"]


def test_what_is_in_force_is_not_asked(customer: Customer) -> None:
    answer_make(customer.contact_points.get(kind="phone"))

    assert asked(customer, [Channel.SMS, Channel.EMAIL], [Purpose.SERVICE]) == ["service/email"]


def test_a_refusal_of_this_visit_is_not_asked_twice_and_one_of_an_earlier_visit_is(customer: Customer) -> None:
    phone = customer.contact_points.get(kind="phone")
    answer_make(phone, kind=EventKind.REFUSED)
    now = timezone.now()

    assert asked(customer, [Channel.SMS], [Purpose.SERVICE], now - timedelta(minutes=5)) == []
    assert asked(customer, [Channel.SMS], [Purpose.SERVICE], now + timedelta(minutes=5)) == ["service/sms"]


def test_who_refused_promotion_is_not_asked_about_advertising_on_that_channel(customer: Customer) -> None:
    answer_make(customer.contact_points.get(kind="phone"), Purpose.PROMOTION, kind=EventKind.REFUSED)
    begun = timezone.now() - timedelta(minutes=5)

    assert asked(customer, [Channel.SMS, Channel.EMAIL], [Purpose.ADVERTISING], begun) == [
        "promotion/email",
        "advertising/email",
    ]
    assert asked(customer, [Channel.SMS], [Purpose.ADVERTISING], begun) == []


def test_a_text_that_is_not_in_force_is_not_asked() -> None:
    phone = ContactPointFactory(confirmed=True)

    assert asked(phone.customer, list(Channel), list(Purpose)) == []


@pytest.mark.parametrize("rules", SignatureRules)
def test_only_a_company_that_asks_shows_its_rules(customer: Customer, rules: SignatureRules) -> None:
    CompanyFactory(signature_rules=rules)

    assert AnswerState(customer.pk).offers_rules == (rules == SignatureRules.ASK)


def test_a_new_company_shows_no_rules(customer: Customer) -> None:
    assert not AnswerState(customer.pk).offers_rules


def test_without_rules_in_force_there_is_nothing_to_show() -> None:
    stranger = CustomerFactory()
    assert not AnswerState(stranger.pk).offers_rules

    CompanyFactory(signature_rules=SignatureRules.ASK)
    assert not AnswerState(stranger.pk).offers_rules


@pytest.mark.parametrize(("reason", "is_asked"), [("imported", ["service/sms"]), ("bounced", [])])
def test_a_yes_under_a_stop_is_not_in_force_and_asked_again_only_where_another_helps(
    customer: Customer, reason: str, is_asked: list[str]
) -> None:
    phone = ContactPoint.objects.get(customer=customer, kind="phone")
    answer_make(phone)
    StopFactory(customer=customer, kind="phone", value=phone.value, reason=reason)

    line = consent(customer)

    assert (line.value, line.is_in_force, line.ask_again) == ("granted", False, "")
    assert line.stop is not None
    assert line.stop.reason == reason
    assert asked(customer, [Channel.SMS], [Purpose.SERVICE]) == is_asked


def test_a_new_yes_overrules_a_stop_that_the_person_asked_for(customer: Customer) -> None:
    phone = ContactPoint.objects.get(customer=customer, kind="phone")
    answer_make(phone)
    StopFactory(customer=customer, reason="imported")

    answer_make(phone)

    assert consent(customer).is_in_force
