"""The drill of a restore: a copy of the middle of a campaign is put back after its end, and harms nobody.

Real PostgreSQL with pg_dump and pg_restore, real workers with the clock, a real conversation with a mail server.
`make drill` plays it with more people and shows the table.
"""

import io
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from consents.errors import LedgerRolledBack
from consents.ledger.tree.signing import key_create
from consents.models import Customer, Stop, UnsealedEvent
from consents.outside.epochs import epoch_current
from consents.tasks import check_epoch, seal_ledger
from notify.enums import MessageState
from notify.models import Campaign, Message
from portal.models.user import Role
from tests.factories.notify import campaign_running, operator_make, people_make
from tests.factories.staff import StaffFactory
from tests.fakes.smtp_sink import SmtpSink, Taken
from tests.fakes.workers import Worker, worker_environ
from tests.support.database_copies import copy_make, copy_restore
from tests.support.patience import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = int(os.environ.get("DRILL_PEOPLE", "300"))
REFUSE = 20
LATER = 5
"""So many try to unsubscribe after the restore, by links that the copy does not know."""
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


class Drill:
    """One installation: workers, mail server, people, and the lines of the table."""

    def __init__(self, folder: Path, sink: SmtpSink, settings: Settings) -> None:
        self.folder, self.sink, self.said = folder, sink, list[tuple[str, object]]()
        self._environ = worker_environ(
            folder,
            database=self._database(),
            smtp_port=sink.port,
            settings=os.environ["DJANGO_SETTINGS_MODULE"],
        ) | {"SANDBOX": "false", "SEAL_KEY_FILE": str(settings.SEAL_KEY_FILE)}
        self.worker: Worker | None = None

    @staticmethod
    def _database() -> dict[str, object]:
        from django.db import connection  # noqa: PLC0415 - named anew in each run

        return connection.settings_dict

    def start(self) -> None:
        log = self.folder / "worker.log"
        queues = ["transactional", "send", "reports", "long"]
        self.worker = Worker(self._environ, queues=queues, processes=2, beat=True, log=log)

    def stop(self) -> None:
        if self.worker is not None:
            self.worker.stop()
            self.worker = None

    def letters(self) -> list[Taken]:
        return list(self.sink.taken)

    def go_on_until(self, condition: Callable[[], bool]) -> None:
        """Wait for as long as letters come, however many there are."""
        while not condition():
            seen = len(self.letters())
            wait_until(lambda seen=seen: condition() or len(self.letters()) > seen, "nothing is sent")  # type: ignore[misc]  # called at once

    def tell(self, what: str, figure: object) -> None:
        self.said.append((what, figure))

    def table(self) -> str:
        return "\n".join(["", *(f"{what:<66} {figure}" for what, figure in self.said), ""])


@pytest.fixture
def drill(tmp_path: Path, settings: Settings) -> Iterator[Drill]:
    settings.VAR_DIR, settings.OUTSIDE_DIR = tmp_path, tmp_path / "outside"
    settings.SEAL_KEY_FILE = tmp_path / "secrets" / "seal.pem"
    settings.SANDBOX = False
    key_create(settings.SEAL_KEY_FILE)
    with SmtpSink() as sink:
        sink.log.delay = 0.002
        running = Drill(tmp_path, sink, settings)
        yield running
        running.stop()


def token_of(letter: Taken) -> str:
    found = re.search(r"/k/([0-9A-Z]+)", letter.text())
    assert found
    return found[1]


def refuse_by_page(token: str) -> None:
    """Walk as a person does: the link, «Отказаться от сообщений», «От всех сообщений»."""
    client = Client()
    assert client.get(f"/k/{token}").status_code == 303
    page = client.get(reverse("public:refuse")).content.decode()
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert client.post(reverse("public:refuse"), {**fields, "scope": "all"}).status_code == 302


def twice(letters: list[Taken], campaign: Campaign) -> list[str]:
    own = {str(one) for one in Message.objects.filter(campaign=campaign).values_list("reference", flat=True)}
    return [
        address
        for address, count in Counter(one.address for one in letters if one.reference in own).items()
        if count > 1
    ]


def command(*words: str) -> str:
    out = io.StringIO()
    call_command("restore", *words, stdout=out)
    return out.getvalue()


