"""Sending over real sockets: each message once, whatever the provider says and whoever changes their mind."""

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import Error, OperationalError, connection
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django.fixtures import Settings

from consents.enums import EventKind
from consents.models import ContactPoint
from notify.campaigns.lifecycle import campaign_continue, campaign_pause, campaign_stop
from notify.campaigns.reading import campaign_status
from notify.conf import ATTEMPTS
from notify.enums import CampaignState, MessageState, SkipReason
from notify.links.issuing import LinkOrder, campaign_links_revoke, link_resolve, links_prepare
from notify.messages.composing import sample_link, text_of
from notify.models import Campaign, ChannelSetting, Link, Message, ProviderState
from notify.outbox import loops
from notify.outbox import queue as claims
from notify.outbox import sender as sending
from notify.outbox.gate import GATE_CAMPAIGN
from notify.outbox.loops import campaign_messages_send
from notify.outbox.queue import Departure, Done, authorize_send, lease_rows, settle
from notify.statements import run
from notify.sweeping import sweep
from notify.types import CAMPAIGN_PRIORITY
from tests.factories.consents import StopFactory, answer_make
from tests.factories.notify import (
    StepFactory,
    campaign_running,
    contract_make,
    operator_make,
    people_make,
)
from tests.fakes.provider import FakeProvider
from tests.fakes.smtp_sink import SmtpSink
from tests.support.clock import Stopwatch, database_now
from tests.support.outbox import allowed
from tests.support.patience import wait_until

pytestmark = pytest.mark.django_db


def states(campaign: Campaign) -> dict[str, int]:
    found: dict[str, int] = {}
    for state in Message.objects.filter(campaign=campaign).values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def test_everybody_gets_their_own_letter_once(sink: SmtpSink) -> None:
    operator_make()
    people = people_make(120)
    campaign = campaign_running(people)

    assert campaign_messages_send(channel="email") == 120
    assert campaign_messages_send(channel="email") == 0

    assert sorted(taken.address for taken in sink.taken) == sorted(
        ContactPoint.objects.filter(customer__in=people).values_list("value", flat=True)
    )
    references = {str(reference) for reference in Message.objects.values_list("reference", flat=True)}
    assert {taken.reference for taken in sink.taken} == references
    assert states(campaign) == {MessageState.ACCEPTED: 120}
    assert not Message.objects.filter(lease__isnull=False).exists()


def test_each_letter_carries_the_link_of_its_own_person(sink: SmtpSink) -> None:
    operator_make()
    people = people_make(3)
    campaign_running(people)
    campaign_messages_send(channel="email")

    for taken in sink.taken:
        letter = taken.parsed()
        text = taken.text()
        token = text.split("/k/")[1].split()[0]
        link = link_resolve(token=token)
        assert link is not None
        assert f"-{link.customer_id}@" in taken.address
        assert letter["List-Unsubscribe"] == f"<{settings.SITE_URL}/u/{token}>"
        assert f"/qr/{token}.png" in taken.text("html")
        assert "Ромашка" in text
    assert Link.objects.count() == 3
    assert set(Link.objects.values_list("touchpoint__kind", flat=True)) == {"email"}


@pytest.mark.parametrize(("text_kind", "what"), [("service", "письма"), ("advertising", "рекламу")])
def test_the_foot_of_a_letter_says_what_its_unsubscribe_link_stops(text_kind: str, what: str) -> None:
    text = text_of(StepFactory.build(text_kind=text_kind, campaign=Campaign()))

    letter = text.compose(reference="", address="", person=None, link=sample_link("email"))

    for words in (letter.text, letter.html):
        assert f"Не получать {what} на этот адрес" in words
        assert "Отказаться от всех сообщений, по какому бы каналу они ни шли, можно на личной странице" in words


