"""A doubt settled by a person: once, and never by sending again."""

from uuid import UUID, uuid4

import pytest

from notify.enums import MessageState
from notify.errors import MessageNotFound, MoveRefused
from notify.models import Message
from notify.outbox.loops import campaign_messages_send
from notify.outbox.watching.resolution import (
    Resolved,
    message_resolve,
    messages_resolve,
    outcomes_sha256,
    references_in_doubt,
)
from tests.factories.notify import campaign_running, people_make
from tests.fakes.smtp_sink import SmtpSink

pytestmark = pytest.mark.django_db


def settle(number: int, outcome: str) -> bool:
    campaign_id = Message.objects.values_list("campaign_id", flat=True).get(pk=number)
    return message_resolve(campaign_id=campaign_id, message_id=number, outcome=outcome)  # type: ignore[arg-type]


def message_in(state: str) -> int:
    campaign = campaign_running(people_make(1))
    Message.objects.filter(campaign=campaign).update(state=state)
    return Message.objects.values_list("pk", flat=True).get(campaign=campaign)


@pytest.mark.parametrize("outcome", ["accepted", "failed"])
def test_a_doubt_becomes_what_the_person_found_out(sink: SmtpSink, outcome: str) -> None:
    number = message_in(MessageState.UNKNOWN)

    assert settle(number, outcome)
    assert not settle(number, outcome)

    message = Message.objects.get(pk=number)
    assert (message.state, message.error_code) == (outcome, "settled")
    assert campaign_messages_send(channel="email") == 0
    assert sink.taken == []


@pytest.mark.parametrize("state", [MessageState.PLANNED, MessageState.DELIVERED, MessageState.SKIPPED])
def test_only_a_doubt_can_be_settled(state: str) -> None:
    fields = {"skip_reason": "no_consent"} if state == MessageState.SKIPPED else {}
    number = message_in(MessageState.PLANNED)
    Message.objects.filter(pk=number).update(state=state, **fields)

    with pytest.raises(MoveRefused):
        settle(number, "failed")


def test_a_number_that_nobody_has_is_not_found() -> None:
    with pytest.raises(MessageNotFound):
        message_resolve(campaign_id=404, message_id=404, outcome="failed")


def test_a_message_of_another_campaign_is_not_found() -> None:
    number = message_in(MessageState.UNKNOWN)
    other = campaign_running(people_make(1))

    with pytest.raises(MessageNotFound):
        message_resolve(campaign_id=other.pk, message_id=number, outcome="failed")

    assert Message.objects.get(pk=number).state == MessageState.UNKNOWN


def references_in(state: str, count: int) -> dict[int, UUID]:
    campaign = campaign_running(people_make(count))
    Message.objects.filter(campaign=campaign).update(state=state)
    return dict(Message.objects.filter(campaign=campaign).values_list("id", "reference"))


def test_a_list_settles_what_is_in_doubt_and_nothing_else() -> None:
    doubtful, planned = references_in(MessageState.UNKNOWN, 3), references_in(MessageState.PLANNED, 1)
    one, two, three = doubtful.values()
    (four,) = planned.values()
    stranger = uuid4()
    outcomes: dict[UUID, Resolved] = {one: "accepted", two: "failed", four: "accepted", stranger: "failed"}

    done = messages_resolve(outcomes=outcomes)
    again = messages_resolve(outcomes=outcomes)

    assert (done.resolved, done.repeated, done.certain, done.missing) == (2, 0, (four,), (stranger,))
    assert (again.resolved, again.repeated) == (0, 2)
    assert done.sha256 == again.sha256 == outcomes_sha256(dict(reversed(outcomes.items())))
    states = dict(Message.objects.values_list("reference", "state"))
    assert states == {one: "accepted", two: "failed", three: "unknown", four: "planned"}


def test_a_list_for_one_campaign_finds_no_message_of_another() -> None:
    mine, other = references_in(MessageState.UNKNOWN, 1), references_in(MessageState.UNKNOWN, 1)
    campaign_id = Message.objects.values_list("campaign_id", flat=True).get(pk=next(iter(mine)))
    outcomes: dict[UUID, Resolved] = dict.fromkeys([*mine.values(), *other.values()], "failed")

    done = messages_resolve(outcomes=outcomes, campaign_id=campaign_id)

    assert done.resolved == 1
    assert done.missing == tuple(other.values())


def test_the_doubtful_of_one_reason_are_those_and_no_others() -> None:
    doubtful = references_in(MessageState.UNKNOWN, 2)
    number = next(iter(doubtful))
    Message.objects.filter(pk=number).update(error_code="worker_lost")
    campaign_id = Message.objects.values_list("campaign_id", flat=True).get(pk=number)
    assert campaign_id is not None

    assert references_in_doubt(campaign_id=campaign_id) == tuple(sorted(doubtful.values()))
    assert references_in_doubt(campaign_id=campaign_id, error_code="worker_lost") == (doubtful[number],)


def test_a_list_cannot_undo_what_has_ended() -> None:
    with pytest.raises(MoveRefused):
        messages_resolve(outcomes={}, sources=(MessageState.SKIPPED,))
