"""Later steps: each person is due once, some days after the step before, and only if the condition is met."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from consents.enums import EventKind
from consents.models import ContactPoint, Customer
from notify.campaigns.lifecycle import (
    campaign_change,
    campaign_create,
    campaign_launch,
    campaign_pause,
    campaign_step_remove,
    campaign_submit,
)
from notify.campaigns.planning import campaign_plan, step_plan, steps_to_plan
from notify.campaigns.reading import campaign_read, campaign_spec, campaign_status
from notify.enums import CampaignState, MessageState, StepCondition
from notify.errors import CampaignChanged, CampaignNotFound, LastStep, MoveRefused
from notify.models import Campaign, CampaignImage, CampaignStep, Link, Message, Touchpoint
from notify.outbox.loops import campaign_messages_send
from notify.sweeping import campaigns_finish, sweep
from tests.factories.consents import StopFactory, answer_make, launch_ready_make
from tests.factories.notify import image_make, people_make, spec_make, step_of, step_spec_make
from tests.factories.staff import StaffFactory
from tests.fakes.smtp_sink import SmtpSink

pytestmark = pytest.mark.django_db

REMINDER = step_spec_make(subject="Напоминаем", condition="not_answered", wait_days=3)


@pytest.fixture(autouse=True)
def _may_launch(db: None) -> None:
    """The company and its texts stand: nothing here is about their lack."""
    launch_ready_make()


def planned(people: list[Customer], *later: Any, **fields: Any) -> Campaign:
    """A campaign that has been launched, with its first step planned."""
    spec = spec_make(audience={"customer_ids": [person.pk for person in people]}, **fields)
    spec = type(spec)(**{name: getattr(spec, name) for name in spec.__slots__} | {"steps": (*spec.steps, *later)})
    number = campaign_create(spec=spec, created_by_id=StaffFactory().pk)
    content = campaign_submit(campaign_id=number)
    campaign_launch(campaign_id=number, launched_by_id=StaffFactory().pk, content_sha256=content.sha256)
    campaign_plan(campaign_id=number)
    return Campaign.objects.get(pk=number)


def left(campaign: Campaign, *, days_ago: float, position: int = 1, state: str = MessageState.ACCEPTED) -> None:
    """Let the messages of a step have left some days ago, and time for the next look have come."""
    rows = Message.objects.filter(step=step_of(campaign, position), state=MessageState.PLANNED)
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        (now,) = cursor.fetchone()
    moment = now - timedelta(days=days_ago)
    is_taken = state in (MessageState.ACCEPTED, MessageState.DELIVERED)
    rows.update(
        state=state,
        sending_at=moment,
        accepted_at=moment if is_taken else None,
        finished_at=moment if state == MessageState.FAILED else None,
    )
    look_now(campaign)


def look_now(campaign: Campaign) -> None:
    """Let the time of the next look have come for every step that still waits."""
    CampaignStep.objects.filter(campaign=campaign, look_at__isnull=False).update(look_at=F("look_at") - timedelta(400))


def outcome(campaign: Campaign, position: int = 2) -> dict[int, str]:
    """State of each message of a step by its customer, or why it was kept back."""
    rows = Message.objects.filter(step=step_of(campaign, position)).values_list("customer_id", "state", "skip_reason")
    return {customer: reason or state for customer, state, reason in rows}


def plan_all(campaign: Campaign) -> int:
    """Plan for everybody who is due."""
    own = set(campaign.steps.values_list("pk", flat=True))
    return sum(step_plan(step_id=number) or 0 for number in steps_to_plan() if number in own)


def test_before_its_days_are_over_nobody_is_due() -> None:
    campaign = planned(people_make(2), REMINDER)
    left(campaign, days_ago=2.9)

    assert plan_all(campaign) == 0
    assert outcome(campaign) == {}
    assert step_of(campaign, 2).look_at is not None


def test_a_reminder_goes_to_those_who_have_not_answered_and_others_get_a_reason() -> None:
    silent, agreed, refused, earlier = people_make(4)
    answer_make(ContactPoint.objects.get(customer=earlier))
    campaign = planned([silent, agreed, refused, earlier], REMINDER)
    answer_make(ContactPoint.objects.get(customer=agreed))
    answer_make(ContactPoint.objects.get(customer=refused), kind=EventKind.REFUSED, purpose="promotion")
    left(campaign, days_ago=3)

    assert plan_all(campaign) == 4

    assert outcome(campaign) == {
        silent.pk: "planned",
        agreed.pk: "condition",
        refused.pk: "condition",
        earlier.pk: "planned",
    }
    assert campaign_status(campaign_id=campaign.pk).complete


def test_a_repeat_gives_nobody_a_second_row() -> None:
    campaign = planned(people_make(3), REMINDER)
    left(campaign, days_ago=4)

    counts = []
    for _ in range(3):
        counts.append(plan_all(campaign))
        CampaignStep.objects.filter(campaign=campaign, position=2).update(look_at=campaign.launched_at)

    assert counts == [3, 0, 0]
    assert Message.objects.filter(step=step_of(campaign, 2)).count() == 3


def test_people_are_looked_up_in_a_step_one_by_one_whatever_is_known_of_it() -> None:
    campaign = planned(people_make(500), REMINDER)
    left(campaign, days_ago=4)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE notify_message")
        with CaptureQueriesContext(connection) as queries:
            plan_all(campaign)
        waiting = [query["sql"] for query in queries if "OFFSET 0" in query["sql"]]
        plans = []
        for sql in waiting:
            cursor.execute("EXPLAIN " + sql)
            plans.append("\n".join(line for (line,) in cursor.fetchall()))

    assert len(plans) == 2
    assert all("message_once_per_step" in plan and "Anti Join" not in plan for plan in plans)


def test_the_days_count_for_each_person_alone() -> None:
    first, second = people_make(2)
    campaign = planned([first, second], REMINDER)
    Message.objects.filter(customer=second).update(state=MessageState.HELD)
    left(campaign, days_ago=5)
    assert plan_all(campaign) == 1
    assert outcome(campaign) == {first.pk: "planned"}
    step = step_of(campaign, 2)
    assert step.look_at is not None

    Message.objects.filter(customer=second, state=MessageState.HELD).update(state=MessageState.PLANNED)
    Message.objects.filter(step=step).update(state=MessageState.ACCEPTED)
    left(campaign, days_ago=3)
    assert plan_all(campaign) == 1
    assert step_of(campaign, 2).look_at is None


@pytest.mark.parametrize(
    ("state", "is_met"), [("failed", True), ("unknown", True), ("delivered", False), ("accepted", True)]
)
def test_what_did_not_arrive_goes_on_to_the_next_channel(state: str, is_met: bool) -> None:
    campaign = planned(
        people_make(1, channel="sms"),
        step_spec_make(condition="not_delivered"),
        channel="sms",
        subject="",
        text="((ссылка))",
    )
    left(campaign, days_ago=1, state=state)

    plan_all(campaign)

    expected = "no_contact" if is_met else "condition"
    assert list(outcome(campaign).values()) == [expected]


def test_a_letter_that_a_mail_server_took_has_arrived_for_nobody_reports_more() -> None:
    campaign = planned(people_make(1), step_spec_make(condition="not_delivered"))
    left(campaign, days_ago=1)

    plan_all(campaign)

    assert list(outcome(campaign).values()) == ["condition"]


def test_no_contact_goes_on_and_a_stop_does_not() -> None:
    silenced, homeless, fine = people_make(3)
    StopFactory(customer=silenced)
    ContactPoint.objects.filter(customer=homeless).delete()
    campaign = planned([silenced, homeless, fine], step_spec_make(condition="no_contact"))
    Message.objects.filter(state=MessageState.SKIPPED).update(finished_at=F("created_at") - timedelta(days=1))
    left(campaign, days_ago=1)

    plan_all(campaign)

    assert outcome(campaign) == {silenced.pk: "condition", homeless.pk: "no_contact", fine.pk: "condition"}


def test_whoever_was_left_out_by_a_condition_is_not_one_whom_it_has_not_reached() -> None:
    campaign = planned(people_make(1), REMINDER, step_spec_make(condition="not_delivered"))
    answer_make(ContactPoint.objects.get())
    left(campaign, days_ago=4)
    plan_all(campaign)
    look_now(campaign)
    plan_all(campaign)

    assert list(outcome(campaign, 2).values()) == list(outcome(campaign, 3).values()) == ["condition"]


@pytest.mark.parametrize(
    ("condition", "met"),
    [("opened", "opened"), ("answered", "answered"), ("max_linked", "linked"), ("everybody", "opened answered linked")],
)
def test_what_people_did_decides(condition: str, met: str) -> None:
    people = dict(zip(("opened", "answered", "linked"), people_make(3), strict=True))
    campaign = planned(list(people.values()), step_spec_make(condition=condition))
    touchpoint = Touchpoint.objects.get(step=step_of(campaign))
    assert campaign.launched_at is not None
    for name, person in people.items():
        Link.objects.create(
            token_hash=f"{person.pk}".encode().ljust(32, b"0"),
            customer=person,
            touchpoint=touchpoint,
            created_at=campaign.launched_at,
            expires_at=campaign.launched_at,
            visited_at=campaign.launched_at if name == "opened" else None,
            max_linked_at=campaign.launched_at if name == "linked" else None,
        )
    answer_make(ContactPoint.objects.get(customer=people["answered"]))
    left(campaign, days_ago=1)

    plan_all(campaign)

    goes_on = {name for name, person in people.items() if outcome(campaign)[person.pk] == "planned"}
    assert goes_on == set(met.split())


def test_every_condition_is_known_to_the_plan() -> None:
    people = people_make(1)
    campaign = planned(people, *(step_spec_make(condition=condition.value) for condition in StepCondition))
    left(campaign, days_ago=1)
    for position in range(2, len(StepCondition) + 2):
        look_now(campaign)
        plan_all(campaign)
        left(campaign, days_ago=1, position=position)

    for position in range(2, len(StepCondition) + 2):
        assert len(outcome(campaign, position)) == 1, position


def test_an_answer_between_plan_and_departure_keeps_the_reminder_back(sink: SmtpSink) -> None:
    silent, answers = people_make(2)
    campaign = planned([silent, answers], REMINDER)
    left(campaign, days_ago=3)
    plan_all(campaign)
    assert set(outcome(campaign).values()) == {"planned"}

    answer_make(ContactPoint.objects.get(customer=answers))
    campaign_messages_send(channel="email")

    assert outcome(campaign) == {silent.pk: "accepted", answers.pk: "condition"}


def test_each_step_leaves_with_its_own_words_and_its_links_are_counted_apart(sink: SmtpSink) -> None:
    campaign = planned(people_make(1), REMINDER)
    campaign_messages_send(channel="email")
    Message.objects.update(accepted_at=F("accepted_at") - timedelta(days=3))
    look_now(campaign)
    plan_all(campaign)
    campaign_messages_send(channel="email")

    steps = list(Link.objects.order_by("id").values_list("touchpoint__step__position", flat=True))
    assert steps == [1, 2]
    assert list(outcome(campaign).values()) == ["accepted"]


def test_a_campaign_ends_only_when_everybody_has_been_due_in_each_step() -> None:
    campaign = planned(people_make(2), REMINDER)
    left(campaign, days_ago=1)
    plan_all(campaign)

    campaigns_finish()
    assert Campaign.objects.get().state == CampaignState.RUNNING

    Message.objects.update(accepted_at=F("accepted_at") - timedelta(days=3))
    look_now(campaign)
    plan_all(campaign)
    campaigns_finish()
    assert Campaign.objects.get().state == CampaignState.RUNNING

    Message.objects.filter(step=step_of(campaign, 2)).update(state=MessageState.ACCEPTED)
    assert campaigns_finish() == 1
    status = campaign_status(campaign_id=campaign.pk)
    assert (status.state, status.planned_total, status.complete) == (CampaignState.FINISHED, 4, True)


def test_a_third_step_waits_for_the_second_to_have_all_its_rows() -> None:
    campaign = planned(people_make(2), REMINDER, step_spec_make(condition="not_answered", wait_days=14))
    left(campaign, days_ago=4)
    plan_all(campaign)
    assert step_of(campaign, 3).look_at is not None
    left(campaign, days_ago=14, position=2)

    plan_all(campaign)

    assert set(outcome(campaign, 3).values()) == {"planned"}
    assert [step_of(campaign, at).look_at for at in (2, 3)] == [None, None]


def test_a_paused_campaign_plans_no_step_and_goes_on_after_the_pause() -> None:
    campaign = planned(people_make(1), REMINDER)
    left(campaign, days_ago=3)
    campaign_pause(campaign_id=campaign.pk)

    assert steps_to_plan() == []
    assert step_plan(step_id=step_of(campaign, 2).pk) is None

    Campaign.objects.update(state=CampaignState.RUNNING)
    assert plan_all(campaign) == 1


def test_the_sweep_plans_steps_and_one_broken_step_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    broken, fine = (planned(people_make(1), REMINDER) for _ in range(2))
    for campaign in (broken, fine):
        left(campaign, days_ago=3)
    CampaignStep.objects.filter(campaign=broken, position=2).update(channel="pigeon")

    assert sweep()["plan_later"] == 1

    assert (len(outcome(broken)), len(outcome(fine))) == (0, 1)


def test_a_first_day_keeps_every_message_until_midnight_of_the_recipient() -> None:
    (far,) = people_make(1, zone="Asia/Kamchatka")
    (near,) = people_make(1, zone="Europe/Moscow")
    planned([far, near], starts_on=date(2099, 5, 4))

    moments = dict(Message.objects.values_list("customer_id", "not_before"))
    assert moments[far.pk].isoformat() == "2099-05-03T12:00:00+00:00"
    assert moments[near.pk].isoformat() == "2099-05-03T21:00:00+00:00"


def test_the_gate_sends_nothing_before_the_first_day(sink: SmtpSink) -> None:
    planned(people_make(1), starts_on=date(2099, 5, 4))
    Message.objects.update(not_before=F("created_at"))

    campaign_messages_send(channel="email")

    message = Message.objects.get()
    assert (message.state, message.not_before.year) == (MessageState.PLANNED, 2099)


@pytest.mark.parametrize("change", ["text", "condition", "wait_days", "starts_on", "order", "one more"])
def test_every_step_is_part_of_the_approval(change: str) -> None:
    people = people_make(1)
    spec = spec_make(audience={"customer_ids": [people[0].pk]})
    spec = type(spec)(name=spec.name, steps=(*spec.steps, REMINDER), audience=spec.audience)
    number = campaign_create(spec=spec, created_by_id=StaffFactory().pk)
    content = campaign_submit(campaign_id=number)
    steps = CampaignStep.objects.filter(campaign_id=number)
    if change == "order":
        steps.update(position=3 - F("position"))
    elif change == "one more":
        CampaignStep.objects.create(campaign_id=number, position=3, channel="email", subject="Ещё", text="Ещё")
    else:
        value = {"text": "Подмена", "condition": "everybody", "wait_days": 0, "starts_on": date(2030, 1, 1)}[change]
        steps.filter(position=2).update(**{change: value})

    with pytest.raises(CampaignChanged):
        campaign_launch(campaign_id=number, launched_by_id=StaffFactory().pk, content_sha256=content.sha256)


def test_a_change_keeps_the_pictures_of_the_steps_that_stay() -> None:
    picture = step_spec_make(channel="max", subject="")
    spec = spec_make(channel="max", subject="")
    spec = type(spec)(name=spec.name, steps=(*spec.steps, picture, picture))
    number = campaign_create(spec=spec, created_by_id=StaffFactory().pk)
    campaign = Campaign.objects.get(pk=number)
    image_make(campaign)

    campaign_change(campaign_id=number, spec=type(spec)(name="Иначе", steps=spec.steps[:2]))

    assert [step.position for step in campaign_read(campaign_id=number).steps.all()] == [1, 2]
    assert CampaignImage.objects.get().step.position == 1


def test_a_removed_step_takes_its_picture_and_the_next_moves_up_as_the_first() -> None:
    spec = spec_make(channel="max", subject="")
    spec = type(spec)(name=spec.name, steps=(*spec.steps, REMINDER))
    number = campaign_create(spec=spec, created_by_id=StaffFactory().pk)
    image_make(Campaign.objects.get(pk=number))

    revision = campaign_step_remove(campaign_id=number, position=1)

    (only,) = campaign_spec(campaign_read(campaign_id=number)).steps
    assert (only.subject, only.condition, only.wait_days) == ("Напоминаем", "everybody", 0)
    assert (revision, CampaignImage.objects.count()) == (2, 0)
    with pytest.raises(LastStep):
        campaign_step_remove(campaign_id=number, position=1)
    with pytest.raises(CampaignNotFound):
        campaign_step_remove(campaign_id=number, position=7)


def test_a_launched_campaign_loses_no_step() -> None:
    campaign = planned(people_make(1), REMINDER)

    with pytest.raises(MoveRefused):
        campaign_step_remove(campaign_id=campaign.pk, position=2)