def test_each_answer_of_the_server_ends_in_its_own_state(sink: SmtpSink) -> None:
    words = ["ok", "rcpt550", "dot554", "tookcut", "lostcut", "rcpt451"]
    people = {word: people_make(1, word=word)[0] for word in words}
    campaign = campaign_running(list(people.values()))

    campaign_messages_send(channel="email")

    found = {
        word: Message.objects.values_list("state", "error_code").get(campaign=campaign, customer=person)
        for word, person in people.items()
    }
    assert found == {
        "ok": (MessageState.ACCEPTED, ""),
        "rcpt550": (MessageState.FAILED, "smtp_550_5.1.1"),
        "dot554": (MessageState.FAILED, "smtp_554_5.7.1"),
        "tookcut": (MessageState.UNKNOWN, "connection_lost"),
        "lostcut": (MessageState.UNKNOWN, "connection_lost"),
        "rcpt451": (MessageState.PLANNED, "smtp_451_4.7.1"),
    }


def test_later_is_tried_again_later_and_not_for_ever(sink: SmtpSink) -> None:
    campaign = campaign_running(people_make(1, word="rcpt451"))
    pauses = []
    for _ in range(ATTEMPTS):
        before = database_now()
        campaign_messages_send(channel="email")
        message = Message.objects.get(campaign=campaign)
        pauses.append((message.not_before - before).total_seconds())
        Message.objects.update(not_before=Now())

    assert message.state == MessageState.FAILED
    assert message.error_code.startswith("gave_up_")
    assert message.attempt == ATTEMPTS
    assert 20 < pauses[0] < 40
    assert 150 < pauses[3] < 300


def test_a_message_in_doubt_is_never_sent_again(sink: SmtpSink) -> None:
    campaign = campaign_running(people_make(1, word="tookcut"))

    for _ in range(3):
        campaign_messages_send(channel="email")
        sweep()

    assert len(sink.taken) == 1
    assert states(campaign) == {MessageState.UNKNOWN: 1}


def test_a_server_that_is_down_spends_no_message(settings: Settings) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    campaign = campaign_running(people_make(3))

    assert campaign_messages_send(channel="email") == 0

    assert states(campaign) == {MessageState.PLANNED: 3}
    assert set(Message.objects.values_list("attempt", flat=True)) == {0}


