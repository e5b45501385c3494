"""The sweep: mends by itself, twice does no more than once."""

import json
import signal
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from notify import sweeping
from notify.campaigns.lifecycle import campaign_create, campaign_launch, campaign_submit
from notify.channels.sandbox.provider import SANDBOX
from notify.enums import CampaignState, MessageState, SkipReason
from notify.inbound import handling
from notify.inbound.payloads import payload_store
from notify.messages.transactional import notice_send
from notify.models import Campaign, InboundPayload, Message
from notify.sweeping import sweep
from tests.factories.consents import launch_ready_make
from tests.factories.notify import campaign_running, people_make, spec_make
from tests.factories.staff import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _may_launch(db: None) -> None:
    """The company and its texts stand: nothing here is about their lack."""
    launch_ready_make()


def leased(state: str, seconds: int) -> Message:
    campaign = campaign_running(people_make(1))
    Message.objects.filter(campaign=campaign).update(
        state=state, lease=uuid4(), leased_until=timezone.now() + timedelta(seconds=seconds)
    )
    return Message.objects.get(campaign=campaign)


@pytest.mark.parametrize(
    ("state", "seconds", "after"),
    [
        (MessageState.CLAIMED, -1, MessageState.PLANNED),
        (MessageState.CLAIMED, 30, MessageState.CLAIMED),
        (MessageState.SENDING, -1, MessageState.UNKNOWN),
        (MessageState.SENDING, 30, MessageState.SENDING),
    ],
)
def test_only_a_lease_that_ran_out_moves_a_row(state: str, seconds: int, after: str) -> None:
    message = leased(state, seconds)

    sweep()
    message.refresh_from_db()

    assert message.state == after
    assert (message.lease is None) == (state != after)


def test_a_second_sweep_finds_nothing() -> None:
    leased(MessageState.CLAIMED, -1)
    leased(MessageState.SENDING, -1)

    first, second = sweep(), sweep()

    assert (first["return"], first["doubt"]) == (1, 1)
    assert (second["return"], second["doubt"]) == (0, 0)


def test_a_campaign_whose_nudge_was_lost_is_planned() -> None:
    people = people_make(2)
    campaign_id = campaign_create(
        spec=spec_make(audience={"customer_ids": [person.pk for person in people]}), created_by_id=StaffFactory().pk
    )
    review = campaign_submit(campaign_id=campaign_id)
    campaign_launch(campaign_id=campaign_id, launched_by_id=StaffFactory().pk, content_sha256=review.sha256)

    assert sweep()["plan"] == 1
    assert Campaign.objects.get(pk=campaign_id).state == CampaignState.RUNNING


def test_more_rows_than_one_batch_are_all_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "BATCH", 3)
    campaign = campaign_running(people_make(10))
    Campaign.objects.filter(pk=campaign.pk).update(state=CampaignState.STOPPED)

    assert sweep()["skip"] == 10
    assert set(Message.objects.values_list("skip_reason", flat=True)) == {SkipReason.CAMPAIGN_STOPPED}


def test_a_notice_that_is_too_late_is_not_sent() -> None:
    (person,) = people_make(1)
    number = notice_send(notice="max_linked", channel="email", customer_id=person.pk, address="a@b.ru", request_key="1")
    Message.objects.filter(pk=number).update(expires_at=timezone.now() - timedelta(seconds=1))

    sweep()

    message = Message.objects.get(pk=number)
    assert (message.state, message.skip_reason) == (MessageState.SKIPPED, SkipReason.EXPIRED)


def test_the_end_of_a_campaign_is_a_line_of_the_log_with_its_figures(caplog: pytest.LogCaptureFixture) -> None:
    campaign = campaign_running(people_make(3))
    numbers = list(Message.objects.order_by("id").values_list("pk", flat=True))
    Message.objects.update(state=MessageState.ACCEPTED)
    Message.objects.filter(pk=numbers[0]).update(state=MessageState.UNKNOWN)

    with caplog.at_level("INFO"):
        sweep()
        sweep()

    assert caplog.text.count(f"campaign {campaign.pk} ended: accepted 2, unknown 1") == 1


def test_a_campaign_of_nobody_but_refused_people_is_finished() -> None:
    campaign = campaign_running(people_make(1))
    Message.objects.update(state=MessageState.SKIPPED, skip_reason=SkipReason.NO_CONSENT)

    assert sweep()["finish"] == 1
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.FINISHED
    assert campaign.finished_at is not None


