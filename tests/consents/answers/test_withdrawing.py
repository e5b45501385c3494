"""Saying no: never refused, at once, without growing the ledger when it is said again."""

import pytest

from consents.answers.withdrawing import (
    consent_withdraw,
    consent_withdraw_all,
    contact_unsubscribe,
    contacts_deny,
)
from consents.enums import (
    ActorKind,
    Channel,
    ContactKind,
    EventKind,
    ProofLevel,
    ProofMethod,
    Purpose,
    StateValue,
    StopReason,
    StopScope,
)
from consents.errors import StopMissing
from consents.models import ConsentEvent, ConsentState, ContactPoint, Evidence, Stop
from consents.reach.stopping import address_stop, customer_stop, stop_end
from consents.types import Actor, AppendedEvent, Circumstances
from tests.consents.gate import gate_reason
from tests.factories.consents import ContactPointFactory, CustomerFactory, answer_make, circumstances_make

pytestmark = pytest.mark.django_db

WITHDRAWN = ConsentEvent.objects.filter(kind=EventKind.WITHDRAWN)


def by_link(**changes: object) -> Circumstances:
    return circumstances_make(level=ProofLevel.LINK, method=ProofMethod.LINK, **changes)


def kind_of(event: AppendedEvent) -> str:
    return ConsentEvent.objects.get(pk=event.id).kind


def states() -> set[tuple[str, str, str]]:
    return set(ConsentState.objects.values_list("purpose", "channel", "value"))


def may_send(contact: ContactPoint, purpose: Purpose = Purpose.SERVICE, basis: str = "contract") -> str:
    channel = {"phone": "sms"}.get(contact.kind, contact.kind)
    return gate_reason(
        customer_id=contact.customer_id,
        contact_point_id=contact.pk,
        channel=channel,
        purpose=purpose,
        legal_basis=basis,
    )


def test_a_withdrawal_ends_the_yes_it_answers() -> None:
    phone = ContactPointFactory(confirmed=True)
    granted = answer_make(phone)

    event = consent_withdraw(customer_id=phone.customer_id, purpose="service", channel="sms", circumstances=by_link())

    stored = ConsentEvent.objects.get(pk=event.id)
    assert (stored.answers, stored.contact) == (granted.uuid, phone.uuid)
    assert states() == {("service", "sms", StateValue.WITHDRAWN)}
    assert may_send(phone, basis="consent") == "withdrawn"


def test_a_withdrawal_of_one_channel_leaves_the_others() -> None:
    phone = ContactPointFactory(confirmed=True)
    email = ContactPointFactory(email=True, confirmed=True, customer=phone.customer)
    answer_make(phone)
    answer_make(email)

    consent_withdraw(customer_id=phone.customer_id, purpose="service", channel="sms", circumstances=by_link())

    assert may_send(email, basis="consent") == ""


def test_a_withdrawal_said_three_times_is_one_event() -> None:
    phone = ContactPointFactory(confirmed=True)
    answer_make(phone)
    how = by_link()

    uuids = {
        consent_withdraw(customer_id=phone.customer_id, purpose="service", channel="sms", circumstances=how).uuid
        for _ in range(3)
    }

    assert len(uuids) == 1
    assert WITHDRAWN.count() == 1


@pytest.mark.parametrize(
    ("before", "said"),
    [("nothing", EventKind.REFUSED), ("a refusal", EventKind.REFUSED), ("a withdrawal", EventKind.WITHDRAWN)],
)
def test_a_no_is_recorded_even_where_there_is_nothing_to_end_and_once(before: str, said: EventKind) -> None:
    phone = ContactPointFactory()
    if before == "a refusal":
        answer_make(phone, kind=EventKind.REFUSED)
    if before == "a withdrawal":
        answer_make(phone)
        consent_withdraw(customer_id=phone.customer_id, purpose="service", channel="sms", circumstances=by_link())
    noes = ConsentEvent.objects.filter(kind=said)
    known = noes.count()
    how = by_link()

    for _ in range(2):
        consent_withdraw(customer_id=phone.customer_id, purpose="service", channel="sms", circumstances=how)

    assert noes.count() == known + 1
    assert states() == {("service", "sms", said)}


