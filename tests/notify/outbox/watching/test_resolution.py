"""A doubt settled by a person: once, and never by sending again."""

import pytest

from notify.enums import MessageState
from notify.errors import MessageNotFound, MoveRefused
from notify.models import Message
from notify.outbox.loops import campaign_messages_send
from notify.outbox.watching.resolution import message_resolve
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