def test_a_copy_of_the_middle_of_a_campaign_harms_nobody_after_its_end(drill: Drill) -> None:
    operator_make()
    administrator = StaffFactory(role=Role.ADMINISTRATOR)
    people = people_make(PEOPLE)
    campaign = campaign_running(people)
    copy = drill.folder / "copy.dump"

    drill.start()
    drill.go_on_until(lambda: len(drill.letters()) > PEOPLE // 3)
    copy_make(copy)
    at_copy = len(drill.letters())
    drill.go_on_until(lambda: not _open(campaign))
    letters = drill.letters()
    assert len(letters) == PEOPLE
    drill.tell("people of the campaign", PEOPLE)
    drill.tell("letters when the copy was made", at_copy)
    drill.tell("letters at the end", len(letters))

    late = letters[-(REFUSE + LATER + 1) :]
    refusing, unsubscribing, calm = late[:REFUSE], late[REFUSE:-1], late[-1]
    for place, letter in enumerate(refusing):
        if place % 2:
            refuse_by_page(token_of(letter))
        else:
            assert Client().post(f"/u/{token_of(letter)}", ONE_CLICK).status_code == 200
    assert Stop.objects.count() == REFUSE
    seal_ledger()
    drill.tell("refused after the copy, by one click and on the page", REFUSE)

    drill.stop()
    copy_restore(copy)
    assert not Stop.objects.exists()
    unsent = Message.objects.filter(campaign=campaign, state=MessageState.PLANNED).count()
    assert unsent > REFUSE
    drill.tell("people whose letter the restored database holds as unsent", unsent)

    drill.start()
    wait_until(lambda: epoch_current().is_held, "nobody notices that the database has been set back")
    held_for = epoch_current().held_for
    with pytest.raises(LedgerRolledBack):
        seal_ledger()
    assert Client().get(f"/k/{token_of(calm)}").status_code == 404
    for letter in unsubscribing:
        answer = Client().post(f"/u/{token_of(letter)}", ONE_CLICK)
        assert answer.status_code == 404
        assert "отписались" not in answer.content.decode()
    _beats(drill)
    assert len(drill.letters()) == PEOPLE
    drill.tell("held by itself, because", held_for)
    drill.tell("letters while it was held", len(drill.letters()) - PEOPLE)

    status = command("status")
    assert "Рассылка остановлена" in status
    said = command("read-back", "--as", administrator.email)
    assert Client().get(f"/k/{token_of(calm)}").status_code == 303
    stopped = {*Stop.objects.filter(customer__in=people).values_list("customer_id", flat=True)}
    asked = {_customer(letter) for letter in [*refusing, *unsubscribing]}
    assert stopped == asked
    assert {*Message.objects.filter(campaign=campaign).values_list("state", flat=True)} == {MessageState.ACCEPTED}
    drill.tell("read back", said.strip().replace("\n", "; "))
    drill.tell("of those who refused, stopped again", f"{len(stopped)} of {REFUSE + LATER}")

    assert Client().post(f"/u/{token_of(calm)}", ONE_CLICK).status_code == 200
    command("end", "--as", administrator.email)
    check_epoch()
    assert not epoch_current().is_held
    seal_ledger()
    assert not UnsealedEvent.objects.exists()
    old_heads = list((drill.folder / "heads").glob("heads-before-*.jsonl"))
    assert len(old_heads) == 1

    again = campaign_running(people)
    drill.go_on_until(lambda: not _open(again))
    _beats(drill)
    everything = drill.letters()
    first = everything[:PEOPLE]
    assert twice(first, campaign) == []
    assert sorted(one.address for one in first) == sorted(_addresses(people))
    written_again = {one.address for one in everything[PEOPLE:]}
    noes = {letter.address for letter in [*refusing, *unsubscribing, calm]}
    assert not written_again & noes
    assert len(everything) - PEOPLE == len(written_again) == PEOPLE - len(noes)
    drill.tell("second letters of the campaign", len(twice(everything, campaign)))
    drill.tell("letters to those who had refused", len(written_again & noes))
    drill.tell("letters of the next campaign", f"{len(written_again)} of {PEOPLE - len(noes)} who had not refused")
    sys.stdout.write(drill.table())


def _open(campaign: Campaign) -> bool:
    held = (MessageState.PLANNED, MessageState.CLAIMED, MessageState.SENDING, MessageState.HELD)
    return Message.objects.filter(campaign=campaign, state__in=held).exists()


def _beats(drill: Drill) -> None:
    """Let the clock nudge the senders twice."""
    assert drill.worker is not None
    assert drill.worker.process.poll() is None, (drill.folder / "worker.log").read_text()[-3000:]
    time.sleep(7)


def _customer(letter: Taken) -> int:
    return Customer.objects.get(contact_points__value=letter.address).pk


def _addresses(people: list[Customer]) -> list[str]:
    found = Customer.objects.filter(pk__in=[one.pk for one in people])
    return [str(value) for value in found.values_list("contact_points__value", flat=True)]
