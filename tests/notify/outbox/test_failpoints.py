"""A worker that dies at each numbered step: what is left, and what the sweep makes of it.

The fake adapter kills by an error that nothing catches; the process killed for real is in ``tests/notify/crash``.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from consents.reach.recipients import recipients_read
from notify.campaigns.reading import campaign_status
from notify.channels.base import Accepted, Capabilities, OutboundMessage, Outcome, TemporarilyUnavailable
from notify.enums import CampaignState, MessageState
from notify.messages.transactional import notice_send
from notify.models import Campaign, Link, Message
from notify.outbox import sender as sending
from notify.outbox.lanes import CAMPAIGNS, TRANSACTIONAL, Lane
from notify.outbox.queue import lease_rows
from notify.outbox.sender import ChannelDown, ChannelSender
from notify.outbox.watching.reading import messages_listed
from notify.sweeping import sweep
from notify.types import CAMPAIGN_PRIORITY
from tests.factories.consents import StopFactory
from tests.factories.notify import campaign_running, people_make

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """Stands for SIGKILL: nothing of ours may catch it."""


class Mortal:
    """An adapter whose process dies before or after the provider has taken message number ``dies_at``."""

    capabilities = Capabilities(provider="mortal")

    def __init__(self, dies_at: int = -1, *, took_it: bool = False) -> None:
        self.dies_at, self.took_it = dies_at, took_it
        self.taken: list[str] = []

    def open(self) -> None:
        """Nothing to open."""

    def close(self) -> None:
        """Nothing to close."""

    def send(self, message: OutboundMessage) -> Outcome:
        dies = len(self.taken) == self.dies_at
        if dies and not self.took_it:
            raise Killed
        self.taken.append(message.reference)
        if dies:
            raise Killed
        return Accepted(message.reference, "p")


class MortalInBatches(Mortal):
    """Hands over three messages a call; ``dies_at`` is the number of the call."""

    capabilities = Capabilities(provider="mortal", batch=3)
    calls = 0

    def send_batch(self, messages: Sequence[OutboundMessage]) -> Sequence[Outcome]:
        self.calls += 1
        dies = self.calls - 1 == self.dies_at
        if not dies or self.took_it:
            self.taken += [message.reference for message in messages]
        if dies:
            raise Killed
        return [Accepted(message.reference, f"p{message.reference}", parts=2) for message in messages]


def chunk_of(adapter: Mortal, lane: Lane = CAMPAIGNS) -> ChannelSender:
    return ChannelSender(adapter=adapter, channel="email", lane=lane)


def time_passes() -> None:
    """Every lease runs out."""
    Message.objects.filter(leased_until__isnull=False).update(leased_until=timezone.now() - timedelta(seconds=1))


def states(campaign: Campaign) -> list[str]:
    return list(Message.objects.filter(campaign=campaign).order_by("id").values_list("state", flat=True))


def finish(campaign: Campaign) -> Mortal:
    """Another worker takes over."""
    time_passes()
    sweep()
    heir = Mortal()
    while chunk_of(heir).send(limit=50):
        pass
    sweep()
    assert Campaign.objects.get(pk=campaign.pk).state == CampaignState.FINISHED
    return heir


def test_died_between_claim_and_gate_everything_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = campaign_running(people_make(5))

    def die(**_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(sending, "recipients_read", die)
        with pytest.raises(Killed):
            chunk_of(Mortal()).send(limit=50)

    assert states(campaign) == [MessageState.CLAIMED] * 5
    assert len(finish(campaign).taken) == 5
    assert states(campaign) == [MessageState.ACCEPTED] * 5


@pytest.mark.parametrize("dies_at", [0, 1, 4])
@pytest.mark.parametrize("took_it", [False, True])
def test_died_around_the_call_one_message_is_in_doubt_and_the_rest_go_once(dies_at: int, took_it: bool) -> None:
    campaign = campaign_running(people_make(5))
    dead = Mortal(dies_at, took_it=took_it)

    with pytest.raises(Killed):
        chunk_of(dead).send(limit=50)

    before = states(campaign)
    assert before[:dies_at] == [MessageState.ACCEPTED] * dies_at
    assert before[dies_at] == MessageState.SENDING
    heir = finish(campaign)
    after = states(campaign)
    assert after[dies_at] == MessageState.UNKNOWN
    assert after.count(MessageState.ACCEPTED) == 4
    everything = dead.taken + heir.taken
    assert len(everything) == len(set(everything)) == 4 + took_it
    assert [row["error_code"] for row in messages_listed(state="unknown", campaign_id=campaign.pk)] == ["worker_lost"]


@pytest.mark.parametrize("heir_is_done", [False, True])
def test_a_stalled_worker_leaves_the_links_of_letters_that_others_sent(
    monkeypatch: pytest.MonkeyPatch, heir_is_done: bool
) -> None:
    """It wakes before it prepares its links: its claims belong to another worker by then."""
    campaign = campaign_running(people_make(3))
    heir, stalled = Mortal(), Mortal()
    given: dict[int, Any] = {}

    def stall(**asked: Any) -> Any:
        with monkeypatch.context() as awake:
            awake.setattr(sending, "recipients_read", recipients_read)
            time_passes()
            sweep()
            if heir_is_done:
                chunk_of(heir).send(limit=50)
            else:
                lease_rows(channel="email", priority=CAMPAIGN_PRIORITY, limit=50, lease=uuid4())
        given.update(Link.objects.values_list("message_id", "token_hash"))
        return recipients_read(**asked)

    monkeypatch.setattr(sending, "recipients_read", stall)
    chunk_of(stalled).send(limit=50)

    assert (len(heir.taken), stalled.taken) == (3 * heir_is_done, [])
    assert dict(Link.objects.values_list("message_id", "token_hash")) == given
    assert set(states(campaign)) == {MessageState.ACCEPTED if heir_is_done else MessageState.CLAIMED}


def test_a_stalled_worker_leaves_the_link_of_a_notice_that_another_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    (person,) = people_make(1)
    notice_send(notice="contact_changed", channel="email", customer_id=person.pk, address="a@b.ru", request_key="k")
    heir, given = Mortal(), []

    def stall(**asked: Any) -> Any:
        with monkeypatch.context() as awake:
            awake.setattr(sending, "recipients_read", recipients_read)
            time_passes()
            sweep()
            chunk_of(heir, TRANSACTIONAL).send(limit=1)
        given.append(Link.objects.get().token_hash)
        return recipients_read(**asked)

    monkeypatch.setattr(sending, "recipients_read", stall)
    chunk_of(Mortal(), TRANSACTIONAL).send(limit=1)

    assert len(heir.taken) == 1
    assert [Link.objects.get().token_hash] == given


def test_died_between_the_call_and_its_result(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = campaign_running(people_make(1))
    adapter = Mortal()

    def die(**_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(sending, "settle", die)
        with pytest.raises(Killed):
            chunk_of(adapter).send(limit=50)

    assert (adapter.taken, states(campaign)) == ([str(Message.objects.get().reference)], [MessageState.SENDING])
    assert finish(campaign).taken == []
    assert states(campaign) == [MessageState.UNKNOWN]


def test_dying_again_and_again_still_ends_with_every_message_accounted_for() -> None:
    campaign = campaign_running(people_make(40))
    taken: list[str] = []
    deaths = 0
    while Message.objects.filter(campaign=campaign, state=MessageState.PLANNED).exists():
        worker = Mortal(3, took_it=deaths % 2 == 0)
        try:
            chunk_of(worker).send(limit=10)
        except Killed:
            deaths += 1
        taken += worker.taken
        time_passes()
        sweep()

    status = campaign_status(campaign_id=campaign.pk)
    assert len(taken) == len(set(taken))
    assert status.complete
    assert status.unknown == deaths
    assert status.sent + status.unknown == 40
    assert len(taken) >= status.sent


def test_an_adapter_with_a_bug_leaves_a_doubt_and_goes_on() -> None:
    class Broken(Mortal):
        def send(self, message: OutboundMessage) -> Outcome:
            if not self.taken:
                self.taken.append("x")
                raise ValueError(message.address)
            return super().send(message)

    campaign = campaign_running(people_make(2))

    chunk_of(Broken()).send(limit=50)

    assert states(campaign) == [MessageState.UNKNOWN, MessageState.ACCEPTED]


def test_a_worker_told_to_stop_in_a_call_gives_the_rest_back_and_hides_nothing() -> None:
    class Slow(Mortal):
        def send(self, message: OutboundMessage) -> Outcome:
            if len(self.taken) == 1:
                raise SoftTimeLimitExceeded
            return super().send(message)

    campaign = campaign_running(people_make(4))

    with pytest.raises(SoftTimeLimitExceeded):
        chunk_of(Slow()).send(limit=50)

    assert states(campaign) == [
        MessageState.ACCEPTED,
        MessageState.SENDING,
        MessageState.PLANNED,
        MessageState.PLANNED,
    ]


def test_a_server_is_opened_before_the_lease_of_a_call_begins() -> None:
    class Closed(Mortal):
        def open(self) -> None:
            if self.taken:
                raise TemporarilyUnavailable("no_connection")

    campaign = campaign_running(people_make(3))

    with pytest.raises(ChannelDown):
        chunk_of(Closed()).send(limit=50)

    assert states(campaign) == [MessageState.ACCEPTED, MessageState.PLANNED, MessageState.PLANNED]
    assert list(Message.objects.order_by("id").values_list("attempt", flat=True)) == [1, 0, 0]


def test_finished_is_never_told_while_anything_is_open() -> None:
    campaign = campaign_running(people_make(4))
    states_open = [MessageState.PLANNED, MessageState.CLAIMED, MessageState.SENDING, MessageState.HELD]
    for state in states_open:
        Message.objects.filter(campaign=campaign).update(state=MessageState.ACCEPTED)
        one = Message.objects.filter(campaign=campaign).first()
        assert one is not None
        Message.objects.filter(pk=one.pk).update(
            state=state, not_before=timezone.now() + timedelta(days=1), leased_until=timezone.now() + timedelta(days=1)
        )
        assert sweep()["finish"] == 0

    Message.objects.filter(campaign=campaign).update(state=MessageState.ACCEPTED)
    assert sweep()["finish"] == 1
    assert sweep()["finish"] == 0


@pytest.mark.parametrize("dies_at", [0, 1, 2])
@pytest.mark.parametrize("took_it", [False, True])
def test_died_around_the_call_of_a_batch_only_its_messages_are_in_doubt(dies_at: int, took_it: bool) -> None:
    campaign = campaign_running(people_make(8))
    dead = MortalInBatches(dies_at, took_it=took_it)

    with pytest.raises(Killed):
        chunk_of(dead).send(limit=50)

    in_flight = 2 if dies_at == 2 else 3
    assert states(campaign).count(MessageState.SENDING) == in_flight
    heir = finish(campaign)
    after = states(campaign)
    assert after.count(MessageState.UNKNOWN) == in_flight
    assert after.count(MessageState.ACCEPTED) == 8 - in_flight
    everything = dead.taken + heir.taken
    assert len(everything) == len(set(everything)) == 8 - in_flight + (in_flight if took_it else 0)


def test_a_batch_stores_for_each_message_what_was_said_of_it() -> None:
    campaign_running(people_make(4))

    assert chunk_of(MortalInBatches()).send(limit=50) == 4

    rows = Message.objects.values_list("reference", "state", "provider", "provider_id", "parts")
    assert {(state, provider, parts) for _, state, provider, _, parts in rows} == {("accepted", "mortal", 2)}
    assert all(provider_id == f"p{reference}" for reference, _, _, provider_id, _ in rows)


def test_a_no_of_one_person_takes_only_their_message_out_of_the_batch() -> None:
    first, second, third = people_make(3)
    campaign = campaign_running([first, second, third])
    StopFactory(customer=second)
    batch = MortalInBatches()

    chunk_of(batch).send(limit=50)

    assert len(batch.taken) == 2
    assert states(campaign) == [MessageState.ACCEPTED, MessageState.SKIPPED, MessageState.ACCEPTED]
