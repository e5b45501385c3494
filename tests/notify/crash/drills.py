"""What the drills of killed workers have in common: a campaign, kills in the middle of it, and the judge."""

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from consents.enums import Channel
from notify.campaigns.reading import campaign_status
from notify.enums import CampaignState, MessageState
from notify.models import Campaign, Message
from notify.outbox.state import HANDED_OVER
from notify.outbox.watching.reading import messages_listed
from notify.sweeping import sweep
from tests.factories.notify import campaign_running, contract_make, operator_make, people_make
from tests.fakes.workers import Killable, Worker, worker_environ
from tests.support.patience import wait_until

PROCESSES = 2
SEED = 20261201

_OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
_IN_HAND = (MessageState.CLAIMED, MessageState.SENDING)
OPEN = (MessageState.PLANNED, MessageState.HELD, *_IN_HAND)


@dataclass(frozen=True)
class Drill:
    """One campaign over one channel; ``start`` starts what sends it, ``taken`` are the addresses of the providers."""

    campaign: Campaign
    start: Callable[[], Killable]
    taken: Callable[[], list[str]]

    def play(self, *, kills: Sequence[int]) -> None:
        """Send, and kill what sends each time when so many messages are taken; then let it end calmly."""
        chance = random.Random(SEED)
        worker = self.start()
        try:
            for count in kills:
                self.wait(worker, lambda count=count: len(self.taken()) >= count)  # type: ignore[misc]  # called at once
                time.sleep(chance.uniform(0, 0.1))
                worker.kill()
                mend()
                worker = self.start()
            self.wait(worker, self.is_over)
        finally:
            worker.kill()

    def wait(self, worker: Killable, condition: Callable[[], bool]) -> None:
        """Wait until something has come to be. Fails with the log of a worker that does not do it."""

        def holds() -> bool:
            assert worker.process.poll() is None, worker.log.read_text()[-3000:]
            return condition()

        wait_until(holds, "the campaign stands still")

    def is_over(self) -> bool:
        """Return whether no row is open any more."""
        return not Message.objects.filter(campaign=self.campaign, state__in=OPEN).exists()

    def judge(self, *, doubts: int) -> set[str]:
        """Hold the providers' own word against our rows; return the addresses of the messages in doubt."""
        sweep()
        rows = states_by_address(self.campaign)
        taken = self.taken()
        accepted = {address for address, state in rows.items() if state in HANDED_OVER}
        unknown = {address for address, state in rows.items() if state == MessageState.UNKNOWN}
        assert [address for address, count in Counter(taken).items() if count > 1] == [], "twice"
        assert set(taken) <= set(rows), "to somebody else"
        assert accepted <= set(taken), "accepted without having been taken"
        assert set(taken) - accepted <= unknown, "taken, and neither accepted nor in doubt"
        assert accepted | unknown == set(rows), "lost without a trace"
        assert len(unknown) <= doubts, "more doubts than messages in the calls under way"
        listed = messages_listed(state="unknown", campaign_id=self.campaign.pk)
        assert len(listed) == len(unknown)
        status = campaign_status(campaign_id=self.campaign.pk)
        assert (status.state, status.complete) == (CampaignState.FINISHED, True)
        assert (status.sent, status.unknown, status.open) == (len(accepted), len(unknown), 0)
        return unknown


def mend() -> None:
    """Do what half a minute brings: all that the killed ones did is over, their leases have run out, the sweep comes.

    A statement that the database got before the kill is still carried out.
    """
    wait_until(lambda: not _others(), "a killed worker still has a connection")
    _run("UPDATE notify_message SET leased_until = now() - interval '1 second' WHERE leased_until IS NOT NULL")
    sweep()


def campaign_over(channel: str, count: int) -> Campaign:
    """Make a running campaign to so many people."""
    operator_make()
    if Channel(channel).spec.needs_contract:
        contract_make(channel=channel)
    return campaign_running(
        people_make(count, channel=channel), channel=channel, text="Откройте: ((ссылка))", subject=""
    )


def states_by_address(campaign: Campaign) -> dict[str, str]:
    """Return the state of each message by the contact that it goes to, as providers write it."""
    rows = Message.objects.filter(campaign=campaign).values_list("contact_point__value", "state")
    return {address.lstrip("+"): state for address, state in rows}


def celery_worker(folder: Path) -> Callable[[], Worker]:
    """Return what starts a worker of the queues that a campaign needs, with the clock."""
    environ = environ_of(folder)
    return lambda: Worker(environ, queues=["send"], processes=PROCESSES, beat=True, log=folder / "worker.log")


def environ_of(folder: Path) -> Mapping[str, str]:
    """Return the environment of a worker: as on a server, nobody but those who are set up carries anything."""
    environ = worker_environ(
        folder, database=connection.settings_dict, smtp_port=1, settings=os.environ["DJANGO_SETTINGS_MODULE"]
    )
    return {**environ, "SANDBOX": "false"}


def _others() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS)
        return int(cursor.fetchone()[0])


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