def test_our_own_mistake_spends_no_message(sink: SmtpSink, settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "mail530@romashka.example"
    campaign = campaign_running(people_make(3))

    assert campaign_messages_send(channel="email") == 0

    assert states(campaign) == {MessageState.PLANNED: 3}
    assert set(Message.objects.values_list("attempt", flat=True)) == {0}
    assert not Message.objects.filter(lease__isnull=False).exists()


class TestTheGate:
    """What happened after the plan counts, up to the statement before the call."""

    def test_a_withdrawal_stops_the_message_that_is_already_claimed(self) -> None:
        first, second = people_make(2)
        campaign = campaign_running([first, second])
        lease = uuid4()
        rows = lease_rows(channel="email", priority=CAMPAIGN_PRIORITY, limit=10, lease=lease)
        StopFactory(customer=second)

        found = {row.customer_id: allowed(row, lease) for row in rows}

        assert found == {first.pk: MessageState.SENDING, second.pk: MessageState.SKIPPED}
        skipped = Message.objects.get(campaign=campaign, customer=second)
        assert (skipped.skip_reason, skipped.attempt, skipped.lease) == (SkipReason.SUPPRESSED, 0, None)

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({}, SkipReason.REFUSED),
            ({"legal_basis": "law", "norm": "161-ФЗ, статья 9"}, ""),
            ({"legal_basis": "law", "subscriber_consent": ""}, SkipReason.NO_MAILING_CONSENT),
            ({"legal_basis": "law", "subscriber_consent": "own"}, SkipReason.REFUSED),
        ],
    )
    def test_a_refusal_stops_a_claimed_sms_that_is_not_obliged_by_contract(
        self, changes: dict[str, str], reason: str
    ) -> None:
        (person,) = people_make(1, channel="sms")
        campaign = campaign_running([person], channel="sms", **changes)
        lease = uuid4()
        (row,) = lease_rows(channel="sms", priority=CAMPAIGN_PRIORITY, limit=1, lease=lease)
        answer_make(ContactPoint.objects.get(customer=person), kind=EventKind.REFUSED)

        state = allowed(row, lease)

        assert state == (MessageState.SKIPPED if reason else MessageState.SENDING)
        assert Message.objects.get(campaign=campaign).skip_reason == reason

    @pytest.mark.parametrize("basis", ["contract", "law"])
    def test_what_is_obliged_passes_no_missing_contract_with_max(self, basis: str) -> None:
        campaign = campaign_running(people_make(1, channel="max"), channel="max", legal_basis=basis)
        lease = uuid4()
        (row,) = lease_rows(channel="max", priority=CAMPAIGN_PRIORITY, limit=1, lease=lease)

        assert allowed(row, lease) == MessageState.SKIPPED
        assert Message.objects.get(campaign=campaign).skip_reason == SkipReason.CHANNEL_CLOSED

    @pytest.mark.parametrize(
        ("state", "message_state", "reason"),
        [
            (CampaignState.STOPPED, MessageState.SKIPPED, SkipReason.CAMPAIGN_STOPPED),
            (CampaignState.PAUSED, MessageState.PLANNED, ""),
        ],
    )
    def test_a_stop_or_a_pause_holds_for_claimed_messages(
        self, state: CampaignState, message_state: MessageState, reason: str
    ) -> None:
        campaign = campaign_running(people_make(1))
        lease = uuid4()
        (row,) = lease_rows(channel="email", priority=CAMPAIGN_PRIORITY, limit=1, lease=lease)
        Campaign.objects.filter(pk=campaign.pk).update(state=state)

        assert allowed(row, lease) == message_state
        message = Message.objects.get(campaign=campaign)
        assert (message.state, message.skip_reason, message.lease) == (message_state, reason, None)

    def test_a_channel_that_was_closed_holds_back_and_loses_nothing(self) -> None:
        campaign = campaign_running(people_make(1))
        lease = uuid4()
        (row,) = lease_rows(channel="email", priority=CAMPAIGN_PRIORITY, limit=1, lease=lease)
        ChannelSetting.objects.update_or_create(channel="email", defaults={"is_open": False})

        assert allowed(row, lease) == MessageState.PLANNED
        assert campaign_messages_send(channel="email", seconds=0.05) == 0
        assert states(campaign) == {MessageState.PLANNED: 1}

    def test_a_link_revoked_before_the_call_returns_the_row_and_spends_no_attempt(self) -> None:
        campaign = campaign_running(people_make(2))
        lease = uuid4()
        written, other = lease_rows(channel="email", priority=CAMPAIGN_PRIORITY, limit=2, lease=lease)
        touchpoint, end = campaign.touchpoints.get().pk, timezone.now() + timedelta(days=1)
        links_prepare(orders=[LinkOrder(written.id, touchpoint, end)], channel="email", lease=lease)
        campaign_links_revoke(campaign_id=campaign.pk)
        links_prepare(orders=[LinkOrder(other.id, touchpoint, end)], channel="email", lease=lease)

        opened = [allowed(row, lease) for row in (written, other)]

        assert opened == [MessageState.PLANNED, MessageState.SENDING]
        assert Message.objects.get(pk=written.id).attempt == 0

    @pytest.mark.parametrize(
        ("contracts", "text_kind", "reason"),
        [
            ([], "service", SkipReason.CHANNEL_CLOSED),
            ([{"until": -1, "since": -9}], "service", SkipReason.NOT_IN_CONTRACT),
            ([{"since": 1}], "service", SkipReason.NOT_IN_CONTRACT),
            ([{"until": 0}], "service", ""),
            ([{"since": 0}], "service", ""),
            ([{"kinds": ["authorization", "transactional"]}], "service", SkipReason.NOT_IN_CONTRACT),
            ([{"kinds": ["service"]}], "advertising", SkipReason.NOT_IN_CONTRACT),
            ([{"kinds": ["advertising"]}], "service", SkipReason.NOT_IN_CONTRACT),
            ([{"kinds": ["authorization"]}, {"kinds": ["service"]}], "service", ""),
            ([{"channel": "sms"}], "service", SkipReason.CHANNEL_CLOSED),
        ],
    )
    def test_a_contract_with_max_lets_its_kinds_go_on_its_days_alone(
        self, contracts: list[dict[str, Any]], text_kind: str, reason: str
    ) -> None:
        for contract in contracts:
            contract_make(*contract.pop("kinds", []), **contract)
        campaign = campaign_running(people_make(1, channel="max"), channel="max", text_kind=text_kind)
        lease = uuid4()
        (row,) = lease_rows(channel="max", priority=CAMPAIGN_PRIORITY, limit=1, lease=lease)

        state = allowed(row, lease)

        assert state == (MessageState.SKIPPED if reason else MessageState.SENDING)
        assert Message.objects.get(campaign=campaign).skip_reason == reason

    def test_a_contract_that_covers_advertising_is_no_consent_to_it(self) -> None:
        contract_make("advertising")
        campaign = campaign_running(people_make(1, channel="max"), channel="max", text_kind="advertising")
        lease = uuid4()
        (row,) = lease_rows(channel="max", priority=CAMPAIGN_PRIORITY, limit=1, lease=lease)

        assert allowed(row, lease) == MessageState.SKIPPED
        assert Message.objects.get(campaign=campaign).skip_reason == SkipReason.NO_CONSENT

    def test_night_sends_it_back_until_the_window_opens(self) -> None:
        now = timezone.now()
        campaign = campaign_running(
            people_make(1),
            send_from=(now + timedelta(hours=5)).time(),
            send_until=(now + timedelta(hours=6)).time(),
        )
        lease = uuid4()
        (row,) = lease_rows(channel="email", priority=CAMPAIGN_PRIORITY, limit=1, lease=lease)

        assert allowed(row, lease) == MessageState.PLANNED
        waits = Message.objects.get(campaign=campaign).not_before - now
        assert timedelta(hours=4, minutes=55) < waits < timedelta(hours=5, minutes=5)
        assert lease_rows(channel="email", priority=CAMPAIGN_PRIORITY, limit=1, lease=uuid4()) == []

    def test_a_lease_that_ran_out_opens_no_gate(self) -> None:
        campaign_running(people_make(1))
        lease = uuid4()
        (row,) = lease_rows(channel="email", priority=CAMPAIGN_PRIORITY, limit=1, lease=lease)
        Message.objects.update(leased_until=timezone.now() - timedelta(seconds=1))

        assert allowed(row, lease) is None

    def test_a_foreign_lease_opens_no_gate(self) -> None:
        campaign_running(people_make(1))
        (row,) = lease_rows(channel="email", priority=CAMPAIGN_PRIORITY, limit=1, lease=uuid4())

        assert allowed(row, uuid4()) is None

    def test_one_statement_stores_the_last_result_and_opens_the_next_gate(self) -> None:
        campaign = campaign_running(people_make(2))
        lease = uuid4()
        first, second = lease_rows(channel="email", priority=CAMPAIGN_PRIORITY, limit=2, lease=lease)
        allowed(first, lease)
        done = Done(first.id, MessageState.ACCEPTED, provider_id="p1")

        assert allowed(second, lease, done) == MessageState.SENDING
        assert states(campaign) == {MessageState.ACCEPTED: 1, MessageState.SENDING: 1}
        assert Message.objects.get(pk=first.id).provider_id == "p1"


