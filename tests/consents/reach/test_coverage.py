"""How far the move has got: every figure by itself, its list, and that together they count everybody once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consents.enums import Channel, EventKind, LegalBasis, Purpose, StopReason
from consents.models import Customer, Messenger
from consents.reach.coverage import coverage, figures, foreign_messengers, people_of
from tests.consents.gate import refusals_of_all
from tests.factories.consents import (
    ContactPointFactory,
    CustomerFactory,
    MessengerFactory,
    StopFactory,
    answer_make,
)
from tests.support.people_of_all_kinds import people_of_all_kinds

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_foreign_messenger() -> None:
    Messenger.objects.all().delete()
    MessengerFactory(code="whatsapp")


def figures_of(customer: Customer) -> set[str]:
    return {
        figure for figure in figures() if people_of(figure, channels=tuple(Channel)).filter(pk=customer.pk).exists()
    }


def ids_of(figure: str) -> set[int]:
    return set(people_of(figure, channels=tuple(Channel)).values_list("id", flat=True))


def test_a_contact_from_a_file_may_be_written_to_and_is_not_called_confirmed() -> None:
    assert figures_of(ContactPointFactory().customer) == {Channel.SMS, "on_file", "not_answered"}


def test_a_confirmed_contact_makes_a_person_confirmed() -> None:
    email = ContactPointFactory(email=True, confirmed=True)

    assert figures_of(email.customer) == {Channel.EMAIL, "confirmed", "not_answered"}


def test_a_service_consent_makes_its_contact_confirmed() -> None:
    phone = ContactPointFactory()
    answer_make(phone)

    assert figures_of(phone.customer) == {Channel.SMS, "confirmed"}


def test_a_confirmed_contact_behind_a_stop_confirms_nobody() -> None:
    email = ContactPointFactory(email=True, confirmed=True)
    ContactPointFactory(customer=email.customer)
    StopFactory(customer=email.customer, kind="email", value=email.value)

    assert figures_of(email.customer) == {Channel.SMS, "on_file", "not_answered"}


def test_each_person_counts_once_on_their_first_channel() -> None:
    customer = CustomerFactory()
    for kind in ({"email": True}, {"max": True}, {}):
        ContactPointFactory(customer=customer, confirmed=True, **kind)

    assert figures_of(customer) == {Channel.MAX, "confirmed", "not_answered"}


@pytest.mark.parametrize("changes", [{"line_type": "fixed"}, {"is_current": False, "closed_at": timezone.now()}])
def test_a_landline_or_a_closed_contact_reaches_nobody(changes: dict[str, object]) -> None:
    phone = ContactPointFactory(confirmed=True, **changes)

    assert figures_of(phone.customer) == {"unreachable", "not_answered"}


def test_a_person_who_stopped_everything_is_not_reachable() -> None:
    phone = ContactPointFactory(confirmed=True)
    StopFactory(customer=phone.customer)

    assert figures_of(phone.customer) == {"unreachable", "not_answered"}


@pytest.mark.parametrize("kind", [EventKind.REFUSED, EventKind.WITHDRAWN])
def test_a_no_to_service_messages_makes_its_channel_unreachable_and_no_other(kind: EventKind) -> None:
    phone = ContactPointFactory(confirmed=True)
    answer_make(phone, kind=kind)
    assert figures_of(phone.customer) == {"unreachable"}

    ContactPointFactory(email=True, customer=phone.customer)

    assert figures_of(phone.customer) == {Channel.EMAIL, "on_file"}


def test_a_yes_after_a_no_makes_its_channel_reachable_again() -> None:
    phone = ContactPointFactory()
    answer_make(phone, kind=EventKind.WITHDRAWN)
    answer_make(phone)

    assert figures_of(phone.customer) == {Channel.SMS, "confirmed"}


def test_a_yes_after_a_stop_makes_its_contact_reachable_and_one_before_does_not() -> None:
    came_back, left = ContactPointFactory(), ContactPointFactory()
    answer_make(left)
    for phone in (came_back, left):
        StopFactory(customer=phone.customer)
    answer_make(came_back)

    assert figures_of(came_back.customer) == {Channel.SMS, "confirmed"}
    assert figures_of(left.customer) == {"unreachable"}


@pytest.mark.parametrize("of_everybody", [True, False])
def test_a_yes_after_a_stop_of_one_address_counts_too(of_everybody: bool) -> None:
    came_back, left = ContactPointFactory(), ContactPointFactory()
    answer_make(left)
    for phone in (came_back, left):
        owner = None if of_everybody else phone.customer
        StopFactory(customer=owner, kind="phone", value=phone.value, reason=StopReason.IMPORTED)
    answer_make(came_back)

    assert figures_of(came_back.customer) == {Channel.SMS, "confirmed"}
    assert figures_of(left.customer) == {"unreachable"}


def test_a_dead_address_does_not_hide_the_phone_beside_it() -> None:
    email = ContactPointFactory(email=True, confirmed=True)
    ContactPointFactory(customer=email.customer)
    StopFactory(customer=None, kind="email", value=email.value, reason=StopReason.BOUNCED)

    assert figures_of(email.customer) == {Channel.SMS, "on_file", "not_answered"}


def test_a_contact_of_a_channel_that_may_not_be_written_on_reaches_nobody() -> None:
    only_max = ContactPointFactory(customer=CustomerFactory(messenger="whatsapp"), max=True, confirmed=True).customer
    with_phone = ContactPointFactory(max=True, confirmed=True).customer
    ContactPointFactory(customer=with_phone, confirmed=True)
    open_ones = (Channel.SMS, Channel.EMAIL)

    found = coverage(channels=open_ones)

    assert (found.reachable, found.by_channel[Channel.SMS], found.unreachable) == (1, 1, 1)
    assert (found.only_foreign, found.foreign_waiting) == (1, 0)
    assert list(people_of("unreachable", channels=open_ones)) == [only_max]
    assert list(people_of(Channel.SMS, channels=open_ones)) == [with_phone]
    assert coverage(channels=()).unreachable == 2


def test_people_of_foreign_messengers_are_counted_apart_from_the_unanswered() -> None:
    lost = CustomerFactory(messenger="whatsapp")
    waiting = ContactPointFactory(customer=CustomerFactory(messenger="whatsapp")).customer
    proven = ContactPointFactory(customer=CustomerFactory(messenger="whatsapp"), confirmed=True).customer
    moved = ContactPointFactory(customer=CustomerFactory(messenger="whatsapp"))
    answer_make(moved)

    assert figures_of(lost) == {"unreachable", "only_foreign", "not_answered"}
    assert figures_of(waiting) == {Channel.SMS, "on_file", "foreign_waiting", "not_answered"}
    assert figures_of(proven) == {Channel.SMS, "confirmed", "foreign_waiting", "not_answered"}
    assert figures_of(moved.customer) == {Channel.SMS, "confirmed"}


@pytest.mark.parametrize(
    ("reason", "is_lost"),
    [(StopReason.IMPORTED, False), (StopReason.BOUNCED, True), (StopReason.NOT_MINE, True)],
)
def test_who_asked_for_silence_has_a_contact_and_whose_address_is_dead_has_none(
    reason: StopReason, is_lost: bool
) -> None:
    email = ContactPointFactory(email=True, customer=CustomerFactory(messenger="whatsapp"))
    StopFactory(customer=None, kind="email", value=email.value, reason=reason)

    found = figures_of(email.customer)

    assert found == {"unreachable", "not_answered"} | ({"only_foreign"} if is_lost else set())


@pytest.mark.usefixtures("clock")
def test_a_messenger_is_foreign_on_the_days_that_the_list_says() -> None:
    today = timezone.localdate()
    day = timedelta(days=1)
    for code, since, until in (
        ("since_today", today, None),
        ("until_today", today - day, today),
        ("from_tomorrow", today + day, None),
        ("until_yesterday", today - 2 * day, today - day),
        ("never", None, None),
    ):
        MessengerFactory(code=code, foreign_since=since, foreign_until=until)
        CustomerFactory(messenger=code)

    assert set(foreign_messengers()) == {"whatsapp", "since_today", "until_today"}
    assert set(people_of("only_foreign", channels=tuple(Channel)).values_list("messenger", flat=True)) == {
        "since_today",
        "until_today",
    }


def test_only_active_customers_are_counted() -> None:
    CustomerFactory(is_active=False)
    CustomerFactory(erased_at=timezone.now())

    found = coverage(channels=tuple(Channel))

    assert (found.active, found.unreachable, found.share) == (0, 0, 0.0)


def test_the_share_is_of_all_active_customers() -> None:
    ContactPointFactory(confirmed=True)
    ContactPointFactory()
    CustomerFactory()
    CustomerFactory()

    assert coverage(channels=tuple(Channel)).share == 0.5


def test_figures_agree_with_their_lists_with_the_gate_and_count_everybody_once() -> None:
    people_of_all_kinds(80, seed=7)
    Customer.objects.annotate(half=F("pk") % 2).filter(half=0).update(messenger="whatsapp")
    ContactPointFactory(customer=CustomerFactory(messenger="whatsapp"))
    with CaptureQueriesContext(connection) as queries:
        found = coverage(channels=tuple(Channel))

    assert len(queries) == 1
    lists = {figure: people_of(figure, channels=tuple(Channel)).count() for figure in figures()}
    single = {name: getattr(found, name) for name in figures() if name not in found.by_channel}
    assert lists == {str(channel): count for channel, count in found.by_channel.items()} | single
    assert found.reachable + found.unreachable == found.active
    assert found.confirmed + found.on_file == found.reachable
    assert all(lists.values())
    usable = set()
    for channel in Channel:
        refusals = refusals_of_all(channel=channel, purpose=Purpose.SERVICE, legal_basis=LegalBasis.CONTRACT)
        usable |= {customer_id for (customer_id, _), refusal in refusals.items() if not refusal}
    reachable = {person for channel in Channel for person in ids_of(channel)}
    assert reachable == usable
    assert reachable == ids_of("confirmed") | ids_of("on_file")


def test_a_figure_that_does_not_exist_has_no_list() -> None:
    with pytest.raises(KeyError):
        people_of("всякое", channels=tuple(Channel))