@pytest.mark.parametrize("before", ["nothing", "a refusal"])
def test_what_was_never_given_is_not_withdrawn(before: str) -> None:
    phone = ContactPointFactory()
    if before == "a refusal":
        answer_make(phone, kind=EventKind.REFUSED)

    consent_withdraw(customer_id=phone.customer_id, purpose="service", channel="sms", circumstances=by_link())
    consent_withdraw_all(customer_id=phone.customer_id, circumstances=by_link())

    assert not WITHDRAWN.exists()
    assert {event.answers for event in ConsentEvent.objects.filter(kind=EventKind.REFUSED)} == {None}


def test_a_yes_between_two_noes_is_what_the_second_withdraws() -> None:
    phone = ContactPointFactory(confirmed=True)
    how = by_link()
    consent_withdraw(customer_id=phone.customer_id, purpose="service", channel="sms", circumstances=how)
    granted = answer_make(phone)

    events = [
        consent_withdraw(customer_id=phone.customer_id, purpose="service", channel="sms", circumstances=how)
        for _ in range(2)
    ]

    assert events[0].uuid == events[1].uuid
    assert WITHDRAWN.get().answers == granted.uuid


def test_no_other_basis_is_claimed_where_none_is_recorded() -> None:
    phone = ContactPointFactory(confirmed=True)
    for purpose in Purpose:
        answer_make(phone, purpose)

    consent_withdraw_all(customer_id=phone.customer_id, circumstances=by_link())

    assert not [row for row in Evidence.objects.all() if "other_basis" in row.personal]


def test_the_same_request_after_a_new_yes_ends_that_too() -> None:
    phone = ContactPointFactory(confirmed=True)
    how = by_link()
    for _ in range(2):
        answer_make(phone)
        consent_withdraw(customer_id=phone.customer_id, purpose="service", channel="sms", circumstances=how)

    assert WITHDRAWN.count() == 2
    assert states() == {("service", "sms", StateValue.WITHDRAWN)}


def test_a_stop_of_everything_ends_every_yes_and_silences_contract_messages_too() -> None:
    phone = ContactPointFactory(confirmed=True)
    email = ContactPointFactory(email=True, confirmed=True, customer=phone.customer)
    for contact in (phone, email):
        for purpose in Purpose:
            answer_make(contact, purpose)
    assert may_send(phone) == ""

    events = consent_withdraw_all(customer_id=phone.customer_id, circumstances=by_link())

    assert [kind_of(event) for event in events] == ["withdrawn"] * 6 + ["stop_set"]
    assert {value for _, _, value in states()} == {StateValue.WITHDRAWN}
    assert may_send(phone) == may_send(email) == "suppressed"
    assert may_send(phone, Purpose.ADVERTISING, "consent") == "withdrawn"


def test_a_stop_by_somebody_who_never_agreed_leaves_proof_for_each_way_to_reach_them() -> None:
    phone = ContactPointFactory()
    ContactPointFactory(email=True, customer=phone.customer)

    consent_withdraw_all(customer_id=phone.customer_id, circumstances=by_link())

    assert states() == {(purpose, channel, "refused") for purpose in Purpose for channel in ("sms", "email")}
    assert Stop.objects.get().event == ConsentEvent.objects.get(kind=EventKind.STOP_SET).uuid


@pytest.mark.parametrize(
    ("scope", "purposes"),
    [
        (StopScope.ALL, {"service", "promotion", "advertising"}),
        (StopScope.ADVERTISING, {"promotion", "advertising"}),
    ],
)
@pytest.mark.parametrize("way", ["everything", "one address"])
def test_every_purpose_is_refused_or_withdrawn_and_each_no_names_its_contact(
    scope: StopScope, purposes: set[str], way: str
) -> None:
    phone = ContactPointFactory(confirmed=True)
    answer_make(phone, Purpose.ADVERTISING)

    if way == "everything":
        consent_withdraw_all(customer_id=phone.customer_id, circumstances=by_link(), scope=scope)
    else:
        unsubscribe(phone, scope=scope)

    noes = ConsentEvent.objects.filter(kind__in=[EventKind.REFUSED, EventKind.WITHDRAWN])
    kinds = dict(noes.values_list("purpose", "kind"))
    assert set(kinds) == purposes
    assert kinds.pop("advertising") == "withdrawn"
    assert set(kinds.values()) == {"refused"}
    assert {(event.channel, event.contact) for event in noes} == {("sms", phone.uuid)}


