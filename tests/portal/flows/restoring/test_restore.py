"""A copy of the database is put in the place of a newer one: nobody gets a second letter, and no refusal is lost.

Going back to a savepoint is what a restore does to the rows; the files outside stay as they are.
"""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks, Settings

from consents.answers.restoring import noes_waiting_record
from consents.enums import ContactKind, EpochState, StopReason
from consents.field_encryption import text_encrypt
from consents.models import ConsentEvent, ContactPoint, Customer, Epoch, RestoredNo, Stop
from consents.outside.epochs import epoch_check, epoch_current, files_ready
from consents.outside.files import line_files, lines_add, lines_read
from consents.reach.stopping import address_stop
from notify.enums import CampaignState, MessageState
from notify.links.issuing import link_resolve
from notify.models import Campaign, Link, Message
from notify.outbox.loops import campaign_messages_send
from notify.outbox.queue import lease_rows
from portal.audit.actor import StaffActor
from portal.errors import NotRestored, RestoreUnread
from portal.flows.restoring.restore import end_restore, read_back, resolve_restored, restore_view
from portal.models.user import Role
from tests.consents.ledger_cases import circumstances
from tests.factories.consents import CustomerFactory
from tests.factories.notify import campaign_running, operator_make, people_make
from tests.factories.staff import StaffFactory
from tests.fakes.smtp_sink import SmtpSink

pytestmark = pytest.mark.django_db

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def actor(db: None) -> StaffActor:
    return StaffActor(user=StaffFactory(role=Role.ADMINISTRATOR), way_in="test")


class Copy:
    """A copy of the database as it is now, which `restore` puts back."""

    def __init__(self) -> None:
        files_ready()
        self._mark = transaction.savepoint()

    def restore(self) -> None:
        transaction.savepoint_rollback(self._mark)