def test_a_late_result_does_not_overwrite_a_newer_state() -> None:
    campaign = campaign_running(people_make(1))
    lease = uuid4()
    (row,) = lease_rows(channel="email", priority=CAMPAIGN_PRIORITY, limit=1, lease=lease)
    allowed(row, lease)
    Message.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    sweep()

    assert not settle(done=[Done(row.id, MessageState.ACCEPTED)], lease=lease)
    assert states(campaign) == {MessageState.UNKNOWN: 1}


def test_a_result_outlives_a_database_that_lets_nobody_in_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut off in the statement, then refused at the door: the first is psycopg's error, the second Django's."""
    campaign = campaign_running(people_make(1))
    lease = uuid4()
    (row,) = lease_rows(channel="email", priority=CAMPAIGN_PRIORITY, limit=1, lease=lease)
    allowed(row, lease)
    troubles: list[Exception] = [psycopg.OperationalError(), OperationalError(), OperationalError()]

    def shaken(statement: str, parameters: Mapping[str, Any]) -> Any:
        if troubles:
            raise troubles.pop(0)
        return run(statement, parameters)

    monkeypatch.setattr(claims, "run", shaken)
    monkeypatch.setattr(claims, "RETRY_PAUSES", (0.0, 0.0, 0.0))
    monkeypatch.setattr(connection, "close", lambda: None)

    assert settle(done=[Done(row.id, MessageState.ACCEPTED)], lease=lease)
    assert states(campaign) == {MessageState.ACCEPTED: 1}


def slow(sink: SmtpSink, monkeypatch: pytest.MonkeyPatch, *, seconds: float) -> Stopwatch:
    """Have the server take so long over a letter, by the stopwatch that the engine then looks at."""
    stopwatch = Stopwatch()
    for module in (loops, sending):
        monkeypatch.setattr(module, "time", stopwatch)
    sink.log.on_letter = lambda: stopwatch.sleep(seconds)
    return stopwatch


def test_a_slow_server_does_not_keep_a_worker_beyond_its_time(sink: SmtpSink, monkeypatch: pytest.MonkeyPatch) -> None:
    stopwatch = slow(sink, monkeypatch, seconds=1)
    campaign = campaign_running(people_make(20))

    sent = campaign_messages_send(channel="email", seconds=4)

    assert stopwatch.passed == 5
    assert sent == 5
    assert states(campaign) == {MessageState.ACCEPTED: sent, MessageState.PLANNED: 20 - sent}
    assert not Message.objects.filter(lease__isnull=False).exists()


def test_what_a_slow_server_left_over_costs_no_tokens(sink: SmtpSink, monkeypatch: pytest.MonkeyPatch) -> None:
    slow(sink, monkeypatch, seconds=1)
    ChannelSetting.objects.update_or_create(
        channel="email", defaults={"per_second": 40, "bucket_tokens": 40, "bucket_at": Now()}
    )
    campaign_running(people_make(10))

    sent = campaign_messages_send(channel="email", seconds=0.1)

    assert sent == 1
    assert ChannelSetting.objects.get(channel="email").bucket_tokens >= 8


def test_rows_that_wait_long_are_renewed(sink: SmtpSink, monkeypatch: pytest.MonkeyPatch) -> None:
    renewed: list[int] = []
    monkeypatch.setattr(sending, "RENEW_SECONDS", -1)
    monkeypatch.setattr(sending, "renew", lambda *, ids, lease: renewed.append(len(ids) if lease else 0))
    campaign_running(people_make(3))

    campaign_messages_send(channel="email")

    assert renewed == [3, 2, 1]


def test_renewing_keeps_only_our_own_claims() -> None:
    campaign_running(people_make(2))
    lease = uuid4()
    rows = lease_rows(channel="email", priority=CAMPAIGN_PRIORITY, limit=2, lease=lease)
    Message.objects.update(leased_until=timezone.now())

    claims.renew(ids=[row.id for row in rows], lease=uuid4())
    assert not Message.objects.filter(leased_until__gt=timezone.now()).exists()

    claims.renew(ids=[row.id for row in rows], lease=lease)
    assert Message.objects.filter(leased_until__gt=timezone.now()).count() == 2


def test_letters_that_leave_after_a_revocation_carry_live_links(
    sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = campaign_running(people_make(3))

    def prepare_then_revoke(**order: Any) -> Any:
        monkeypatch.undo()
        links = links_prepare(**order)
        campaign_links_revoke(campaign_id=campaign.pk)
        return links

    monkeypatch.setattr(sending, "links_prepare", prepare_then_revoke)

    assert campaign_messages_send(channel="email") == 3

    texts = [taken.text() for taken in sink.taken]
    assert all(link_resolve(token=text.split("/k/")[1].split()[0]) for text in texts)
    assert set(Message.objects.values_list("attempt", flat=True)) == {1}


def test_pause_puts_rows_aside_and_continue_brings_them_back(sink: SmtpSink) -> None:
    campaign = campaign_running(people_make(3))
    campaign_pause(campaign_id=campaign.pk)
    sweep()

    assert campaign_messages_send(channel="email") == 0
    assert states(campaign) == {MessageState.HELD: 3}

    campaign_continue(campaign_id=campaign.pk)
    sweep()
    assert campaign_messages_send(channel="email") == 3


def test_a_paused_campaign_does_not_stand_in_the_way_of_another(sink: SmtpSink) -> None:
    paused = campaign_running(people_make(60))
    campaign_pause(campaign_id=paused.pk)
    running = campaign_running(people_make(2))

    assert campaign_messages_send(channel="email") == 2
    assert states(running) == {MessageState.ACCEPTED: 2}


def test_stop_skips_the_rest_with_the_reason_and_finishes(sink: SmtpSink) -> None:
    campaign = campaign_running(people_make(3))
    campaign_stop(campaign_id=campaign.pk)

    assert campaign_messages_send(channel="email") == 0
    sweep()

    status = campaign_status(campaign_id=campaign.pk)
    assert status.skipped_by_reason == {SkipReason.CAMPAIGN_STOPPED: 3}
    assert (status.state, status.open, status.complete) == (CampaignState.STOPPED, 0, True)
    assert status.finished_at is not None
    assert sink.taken == []


def test_one_row_that_cannot_be_written_does_not_stop_the_others(sink: SmtpSink) -> None:
    people = people_make(3)
    people[1].name = "Злой\r\nBcc: thief@evil.example"
    people[1].save()
    campaign = campaign_running(people, subject="((имя)), здравствуйте")

    assert campaign_messages_send(channel="email") == 2

    failed = Message.objects.get(campaign=campaign, customer=people[1])
    assert (failed.state, failed.error_code, failed.attempt) == (MessageState.FAILED, "header_refused", 0)
    assert all("thief" not in str(taken.parsed()["Subject"]) for taken in sink.taken)


def test_names_are_escaped_in_html_and_kept_in_text(sink: SmtpSink) -> None:
    campaign_running(people_make(1, name="<b>Ёж & Ко</b>"))
    campaign_messages_send(channel="email")

    assert "&lt;b&gt;Ёж &amp; Ко&lt;/b&gt;" in sink.taken[0].text("html")
    assert "<b>Ёж & Ко</b>" in sink.taken[0].text()


def test_sms_goes_to_the_provider_with_a_short_link(provider: FakeProvider) -> None:
    campaign = campaign_running(people_make(2, channel="sms"), channel="sms", text="Вам сюда: ((ссылка))", subject="")

    assert campaign_messages_send(channel="sms") == 2

    assert states(campaign) == {MessageState.ACCEPTED: 2}
    for taken in provider.taken:
        token = taken["text"].split("/k/")[1]
        assert len(token) == 13
        assert link_resolve(token=token) is not None
        assert taken["buttons"] == []


def test_max_carries_the_link_as_a_button(provider: FakeProvider) -> None:
    contract_make()
    campaign_running(people_make(1, channel="max"), channel="max", text="Проверьте контакты", button="Проверить")

    assert campaign_messages_send(channel="max") == 1
    (button,) = provider.taken[0]["buttons"]
    assert button["text"] == "Проверить"
    assert "/k/" in button["url"]


def test_a_text_that_a_long_name_makes_too_long_for_max_is_not_sent(provider: FakeProvider) -> None:
    contract_make()
    people = [*people_make(1, channel="max", name="Ян"), *people_make(1, channel="max", name="Я" * 60)]
    campaign = campaign_running(people, channel="max", text="((имя)) " + "х" * 3990)

    assert campaign_messages_send(channel="max") == 1

    failed = Message.objects.get(campaign=campaign, customer=people[1])
    assert (failed.state, failed.error_code) == (MessageState.FAILED, "text_too_long")


def test_a_provider_that_says_later_to_everybody_fails_no_message(provider: FakeProvider) -> None:
    provider.mode = "later"
    campaign = campaign_running(people_make(3, channel="sms"), channel="sms", text="((ссылка))", subject="")

    for _ in range(ATTEMPTS + 1):
        campaign_messages_send(channel="sms")
        Message.objects.update(not_before=Now())
        ProviderState.objects.update(breaker_open_until=None)

    assert states(campaign) == {MessageState.PLANNED: 3}
    assert set(Message.objects.values_list("attempt", flat=True)) == {0}
    provider.mode = "accept"
    assert campaign_messages_send(channel="sms") == 3


def test_the_message_that_met_a_channel_that_is_down_lets_the_others_go_first(provider: FakeProvider) -> None:
    people = people_make(3, channel="sms")
    campaign_running(people, channel="sms", text="((ссылка))", subject="")
    provider.mode = "later"
    campaign_messages_send(channel="sms")

    met, *others = Message.objects.order_by("-not_before").values_list("attempt", "not_before")
    assert met[0] == 0
    assert all(met[1] - not_before > timedelta(seconds=15) for _, not_before in others)


def test_later_said_of_one_message_while_others_go_through_counts_as_its_own(provider: FakeProvider) -> None:
    people = people_make(2, channel="sms")
    campaign = campaign_running(people, channel="sms", text="((ссылка))", subject="")
    poison = ContactPoint.objects.get(customer=people[1])
    provider.modes[poison.value] = "later"

    campaign_messages_send(channel="sms")

    assert states(campaign) == {MessageState.ACCEPTED: 1, MessageState.PLANNED: 1}
    assert Message.objects.get(contact_point=poison).attempt == 1


def test_a_failing_provider_leaves_doubts_and_no_repeats(provider: FakeProvider) -> None:
    people = people_make(4, channel="sms")
    campaign = campaign_running(people, channel="sms", text="((ссылка))", subject="")
    addresses = [point.value for point in ContactPoint.objects.filter(customer__in=people).order_by("id")]
    provider.modes.update(dict(zip(addresses, ["broke_took", "reset", "accept", "reset_took"], strict=True)))

    for _ in range(3):
        campaign_messages_send(channel="sms")

    assert states(campaign) == {MessageState.UNKNOWN: 3, MessageState.ACCEPTED: 1}
    assert provider.log.calls == 4


@pytest.mark.django_db(transaction=True)
def test_four_workers_with_one_task_send_each_message_once(sink: SmtpSink) -> None:
    campaign = campaign_running(people_make(200))
    together = threading.Barrier(4)

    def work(_: int) -> int:
        try:
            together.wait(10)
            return campaign_messages_send(channel="email")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(work, range(4)))

    assert sum(counts) == 200
    assert len({taken.address for taken in sink.taken}) == len(sink.taken) == 200
    assert states(campaign) == {MessageState.ACCEPTED: 200}


@pytest.mark.django_db(transaction=True)
def test_a_person_who_withdraws_while_the_campaign_runs_gets_nothing_after_it(sink: SmtpSink) -> None:
    sink.log.delay = 0.01
    people = people_make(150)
    campaign = campaign_running(people)
    withdrawn: dict[int, int] = {}

    def work() -> None:
        try:
            campaign_messages_send(channel="email")
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    for person in reversed(people[50:]):
        StopFactory(customer=person)
        withdrawn[person.pk] = len(sink.taken)
    worker.join()

    taken_at = {int(taken.address.split("-")[1].split("@")[0]): at for at, taken in enumerate(sink.taken)}
    # At the moment of the withdrawal one call may be under way; whatever began later is a fault.
    late = [person for person, count in withdrawn.items() if taken_at.get(person, -1) > count + 1]
    assert late == []
    assert states(campaign).get(MessageState.SKIPPED, 0) > 50
    assert sum(states(campaign).values()) == 150


@pytest.mark.django_db(transaction=True)
def test_at_most_the_letter_under_way_leaves_after_a_stop(sink: SmtpSink) -> None:
    sink.log.delay = 0.02
    campaign = campaign_running(people_make(300))

    def work() -> None:
        try:
            campaign_messages_send(channel="email")
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    wait_until(lambda: len(sink.taken) >= 20, "the worker sends nothing")
    campaign_stop(campaign_id=campaign.pk)
    count_at_stop = len(sink.taken)
    worker.join()
    sweep()

    assert len(sink.taken) <= count_at_stop + 1
    assert sum(states(campaign).values()) == 300
    assert set(states(campaign)) == {MessageState.ACCEPTED, MessageState.SKIPPED}


@pytest.mark.django_db(transaction=True)
def test_lost_database_connections_lose_and_double_nothing(sink: SmtpSink) -> None:
    sink.log.delay = 0.01
    campaign = campaign_running(people_make(150))
    over = threading.Event()

    def work_once() -> bool:
        """One nudge after another worker's claims have run out. False when nothing is left to send."""
        Message.objects.filter(state="claimed").update(state="planned", lease=None, leased_until=None)
        campaign_messages_send(channel="email", seconds=0.5)
        return Message.objects.filter(campaign=campaign, state__in=["planned", "claimed"]).exists()

    def work() -> None:
        goes_on = True
        while goes_on:
            try:
                goes_on = work_once()
            except (Error, psycopg.Error):
                connection.close()
        connection.close()
        over.set()

    worker = threading.Thread(target=work)
    worker.start()
    for _ in range(12):
        if over.wait(0.15):
            break
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
    worker.join()

    addresses = [taken.address for taken in sink.taken]
    assert len(addresses) == len(set(addresses))
    accepted = set(Message.objects.filter(state=MessageState.ACCEPTED).values_list("contact_point__value", flat=True))
    assert accepted <= set(addresses)
    doubtful = Message.objects.filter(state__in=[MessageState.SENDING, MessageState.UNKNOWN]).count()
    assert len(set(addresses) - accepted) <= doubtful


def test_the_gate_asks_once_for_each_message_of_a_batch() -> None:
    campaign_running(people_make(40))
    lease = uuid4()
    rows = lease_rows(channel="email", priority=CAMPAIGN_PRIORITY, limit=40, lease=lease)

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL track_functions = 'pl'")
        authorize_send(
            gate=GATE_CAMPAIGN, rows={row.id: Departure("Europe/Moscow") for row in rows}, lease=lease, provider="test"
        )
        cursor.execute("SELECT calls FROM pg_stat_xact_user_functions WHERE funcname = 'consents_may_send'")
        (calls,) = cursor.fetchone()

    assert calls == 40
    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.SENDING}