def test_a_stop_of_everything_said_three_times_adds_nothing() -> None:
    phone = ContactPointFactory(confirmed=True)
    answer_make(phone)
    how = by_link(request_key="unsubscribe")

    counts = [len(consent_withdraw_all(customer_id=phone.customer_id, circumstances=how)) for _ in range(3)]

    assert counts == [len(Purpose) + 1, 0, 0]
    assert Stop.objects.count() == 1


def test_a_stop_of_advertising_leaves_service_messages() -> None:
    phone = ContactPointFactory(confirmed=True)
    for purpose in Purpose:
        answer_make(phone, purpose)

    consent_withdraw_all(customer_id=phone.customer_id, circumstances=by_link(), scope=StopScope.ADVERTISING)

    assert may_send(phone) == may_send(phone, basis="consent") == ""
    assert may_send(phone, Purpose.ADVERTISING, "consent") == "withdrawn"
    assert states() == {
        ("service", "sms", StateValue.GRANTED),
        ("promotion", "sms", StateValue.WITHDRAWN),
        ("advertising", "sms", StateValue.WITHDRAWN),
    }


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, StopReason.REFUSED_ALL),
        ({"method": ProofMethod.ONE_CLICK}, StopReason.UNSUBSCRIBED),
        ({"actor": Actor(kind=ActorKind.STAFF, ident="7"), "method": "staff"}, StopReason.STAFF),
    ],
)
def test_a_stop_says_how_it_came(changes: dict[str, object], reason: StopReason) -> None:
    phone = ContactPointFactory()

    consent_withdraw_all(customer_id=phone.customer_id, circumstances=circumstances_make(level=0, **changes))

    assert Stop.objects.get().reason == reason


def test_a_later_yes_overrules_the_stop_for_its_own_channel_only() -> None:
    phone = ContactPointFactory(confirmed=True)
    email = ContactPointFactory(email=True, confirmed=True, customer=phone.customer)
    consent_withdraw_all(customer_id=phone.customer_id, circumstances=by_link())

    answer_make(phone)

    assert may_send(phone) == may_send(phone, basis="consent") == ""
    assert may_send(email) == "suppressed"


def test_a_stop_after_that_yes_counts_again() -> None:
    phone = ContactPointFactory(confirmed=True)
    consent_withdraw_all(customer_id=phone.customer_id, circumstances=by_link())
    answer_make(phone)

    customer_stop(
        customer_id=phone.customer_id,
        scope=StopScope.ALL,
        reason=StopReason.STAFF,
        circumstances=by_link(),
    )

    assert may_send(phone) == may_send(phone, basis="consent") == "suppressed"
    assert Stop.objects.filter(lifted_at=None).count() == 1


def unsubscribe(
    contact: ContactPoint, how: Circumstances | None = None, scope: StopScope = StopScope.ALL
) -> tuple[AppendedEvent, ...]:
    """One click in a letter to this contact."""
    return contact_unsubscribe(
        customer_id=contact.customer_id,
        contact_point_id=contact.pk,
        circumstances=how or circumstances_make(level=ProofLevel.LINK, method=ProofMethod.ONE_CLICK),
        scope=scope,
    )


def email_and_phone() -> tuple[ContactPoint, ContactPoint]:
    """Somebody who has said yes to everything on both."""
    email = ContactPointFactory(email=True, confirmed=True)
    phone = ContactPointFactory(confirmed=True, customer=email.customer)
    for contact in (email, phone):
        for purpose in Purpose:
            answer_make(contact, purpose)
    return email, phone


def test_an_unsubscribed_address_gets_nothing_and_other_channels_go_on() -> None:
    email, phone = email_and_phone()

    events = unsubscribe(email)

    assert len(events) == len(Purpose) + 1
    assert {channel for _, channel, value in states() if value == StateValue.WITHDRAWN} == {"email"}
    assert may_send(email) == "suppressed"
    assert may_send(email, Purpose.ADVERTISING, "consent") == "withdrawn"
    assert may_send(phone) == may_send(phone, basis="consent") == may_send(phone, Purpose.ADVERTISING, "consent") == ""


def test_an_unsubscribe_from_advertising_stops_that_address_and_nothing_else() -> None:
    email, phone = email_and_phone()

    events = unsubscribe(email, scope=StopScope.ADVERTISING)

    assert len(events) == 3
    assert may_send(email) == may_send(email, basis="consent") == ""
    assert may_send(email, Purpose.ADVERTISING, "consent") == "withdrawn"
    assert may_send(phone, Purpose.ADVERTISING, "consent") == ""