def test_a_campaign_that_cannot_be_planned_stops_nothing_else_of_the_sweep(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    message = leased(MessageState.CLAIMED, -1)
    planned: list[int] = []
    quoted = "Ёлкина +7 916 123-45-12"

    def plan(*, campaign_id: int) -> int:
        if campaign_id == 1:
            raise ValueError(quoted)
        planned.append(campaign_id)
        return 0

    monkeypatch.setattr(sweeping, "campaigns_to_plan", lambda: [1, 2])
    monkeypatch.setattr(sweeping, "campaign_plan", plan)

    result = sweep()
    message.refresh_from_db()

    assert (result["return"], result["plan"], planned) == (1, 1, [2])
    assert message.state == MessageState.PLANNED
    assert "plan campaign 1 failed with ValueError" in caplog.text
    assert "Ёлкина" not in caplog.text


def _database(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def _takes_too_long() -> None:
    _database("SET LOCAL statement_timeout = 1; SELECT pg_sleep(5)")


def _loses_its_connection() -> None:
    _database("SELECT pg_terminate_backend(pg_backend_pid())")


def _meets_the_soft_limit_of_its_task() -> None:
    def over(*_: object) -> None:
        raise SoftTimeLimitExceeded

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        _database("SELECT pg_sleep(5)")
    finally:
        signal.signal(signal.SIGALRM, before)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(_takes_too_long, marks=pytest.mark.database_timers),
        _loses_its_connection,
        _meets_the_soft_limit_of_its_task,
    ],
)
def test_a_step_that_is_cut_off_stops_none_behind_it(monkeypatch: pytest.MonkeyPatch, bad: Callable[[], None]) -> None:
    event = {"reference": "", "id": "", "state": "delivered", "at": "2026-11-30T12:00:00+00:00"}
    bodies = [json.dumps({"events": [{**event, "key": key}]}).encode() for key in "ab"]
    payloads = [payload_store(provider=SANDBOX, headers={}, body=body) for body in bodies]
    InboundPayload.objects.update(received_at=timezone.now() - timedelta(minutes=1))
    planned: list[int] = []

    def apply(call: handling.Call) -> bool:
        if call.id == payloads[0]:
            bad()
        return True

    def plan(*, campaign_id: int) -> int:
        if campaign_id == 1:
            bad()
        planned.append(campaign_id)
        return 0

    monkeypatch.setattr(handling, "_call_apply", apply)
    monkeypatch.setattr(handling, "_is_plain", lambda _: False)
    monkeypatch.setattr(sweeping, "campaigns_to_plan", lambda: [1, 2])
    monkeypatch.setattr(sweeping, "campaign_plan", plan)

    result = sweep()

    assert (result["handle"], result["plan"], planned) == (1, 1, [2])
    assert list(InboundPayload.objects.filter(handled_at=None).values_list("pk", flat=True)) == payloads[:1]


def test_without_a_database_the_sweep_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []

    def plan(*, campaign_id: int) -> int:
        tried.append(campaign_id)
        raise OperationalError

    monkeypatch.setattr(sweeping, "campaigns_to_plan", lambda: [1, 2])
    monkeypatch.setattr(sweeping, "campaign_plan", plan)
    monkeypatch.setattr("consents.apart.database_answers", lambda: False)

    with pytest.raises(OperationalError):
        sweep()
    assert tried == [1]


def test_calls_of_providers_do_not_wait_for_a_campaign_that_is_being_planned(monkeypatch: pytest.MonkeyPatch) -> None:
    payload_store(provider=SANDBOX, headers={}, body=b"{}")
    InboundPayload.objects.update(received_at=timezone.now() - timedelta(minutes=1))
    waiting: list[int] = []

    def plan(*, campaign_id: int) -> int:
        waiting.append(InboundPayload.objects.filter(handled_at=None).count())
        return campaign_id

    monkeypatch.setattr(sweeping, "campaigns_to_plan", lambda: [1])
    monkeypatch.setattr(sweeping, "campaign_plan", plan)

    sweep()

    assert waiting == [0]


def test_rows_go_back_while_a_campaign_is_still_being_planned(monkeypatch: pytest.MonkeyPatch) -> None:
    message = leased(MessageState.CLAIMED, -1)
    seen: list[str] = []
    monkeypatch.setattr(sweeping, "campaigns_to_plan", lambda: [1])

    def plan(*, campaign_id: int) -> int:
        seen.append(Message.objects.values_list("state", flat=True).get(pk=message.pk) * campaign_id)
        return 0

    monkeypatch.setattr(sweeping, "campaign_plan", plan)

    sweep()

    assert seen == [MessageState.PLANNED]
