"""Several messages to one person of MAX, with the limits of MAX: each goes out once, in order, and holds up nobody."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from notify.enums import MessageState
from notify.messages.transactional import notice_send
from notify.models import Message, ProviderState
from notify.outbox.loops import transactional_messages_send
from portal.laptop.fakes.max import FakeMax
from tests.factories.providers import max_set_up
from tests.support.patience import wait_until

pytestmark = pytest.mark.django_db

ANNA, BORIS = 212_000_001, 212_000_002


@pytest.fixture
def max_bot(settings: Settings) -> Iterator[FakeMax]:
    """MAX as it is, and two people who have started the bot."""
    settings.SANDBOX = False
    with FakeMax() as fake:
        for user_id in (ANNA, BORIS):
            fake.person(user_id).start()
        max_set_up(fake)
        yield fake


def told(user_id: int, key: str) -> int:
    return notice_send(
        notice="received", channel="max", customer_id=None, address=str(user_id), request_key=f"{user_id}:{key}"
    )


def test_the_next_message_to_one_person_waits_and_those_to_others_do_not(max_bot: FakeMax) -> None:
    first, second, other = told(ANNA, "1"), told(ANNA, "2"), told(BORIS, "1")

    transactional_messages_send()

    assert [one["user_id"] for one in max_bot.taken] == [ANNA, BORIS]
    assert set(Message.objects.filter(state=MessageState.ACCEPTED).values_list("id", flat=True)) == {first, other}
    kept = Message.objects.get(pk=second)
    assert (kept.state, kept.error_code, kept.attempt) == (MessageState.PLANNED, "dialogue_pace", 0)


def test_many_messages_to_one_person_all_arrive_and_no_limit_is_met(max_bot: FakeMax) -> None:
    for number in range(4):
        told(ANNA, str(number))

    def all_sent() -> bool:
        transactional_messages_send()
        return not Message.objects.exclude(state=MessageState.ACCEPTED).exists()

    wait_until(all_sent, "a message stands still")

    assert len(max_bot.taken) == 4
    assert max_bot.too_many == 0
    order = Message.objects.order_by("accepted_at").values_list("id", flat=True)
    assert list(order) == sorted(order)
    assert not ProviderState.objects.filter(failures__gt=0).exists()


def test_a_dialogue_that_somebody_else_fills_cools_nobody_down(max_bot: FakeMax) -> None:
    max_bot.refusals[ANNA] = (429, "too.many.requests", "Too many requests")
    message = told(ANNA, "1")
    told(BORIS, "1")

    transactional_messages_send()

    assert [one["user_id"] for one in max_bot.taken] == [BORIS]
    refused = Message.objects.get(pk=message)
    assert (refused.state, refused.error_code, refused.attempt) == (MessageState.PLANNED, "too_many_requests", 1)
    assert not ProviderState.objects.filter(failures__gt=0).exists()