def test_an_unsubscribed_address_is_this_customers_alone() -> None:
    email = ContactPointFactory(email=True)
    of_another = ContactPointFactory(email=True, value=email.value)

    unsubscribe(email)

    stop = Stop.objects.get()
    assert (stop.customer, stop.kind, stop.value) == (email.customer, email.kind, email.value)
    assert stop.reason == StopReason.UNSUBSCRIBED
    assert (may_send(email), may_send(of_another)) == ("suppressed", "")


def test_an_unsubscribe_without_a_consent_leaves_proof_that_names_the_address() -> None:
    email = ContactPointFactory(email=True)
    ContactPointFactory(customer=email.customer)

    events = unsubscribe(email)

    stored = ConsentEvent.objects.order_by("id")
    assert {(event.channel, event.contact) for event in stored} == {("email", email.uuid)}
    assert [event.purpose for event in stored] == [*Purpose, ""]
    assert Stop.objects.get().event == events[-1].uuid


def test_an_address_unsubscribed_three_times_is_one_set_of_events_and_one_stop() -> None:
    email, _ = email_and_phone()
    how = by_link(request_key="one-click")

    counts = [len(unsubscribe(email, how)) for _ in range(3)]

    assert counts == [4, 0, 0]
    assert Stop.objects.count() == 1


def test_a_later_yes_overrules_an_unsubscribe_and_a_repeat_ends_that_yes_too() -> None:
    email, _ = email_and_phone()
    how = by_link(request_key="one-click")
    unsubscribe(email, how)

    answer_make(email)
    assert may_send(email) == may_send(email, basis="consent") == ""

    assert [kind_of(event) for event in unsubscribe(email, how)] == ["withdrawn"]
    assert (may_send(email), may_send(email, basis="consent")) == ("suppressed", "withdrawn")


def test_a_later_yes_for_another_address_leaves_the_unsubscribed_one_alone() -> None:
    old = ContactPointFactory(email=True, confirmed=True)
    unsubscribe(old)
    ContactPoint.objects.filter(pk=old.pk).update(is_current=False)
    new = ContactPointFactory(email=True, confirmed=True, customer=old.customer)

    answer_make(new)
    ContactPoint.objects.filter(pk=new.pk).update(is_current=False)
    ContactPoint.objects.filter(pk=old.pk).update(is_current=True)

    assert may_send(old) == "suppressed"


def stop_address(contact: ContactPoint, reason: StopReason = StopReason.STAFF) -> AppendedEvent | None:
    return address_stop(
        customer_id=contact.customer_id,
        kind=ContactKind(contact.kind),
        value=contact.value,
        reason=reason,
        circumstances=by_link(),
    )


def test_a_stop_of_an_address_after_a_later_yes_counts_again() -> None:
    email = ContactPointFactory(email=True, confirmed=True)
    stop_address(email)
    answer_make(email)
    assert may_send(email) == ""

    assert stop_address(email)

    assert may_send(email) == "suppressed"
    assert Stop.objects.filter(lifted_at=None).count() == 1


def test_a_yes_on_another_channel_renews_no_stop_of_an_address() -> None:
    email = ContactPointFactory(email=True, confirmed=True)
    stop_address(email)
    answer_make(ContactPointFactory(customer=email.customer, confirmed=True))

    assert not stop_address(email, StopReason.IMPORTED)


def test_not_me_after_an_unsubscribe_holds_against_every_later_yes() -> None:
    email = ContactPointFactory(email=True, confirmed=True)
    unsubscribe(email)

    contacts_deny(customer_id=email.customer_id, contact_uuids=[email.uuid], circumstances=by_link())
    ContactPoint.objects.filter(pk=email.pk).update(is_current=True, closed_at=None)
    answer_make(email)

    assert may_send(email) == may_send(email, basis="consent") == "suppressed"
    assert Stop.objects.get(lifted_at=None).reason == StopReason.NOT_MINE


def test_a_stop_after_not_me_makes_it_no_softer() -> None:
    email = ContactPointFactory(email=True, confirmed=True)
    stop_address(email, StopReason.NOT_MINE)
    answer_make(email)

    assert stop_address(email)

    assert Stop.objects.get(lifted_at=None).reason == StopReason.NOT_MINE