@pytest.fixture
def committed(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Callable[[Callable[[], Any]], Any]:
    """What runs inside has been committed when it is over."""

    def run(act: Callable[[], Any]) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return act()

    return run


def tokens_of(sink: SmtpSink) -> dict[str, str]:
    return {taken.address: taken.text().split("/k/")[1].split()[0] for taken in sink.taken}


def test_nobody_gets_a_second_letter_and_a_refusal_is_not_lost(
    sink: SmtpSink, actor: StaffActor, committed: Callable[[Callable[[], Any]], Any]
) -> None:
    operator_make()
    campaign = campaign_running(people_make(30))
    copy = Copy()
    assert campaign_messages_send(channel="email") == 30
    tokens = tokens_of(sink)
    refused, silent = sorted(tokens)[:2]
    committed(lambda: Client().post(f"/u/{tokens[refused]}", ONE_CLICK))
    assert Stop.objects.count() == 1

    copy.restore()

    assert not Link.objects.exists()
    assert campaign_messages_send(channel="email") == 0
    assert epoch_current().held_for == "behind"
    assert Client().post(f"/u/{tokens[silent]}", ONE_CLICK).status_code == 404

    counts = read_back()

    assert counts["moved"] == 30
    assert counts["links"] == 30
    assert counts["unsubscribed"] == 1
    assert {*Message.objects.values_list("state", flat=True)} == {MessageState.ACCEPTED}
    stopped = {*Stop.objects.values_list("value", flat=True)}
    assert stopped == {refused, silent}
    assert {link_resolve(token=token) is not None for token in tokens.values()} == {True}
    events = ConsentEvent.objects.count()
    assert read_back()["noes_known"]
    assert ConsentEvent.objects.count() == events

    end_restore(actor=actor)

    assert not epoch_check().is_held
    assert campaign_messages_send(channel="email") == 0
    assert len(sink.taken) == 30
    assert Campaign.objects.get(pk=campaign.pk).state in {CampaignState.RUNNING, CampaignState.FINISHED}


def test_what_was_never_taken_waits_for_a_person_who_decides(sink: SmtpSink, actor: StaffActor) -> None:
    operator_make()
    campaign = campaign_running(people_make(8))
    copy = Copy()
    Message.objects.filter(pk__in=Message.objects.order_by("id")[:3]).update(not_before="2099-01-01T00:00Z")
    assert campaign_messages_send(channel="email") == 5

    copy.restore()
    read_back()

    assert [(one.id, one.left) for one in restore_view().campaigns] == [(campaign.pk, 3)]
    assert end_restore(actor=actor) == (campaign.pk,)
    assert Campaign.objects.get().state == CampaignState.PAUSED
    assert campaign_messages_send(channel="email") == 0
    Campaign.objects.update(state=CampaignState.RUNNING)
    assert campaign_messages_send(channel="email") == 3
    assert len({taken.address for taken in sink.taken}) == len(sink.taken) == 8


def test_a_campaign_that_the_copy_has_not_planned_yet_sends_nobody_a_second_letter(sink: SmtpSink) -> None:
    operator_make()
    people = people_make(6)
    campaign = campaign_running(people)
    copy = Copy()
    assert campaign_messages_send(channel="email") == 6
    copy.restore()
    rows = list(Message.objects.values("campaign_id", "step_id", "customer_id", "contact_point_id"))
    Message.objects.all().delete()
    # Two are planned anew before anything is read back, under references of their own.
    for row in rows[:2]:
        Message.objects.create(
            kind="campaign", channel="email", not_before=campaign.created_at, created_at=campaign.created_at, **row
        )

    counts = read_back()

    assert (counts["moved"], counts["made"]) == (2, 4)
    assert Message.objects.filter(state=MessageState.ACCEPTED).count() == 6
    assert {str(one) for one in Message.objects.values_list("reference", flat=True)} == {
        taken.reference for taken in sink.taken
    }


def test_a_chunk_whose_end_is_not_known_is_in_doubt_and_not_sent_again(
    sink: SmtpSink, actor: StaffActor, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator_make()
    campaign_running(people_make(4))
    copy = Copy()
    with monkeypatch.context() as patch:
        patch.setattr("notify.outbox.sender.outcomes_note", lambda _rows, _states: None)
        campaign_messages_send(channel="email")
    copy.restore()

    assert read_back()["in_doubt"] == 4
    assert {*Message.objects.values_list("state", "error_code")} == {(MessageState.UNKNOWN, "restored")}

    references = [taken.reference for taken in sink.taken[:3]]
    outcomes = {message.reference: "accepted" for message in Message.objects.filter(reference__in=references)}
    assert resolve_restored(actor=actor, outcomes=outcomes, reason="maillog").resolved == 3  # type: ignore[arg-type]
    assert Message.objects.filter(state=MessageState.UNKNOWN).count() == 1


def test_the_log_of_the_mail_server_alone_is_enough_where_the_files_are_gone(
    sink: SmtpSink, actor: StaffActor, settings: Settings, tmp_path: Any
) -> None:
    operator_make()
    campaign_running(people_make(4))
    copy = Copy()
    campaign_messages_send(channel="email")
    copy.restore()
    Epoch.objects.update(counter=50)
    settings.OUTSIDE_DIR = tmp_path / "new-disk"

    assert campaign_messages_send(channel="email") == 0
    assert epoch_check().held_for == "missing"
    assert not restore_view().reach.is_whole
    outcomes = {message.reference: "accepted" for message in Message.objects.all()}
    assert resolve_restored(actor=actor, outcomes=outcomes, reason="maillog").resolved == 4  # type: ignore[arg-type]
    read_back()
    end_restore(actor=actor)
    assert campaign_messages_send(channel="email") == 0
    assert len(sink.taken) == 4


def test_a_refusal_finds_its_customer_who_is_loaded_again_later(
    committed: Callable[[Callable[[], Any]], Any],
) -> None:
    copy = Copy()
    customer = CustomerFactory(external_id="К-77")
    contact = ContactPoint.objects.create(customer=customer, kind="email", value="later@bank.example")

    def refuse() -> None:
        address_stop(
            kind=ContactKind.EMAIL,
            value=contact.value,
            customer_id=customer.pk,
            reason=StopReason.UNSUBSCRIBED,
            circumstances=circumstances(),
        )

    committed(refuse)
    copy.restore()

    assert epoch_check().held_for == "behind"
    assert read_back()["noes_missing"] == 1
    assert not Stop.objects.exists()
    again = CustomerFactory(external_id="К-77", subject="00000000-0000-4000-8000-00000000000a")
    ContactPoint.objects.create(customer=again, kind="email", value="later@bank.example")

    assert noes_waiting_record() == 1
    assert noes_waiting_record() == 0
    assert Stop.objects.get().customer == again
    assert RestoredNo.objects.get().line == {}


def test_one_line_that_cannot_be_read_back_costs_no_other_its_place(
    sink: SmtpSink, committed: Callable[[Callable[[], Any]], Any], caplog: pytest.LogCaptureFixture
) -> None:
    operator_make()
    campaign_running(people_make(3))
    copy = Copy()
    assert campaign_messages_send(channel="email") == 3
    token = sorted(tokens_of(sink).values())[0]
    committed(lambda: Client().post(f"/u/{token}", ONE_CLICK))
    mark = json.loads(line_files()[-1].read_text().splitlines()[-1])
    good = [no for line in lines_read() if line and line["kind"] == "no" for no in line["noes"]]
    poisoned: list[dict[str, Any]] = [
        {"kind": "no", "noes": [{}, {"uuid": "none"}, good[0] | {"uuid": str(uuid4()), "kind": "invented"}]},
        {"kind": "no"},
        {"kind": "claimed", "rows": [["no uuid", 1], [str(uuid4()), "campaign", "email", "x", 1, 1]], "at": "never"},
        {"kind": "claimed", "rows": None},
        {"kind": "links", "rows": [[str(uuid4())]]},
        {"kind": "ended", "accepted": 7},
        {"no": "kind"},
    ]
    lines_add({**line, "epoch": mark["epoch"], "n": mark["n"]} for line in poisoned)

    copy.restore()
    assert epoch_check().held_for == "behind"
    counts = read_back()

    assert (counts["moved"], counts["links"]) == (3, 3)
    assert counts["noes_recorded"] == len(good)
    assert (counts["noes_broken"], counts["unreadable"]) == (3, 5)
    assert RestoredNo.objects.filter(done_at=None).count() == 1
    assert noes_waiting_record() == 0
    assert "cannot be read back" in caplog.text


def test_a_no_that_waits_and_breaks_stops_no_other(committed: Callable[[Callable[[], Any]], Any]) -> None:
    customer = CustomerFactory()
    no = {"subject": str(customer.subject), "kind": "stop_set", "stop_scope": "all", "stop_reason": "refused_all"}
    who = text_encrypt("{}", place="outside.noes")
    for uuid, changes in (("1", {"kind": "invented"}), ("2", {}), ("3", {"stop_scope": None}), ("4", {"who": 7})):
        name = f"00000000-0000-4000-8000-00000000000{uuid}"
        RestoredNo.objects.create(lost=name, line=no | {"uuid": name, "who": who} | changes)

    assert noes_waiting_record() == 1
    assert RestoredNo.objects.filter(done_at=None).count() == 3


def test_nothing_is_ended_before_it_was_read_back_or_while_nothing_is_held(actor: StaffActor) -> None:
    with pytest.raises(NotRestored):
        end_restore(actor=actor)
    epoch_current()
    Epoch.objects.update(state=EpochState.HELD, held_for="behind")

    with pytest.raises(RestoreUnread):
        end_restore(actor=actor)


def test_a_code_that_is_asked_for_while_everything_is_held_leaves(sink: SmtpSink) -> None:
    customer: Customer = people_make(1)[0]
    epoch_current()
    Epoch.objects.update(state=EpochState.HELD, held_at="2020-01-01T00:00Z", counter=5)
    contact = ContactPoint.objects.get(customer=customer)
    for kind, created_at in (
        ("code", "2019-01-01T00:00Z"),
        ("code", "2021-01-01T00:00Z"),
        ("notice", "2021-01-01T00:00Z"),
    ):
        Message.objects.create(
            kind=kind,
            channel="email",
            customer=customer,
            contact_point=contact,
            priority=0,
            created_at=created_at,
            not_before="2019-01-01T00:00Z",
        )

    taken = lease_rows(channel="email", priority=0, limit=10, lease=uuid4())

    assert [row.kind for row in taken] == ["code"]
    assert Message.objects.get(pk=taken[0].id).created_at.year == 2021
