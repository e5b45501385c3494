"""People of a campaign whose operator lets no SMS through: counted, and begun a campaign with over another channel."""

import pytest

from consents.enums import Channel, StopReason
from consents.models import ContactPoint, Customer
from notify.campaigns.barred import barred_count, barred_reach, channels_instead
from notify.campaigns.content import campaign_content
from notify.campaigns.lifecycle import campaign_launch, campaign_submit
from notify.campaigns.people import people, people_bound, people_problems
from notify.campaigns.planning import campaign_plan
from notify.campaigns.spec import spec_check
from notify.enums import MessageState
from notify.errors import SpecRefused
from notify.models import Campaign, Message
from notify.outbox.watching.reading import people_listed
from tests.factories.consents import ContactPointFactory, StopFactory, launch_ready_make
from tests.factories.notify import CampaignFactory, campaign_running, operator_make, people_make, spec_make, step_of
from tests.factories.staff import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _may_launch(db: None) -> None:
    """The company and its texts stand: nothing here is about their lack."""
    launch_ready_make()


@pytest.fixture
def customers() -> list[Customer]:
    """Four people with phones; the first two have an address too, the first a MAX account as well."""
    found = people_make(4, channel="sms")
    for one in found[:2]:
        ContactPointFactory(customer=one, email=True)
    ContactPointFactory(customer=found[0], max=True)
    return found


@pytest.fixture
def campaign(customers: list[Customer]) -> Campaign:
    """A campaign that has reached the last of them only: the operators of the others let no mailings through."""
    found = campaign_running(customers, channel="sms")
    for one in customers[:3]:
        bar(one)
    Message.objects.filter(customer=customers[0]).update(state=MessageState.FAILED, error_code="forbidden")
    Message.objects.filter(customer__in=customers[1:3]).update(state=MessageState.SKIPPED, skip_reason="suppressed")
    Message.objects.filter(customer=customers[3]).update(state=MessageState.ACCEPTED)
    return found


def bar(customer: Customer) -> None:
    """The subscriber forbids mailings at the operator."""
    phone = ContactPoint.objects.get(customer=customer, kind="phone")
    StopFactory(customer=None, kind="phone", value=phone.value, reason=StopReason.BARRED)


def ids(campaign: Campaign) -> list[int]:
    return [row["customer_id"] for row in people_listed(stage="barred", campaign_id=campaign.pk)]


def test_those_who_failed_and_those_kept_back_are_counted(campaign: Campaign, customers: list[Customer]) -> None:
    assert barred_count(campaign_id=campaign.pk) == 3
    assert ids(campaign) == [one.pk for one in customers[:3]]


def test_a_message_that_came_through_before_the_ban_is_not_counted(
    campaign: Campaign, customers: list[Customer]
) -> None:
    bar(customers[3])

    assert barred_count(campaign_id=campaign.pk) == 3


def test_a_failure_for_another_reason_is_not_counted(campaign: Campaign, customers: list[Customer]) -> None:
    Message.objects.filter(customer=customers[3]).update(state=MessageState.FAILED)

    assert ids(campaign) == [one.pk for one in customers[:3]]


def test_each_other_channel_says_how_many_it_would_reach(campaign: Campaign) -> None:
    # MAX writes first to nobody without a contract with the platform.
    assert barred_reach(step=step_of(campaign)) == {Channel.EMAIL: 2}


def test_each_person_is_listed_with_their_channels(campaign: Campaign, customers: list[Customer]) -> None:
    asked = [one.pk for one in customers]

    found = channels_instead(step=step_of(campaign), customer_ids=asked)

    assert found == {customers[0].pk: (Channel.EMAIL,), customers[1].pk: (Channel.EMAIL,)}


def test_the_filter_finds_exactly_these_people(campaign: Campaign, customers: list[Customer]) -> None:
    asked = {"barred_in": campaign.pk}

    for found in (people(asked, channels=list(Channel)), people_bound(asked)):
        assert set(found.values_list("pk", flat=True)) == {one.pk for one in customers[:3]}


def test_the_filter_goes_with_the_others(campaign: Campaign, customers: list[Customer]) -> None:
    asked = {"barred_in": campaign.pk, "customer_ids": [customers[0].pk, customers[3].pk], "answered": False}

    assert [one.pk for one in people(asked, channels=list(Channel))] == [customers[0].pk]


def test_a_filter_that_asks_for_no_campaign_asks_for_nothing(customers: list[Customer]) -> None:
    assert people({"barred_in": None}, channels=list(Channel)).count() == len(customers)


@pytest.mark.parametrize("value", ["7", True, 0, -1, 2**63, [7], 1.5])
def test_the_filter_takes_the_number_of_a_campaign_alone(value: object) -> None:
    assert people_problems({"barred_in": value}) == (("not_a_campaign", "barred_in"),)
    with pytest.raises(SpecRefused):
        spec_check(spec_make(audience={"barred_in": value}))


def test_the_filter_may_be_wrong_in_the_other_ways_too() -> None:
    assert people_problems([]) == (("not_an_object", ""),)
    assert people_problems({"barred_in": 7, "age": 1}) == (("unknown_key", "age"),)


def test_a_campaign_over_mail_reaches_them_and_plans_nobody_else(campaign: Campaign, customers: list[Customer]) -> None:
    operator_make()
    letters = CampaignFactory(audience={"barred_in": campaign.pk})
    campaign_submit(campaign_id=letters.pk)
    content = campaign_content(campaign_id=letters.pk)
    assert content.size == 3

    campaign_launch(campaign_id=letters.pk, launched_by_id=StaffFactory().pk, content_sha256=content.sha256)
    assert campaign_plan(campaign_id=letters.pk) == 3

    planned = Message.objects.filter(campaign=letters, state=MessageState.PLANNED)
    assert set(planned.values_list("customer_id", flat=True)) == {one.pk for one in customers[:2]}


def test_one_person_more_voids_the_approval(campaign: Campaign, customers: list[Customer]) -> None:
    letters = CampaignFactory(audience={"barred_in": campaign.pk})
    approved = campaign_content(campaign_id=letters.pk)
    Message.objects.filter(customer=customers[3]).update(state=MessageState.FAILED)

    bar(customers[3])

    assert campaign_content(campaign_id=letters.pk).sha256 != approved.sha256