def test_not_me_closes_the_contact_and_ends_what_was_allowed_for_it() -> None:
    phone = ContactPointFactory(confirmed=True)
    email = ContactPointFactory(email=True, confirmed=True, customer=phone.customer)
    answer_make(phone)
    answer_make(email)

    events = contacts_deny(customer_id=phone.customer_id, contact_uuids=[phone.uuid], circumstances=by_link())

    phone.refresh_from_db()
    assert [ConsentEvent.objects.get(pk=event.id).kind for event in events] == [
        "contact_denied",
        "withdrawn",
        "stop_set",
    ]
    assert not phone.is_current
    assert phone.closed_at == events[0].occurred_at
    assert may_send(phone) == "no_contact"
    assert may_send(email, basis="consent") == ""


def test_not_me_stops_that_value_for_this_customer_even_when_a_file_brings_it_back() -> None:
    phone = ContactPointFactory(confirmed=True)
    same_phone_of_another = ContactPointFactory(value=phone.value, confirmed=True)
    contacts_deny(customer_id=phone.customer_id, contact_uuids=[phone.uuid], circumstances=by_link())

    ContactPoint.objects.filter(pk=phone.pk).update(is_current=True, closed_at=None)
    answer_make(phone)

    assert may_send(phone) == may_send(phone, basis="consent") == "suppressed"
    assert may_send(same_phone_of_another) == ""


def test_not_me_about_two_contacts_is_two_events_however_often_it_is_said() -> None:
    phone = ContactPointFactory()
    email = ContactPointFactory(email=True, customer=phone.customer)
    account = ContactPointFactory(max=True, customer=phone.customer)
    denied = [phone.uuid, email.uuid]

    how = by_link()
    counts = [
        len(contacts_deny(customer_id=phone.customer_id, contact_uuids=denied, circumstances=each))
        for each in (how, how, by_link())
    ]

    assert counts == [4, 0, 4]
    assert Stop.objects.filter(lifted_at=None).count() == 2
    assert {may_send(phone), may_send(email)} == {"no_contact"}
    assert may_send(account) == ""


def test_not_me_about_a_contact_that_was_replaced_keeps_it_from_coming_back() -> None:
    old = ContactPointFactory(is_current=False)
    new = ContactPointFactory(customer=old.customer)

    how = by_link()
    events = [contacts_deny(customer_id=old.customer_id, contact_uuids=[old.uuid], circumstances=how) for _ in range(2)]

    assert [len(each) for each in events] == [2, 0]
    assert Stop.objects.get().value == old.value
    assert may_send(new) == ""


def test_not_me_about_the_contact_of_somebody_else_does_nothing() -> None:
    mine, yours = ContactPointFactory(), ContactPointFactory()

    assert contacts_deny(customer_id=mine.customer_id, contact_uuids=[yours.uuid], circumstances=by_link()) == ()
    assert may_send(yours) == ""


def test_only_staff_lift_a_stop_and_only_once() -> None:
    phone = ContactPointFactory()
    consent_withdraw_all(customer_id=phone.customer_id, circumstances=by_link())
    stop = Stop.objects.get()

    def end() -> AppendedEvent:
        return stop_end(customer_id=phone.customer_id, stop_id=stop.pk, circumstances=by_link(), facts={})

    end()

    assert may_send(phone) == "refused", "the no itself stays until a yes"
    with pytest.raises(StopMissing):
        end()


def test_a_dead_address_is_dead_for_everybody_and_told_once() -> None:
    mine = ContactPointFactory(email=True, confirmed=True)
    yours = ContactPointFactory(email=True, confirmed=True, value=mine.value)
    told = [
        address_stop(kind=ContactKind.EMAIL, value=mine.value, reason=StopReason.BOUNCED, circumstances=by_link())
        for _ in range(2)
    ]

    assert [event is not None for event in told] == [True, False]
    assert may_send(mine) == may_send(yours) == "suppressed"
    answer_make(mine)
    assert may_send(mine, basis="consent") == "suppressed"


def test_a_person_without_any_contact_may_refuse_too() -> None:
    customer = CustomerFactory()

    events = consent_withdraw_all(customer_id=customer.pk, circumstances=by_link(), channels=list(Channel))

    assert len(events) == len(Channel) * len(Purpose) + 1


def test_a_person_without_any_contact_refuses_nothing_on_a_channel_that_nobody_uses() -> None:
    ContactPointFactory()
    customer = CustomerFactory()

    consent_withdraw_all(customer_id=customer.pk, circumstances=by_link())

    assert set(ConsentState.objects.filter(customer=customer).values_list("channel", flat=True)) == {"sms"}
