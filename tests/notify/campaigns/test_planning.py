"""Planning: everybody in the audience gets one row, with a reason where nothing will be sent."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from consents.enums import EventKind
from consents.models import ContactPoint, Customer
from notify.campaigns.content import campaign_content, content_now, planned_size
from notify.campaigns.lifecycle import campaign_create, campaign_launch, campaign_submit
from notify.campaigns.planning import campaign_plan, campaigns_to_plan
from notify.campaigns.reading import campaign_status
from notify.enums import CampaignState, MessageState, SkipReason
from notify.models import Campaign, CampaignStep, Message, Touchpoint
from tests.factories.consents import ContactPointFactory, StopFactory, answer_make, launch_ready_make
from tests.factories.notify import campaign_running, contract_make, people_make, spec_make, step_of
from tests.factories.staff import StaffFactory
from tests.support.clock import database_now

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _may_launch(db: None) -> None:
    """The company and its texts stand: nothing here is about their lack."""
    launch_ready_make()


class Killed(BaseException):
    """Stands for SIGKILL: nothing of ours may catch it."""


def _killed_after_insert(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    result = execute(sql, params, many, context)
    if "INSERT INTO notify_message" in sql:
        raise Killed
    return result


def launched(people: list[Customer], **fields: object) -> int:
    spec = spec_make(audience={"customer_ids": [person.pk for person in people]}, **fields)
    campaign_id = campaign_create(spec=spec, created_by_id=StaffFactory().pk)
    review = campaign_submit(campaign_id=campaign_id)
    campaign_launch(campaign_id=campaign_id, launched_by_id=StaffFactory().pk, content_sha256=review.sha256)
    return campaign_id


def reasons(campaign_id: int) -> dict[int, str]:
    rows = Message.objects.filter(campaign_id=campaign_id).values_list("customer_id", "state", "skip_reason")
    return {customer: reason if state == MessageState.SKIPPED else state for customer, state, reason in rows}


def test_everybody_gets_a_row_and_those_who_may_not_be_written_to_a_reason() -> None:
    fine, silent, moved, homeless = people_make(4)
    StopFactory(customer=silent)
    ContactPoint.objects.filter(customer=moved).update(is_current=False)
    ContactPoint.objects.filter(customer=homeless).delete()
    campaign_id = launched([fine, silent, moved, homeless])

    planned = campaign_plan(campaign_id=campaign_id)

    assert planned == 4
    assert reasons(campaign_id) == {
        fine.pk: MessageState.PLANNED,
        silent.pk: SkipReason.SUPPRESSED,
        moved.pk: SkipReason.NO_CONTACT,
        homeless.pk: SkipReason.NO_CONTACT,
    }


def test_planned_is_counted_from_rows_and_adds_up() -> None:
    people = people_make(5)
    StopFactory(customer=people[0])
    campaign_id = launched(people)

    campaign_plan(campaign_id=campaign_id)

    status = campaign_status(campaign_id=campaign_id)
    assert status.state == CampaignState.RUNNING
    assert status.planned_total == 5
    assert status.sent + status.skipped + status.failed + status.unknown + status.open == 5
    assert status.complete


def test_planning_twice_adds_nothing() -> None:
    campaign_id = launched(people_make(3))

    assert campaign_plan(campaign_id=campaign_id) == 3
    assert campaign_plan(campaign_id=campaign_id) is None
    assert Message.objects.filter(campaign_id=campaign_id).count() == 3


def test_planning_that_was_killed_is_found_and_done_again() -> None:
    campaign_id = launched(people_make(3))

    with pytest.raises(Killed), connection.execute_wrapper(_killed_after_insert):
        campaign_plan(campaign_id=campaign_id)

    assert not Message.objects.exists()
    assert campaigns_to_plan() == [campaign_id]
    assert campaign_plan(campaign_id=campaign_id) == 3
    assert campaigns_to_plan() == []


def test_the_audience_is_frozen_by_the_plan() -> None:
    people = people_make(2, segment="Пенсионеры")
    spec = spec_make(audience={"segments": ["Пенсионеры"]})
    campaign_id = campaign_create(spec=spec, created_by_id=StaffFactory().pk)
    review = campaign_submit(campaign_id=campaign_id)
    campaign_launch(campaign_id=campaign_id, launched_by_id=StaffFactory().pk, content_sha256=review.sha256)
    campaign_plan(campaign_id=campaign_id)

    people_make(1, segment="Пенсионеры")

    assert set(reasons(campaign_id)) == {person.pk for person in people}


@pytest.mark.parametrize("more", [{}, {"answered": True}])
def test_a_big_plan_is_held_against_the_approval_by_an_anti_join(more: dict[str, bool]) -> None:
    campaign = campaign_running(people_make(3000, segment="Пенсионеры"))
    campaign.audience = {"segments": ["Пенсионеры"], **more}
    campaign.content_sha256 = content_now(campaign).sha256
    plans = []
    with connection.cursor() as cursor:
        # So little that three thousand ids do not fit, as three hundred thousand do not on a server.
        cursor.execute("SET LOCAL work_mem = '64kB'")
        cursor.execute("ANALYZE notify_message, consents_customer, consents_consentstate")
        with CaptureQueriesContext(connection) as queries:
            step = step_of(campaign)
            step.campaign = campaign
            planned_size(step)
        for query in queries:
            cursor.execute("EXPLAIN " + query["sql"])
            plans.append("\n".join(line for (line,) in cursor.fetchall()))

    assert "Anti Join" in "".join(plans)
    assert "SubPlan" not in "".join(plans)


@pytest.mark.parametrize("change", ["one more came", "one left", "one for another"])
def test_people_whom_nobody_approved_send_the_campaign_back_to_review(change: str) -> None:
    people = people_make(3, segment="Пенсионеры")
    spec = spec_make(audience={"segments": ["Пенсионеры"]})
    campaign_id = campaign_create(spec=spec, created_by_id=StaffFactory().pk)
    review = campaign_submit(campaign_id=campaign_id)
    second = StaffFactory().pk
    campaign_launch(campaign_id=campaign_id, launched_by_id=second, content_sha256=review.sha256)
    if change != "one more came":
        Customer.objects.filter(pk=people[0].pk).update(is_active=False)
    if change != "one left":
        people_make(1, segment="Пенсионеры")

    assert campaign_plan(campaign_id=campaign_id) is None

    campaign = Campaign.objects.get(pk=campaign_id)
    assert (campaign.state, campaign.launched_by, campaign.content_sha256) == (CampaignState.REVIEW, None, "")
    assert campaign.voided_at is not None
    assert not Message.objects.exists()
    again = campaign_content(campaign_id=campaign_id).sha256
    campaign_launch(campaign_id=campaign_id, launched_by_id=second, content_sha256=again)
    assert campaign_plan(campaign_id=campaign_id) == {"one more came": 4, "one left": 2, "one for another": 3}[change]
    assert Campaign.objects.get(pk=campaign_id).voided_at is None


def test_an_answer_between_look_and_launch_or_plan_voids_nothing_and_is_respected() -> None:
    people = people_make(3, segment="Пенсионеры")
    spec = spec_make(audience={"segments": ["Пенсионеры"], "answered": False})
    campaign_id = campaign_create(spec=spec, created_by_id=StaffFactory().pk)
    review = campaign_submit(campaign_id=campaign_id)
    answer_make(ContactPointFactory(customer=people[0]), kind=EventKind.GRANTED)
    campaign_launch(campaign_id=campaign_id, launched_by_id=StaffFactory().pk, content_sha256=review.sha256)
    answer_make(ContactPointFactory(customer=people[1]), kind=EventKind.GRANTED)

    assert campaign_plan(campaign_id=campaign_id) == 1
    assert set(reasons(campaign_id)) == {people[2].pk}


def test_an_import_that_widens_the_audience_sends_the_campaign_back_to_review() -> None:
    people_make(2, segment="Пенсионеры")
    spec = spec_make(audience={"segments": ["Пенсионеры"], "answered": False})
    campaign_id = campaign_create(spec=spec, created_by_id=StaffFactory().pk)
    review = campaign_submit(campaign_id=campaign_id)
    campaign_launch(campaign_id=campaign_id, launched_by_id=StaffFactory().pk, content_sha256=review.sha256)
    people_make(1, segment="Пенсионеры")

    assert campaign_plan(campaign_id=campaign_id) is None
    assert Campaign.objects.get(pk=campaign_id).state == CampaignState.REVIEW


def test_a_text_changed_after_the_launch_sends_the_campaign_back_to_review() -> None:
    campaign_id = launched(people_make(1))
    CampaignStep.objects.filter(campaign_id=campaign_id).update(text="Подмена")

    assert campaign_plan(campaign_id=campaign_id) is None
    assert Campaign.objects.get(pk=campaign_id).state == CampaignState.REVIEW


def test_max_without_a_contract_is_refused_for_everybody() -> None:
    campaign_id = launched(people_make(2, channel="max"), channel="max")

    campaign_plan(campaign_id=campaign_id)

    assert set(reasons(campaign_id).values()) == {SkipReason.CHANNEL_CLOSED}


def test_max_with_a_contract_is_planned() -> None:
    contract_make()
    campaign_id = launched(people_make(2, channel="max"), channel="max")

    campaign_plan(campaign_id=campaign_id)

    assert set(reasons(campaign_id).values()) == {MessageState.PLANNED}


def test_what_the_contract_with_max_leaves_out_is_refused_for_everybody() -> None:
    contract_make("transactional")
    campaign_id = launched(people_make(2, channel="max"), channel="max")

    campaign_plan(campaign_id=campaign_id)

    assert set(reasons(campaign_id).values()) == {SkipReason.NOT_IN_CONTRACT}


def test_a_landline_gets_no_sms() -> None:
    mobile, landline = people_make(2, channel="sms")
    ContactPoint.objects.filter(customer=landline).update(line_type="fixed")
    campaign_id = launched([mobile, landline], channel="sms", subject="")

    campaign_plan(campaign_id=campaign_id)

    assert reasons(campaign_id) == {
        mobile.pk: MessageState.PLANNED,
        landline.pk: SkipReason.NOT_SMS_CAPABLE,
    }


def test_rows_wait_for_the_window_of_their_own_zone() -> None:
    now = database_now()
    window = {"send_from": (now + timedelta(hours=2)).time(), "send_until": (now + timedelta(hours=3)).time()}
    campaign_id = launched(people_make(1, zone="UTC") + people_make(1, zone="Etc/GMT-2"), **window)

    campaign_plan(campaign_id=campaign_id)

    zones = dict(Message.objects.filter(campaign_id=campaign_id).values_list("customer__time_zone", "not_before"))
    assert timedelta(hours=1, minutes=55) < zones["UTC"] - now < timedelta(hours=2, minutes=5)
    assert zones["Etc/GMT-2"] - now < timedelta(minutes=5)


def test_the_touchpoint_of_the_channel_is_there_for_the_links() -> None:
    campaign_id = launched(people_make(1))

    campaign_plan(campaign_id=campaign_id)

    assert Touchpoint.objects.get(campaign_id=campaign_id).kind == "email"


def test_the_database_refuses_a_second_row_for_one_person() -> None:
    campaign_id = launched(people_make(1))
    campaign_plan(campaign_id=campaign_id)
    Campaign.objects.filter(pk=campaign_id).update(state=CampaignState.PLANNING)

    assert campaign_plan(campaign_id=campaign_id) == 1


@pytest.mark.django_db(transaction=True)
def test_who_comes_second_does_not_wait_for_a_planning_that_takes_long() -> None:
    campaign_id = launched(people_make(1))
    gone: list[int | None] = []

    def plan_too() -> None:
        try:
            gone.append(campaign_plan(campaign_id=campaign_id))
        finally:
            connection.close()

    with transaction.atomic():
        Campaign.objects.select_for_update().get(pk=campaign_id)
        second = threading.Thread(target=plan_too)
        second.start()
        second.join(10)

        assert gone == [None]

    assert campaign_plan(campaign_id=campaign_id) == 1
