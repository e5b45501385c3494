"""A fault that is about us is not spent on everybody: the campaign is paused by itself, and says why."""

import logging
from collections import Counter

import pytest
from django.utils import timezone

from consents.enums import Channel
from notify.campaigns.lifecycle import campaign_continue, campaign_pause
from notify.channels.events import DeliveryReport
from notify.enums import BrakeReason, CampaignState, MessageState
from notify.messages.staff_letters import staff_letter_send
from notify.models import Campaign, CampaignBrake, Message, ProviderState
from notify.outbox import brake
from notify.outbox.brake import DOUBTS_BORNE, WINDOW, brakes_on, campaign_brake
from notify.outbox.loops import campaign_messages_send, transactional_messages_send
from notify.outbox.reports import report_record
from notify.outbox.watching.overdue import codes_refused
from tests.factories.notify import campaign_running, people_make
from tests.fakes.smtp_sink import BEHAVIOURS, SmtpSink
from tests.support.patience import PATIENCE_S

pytestmark = pytest.mark.django_db

BORNE = 20
"""As `BRAKE_REFUSALS` is without a setting."""


def send() -> int:
    """One nudge of the worker, with as much time as it needs."""
    return campaign_messages_send(channel="email", seconds=PATIENCE_S)


def states() -> dict[str, int]:
    found: dict[str, int] = {}
    for state in Message.objects.values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def campaign_to(*words: tuple[str, int]) -> Campaign:
    """A campaign to people with these behaviours of the server, in this order."""
    return campaign_running([person for word, count in words for person in people_make(count, word=word)])


def test_a_policy_that_refuses_every_letter_costs_a_few_and_not_all(
    sink: SmtpSink, caplog: pytest.LogCaptureFixture
) -> None:
    campaign = campaign_to(("dot554", 60))
    caplog.set_level(logging.ERROR, "notify.sending")

    send()

    campaign.refresh_from_db()
    assert campaign.state == CampaignState.PAUSED
    assert states() == {MessageState.FAILED: BORNE, MessageState.PLANNED: 60 - BORNE}
    brake = brakes_on()[campaign.pk]
    assert (brake.reason, brake.provider, brake.error_code) == (BrakeReason.REFUSED, "smtp", "smtp_554_5.7.1")
    assert caplog.messages == [f"campaign {campaign.pk} was paused by itself: refused by smtp, smtp_554_5.7.1"]


def test_a_relay_that_does_not_know_us_costs_no_letter_at_all(sink: SmtpSink, caplog: pytest.LogCaptureFixture) -> None:
    campaign_to(("relay554", 60))
    caplog.set_level(logging.ERROR, "notify.sending")

    send()

    assert states() == {MessageState.PLANNED: 60}
    assert set(Message.objects.values_list("attempt", flat=True)) == {0}
    assert ProviderState.objects.get(name="smtp").trouble == "smtp_554_5.7.1"
    assert caplog.messages == ["provider smtp cools down for 30 s: smtp_554_5.7.1"]


def test_a_server_that_hangs_up_after_the_dot_makes_a_few_doubts_and_no_more(sink: SmtpSink) -> None:
    campaign = campaign_to(("tookcut", 60))
    for _ in range(40):
        ProviderState.objects.update(breaker_open_until=None)
        send()

    campaign.refresh_from_db()
    assert campaign.state == CampaignState.PAUSED
    assert states()[MessageState.UNKNOWN] == DOUBTS_BORNE
    assert brakes_on()[campaign.pk].reason == BrakeReason.DOUBTS


def test_a_provider_on_trial_after_doubts_gets_one_message_and_is_left_alone_again(sink: SmtpSink) -> None:
    campaign_to(("tookcut", 60))
    send()
    before = states()[MessageState.UNKNOWN]
    ProviderState.objects.update(breaker_open_until=None)

    send()

    assert states()[MessageState.UNKNOWN] == before + 1
    assert ProviderState.objects.get(name="smtp").failures == 2


def test_refusals_of_single_letters_among_many_stop_nothing(sink: SmtpSink) -> None:
    campaign = campaign_to(*[("dot554", 5), ("ok", 6)] * 8)

    send()

    campaign.refresh_from_db()
    assert campaign.state == CampaignState.RUNNING
    assert states() == {MessageState.FAILED: 40, MessageState.ACCEPTED: 48}


def test_more_than_half_that_does_not_leave_stops_a_campaign_though_some_get_through(sink: SmtpSink) -> None:
    campaign = campaign_to(*[("dot554", 9), ("ok", 1)] * 14)

    send()

    campaign.refresh_from_db()
    assert campaign.state == CampaignState.PAUSED
    assert brakes_on()[campaign.pk].reason == BrakeReason.SHARE
    assert states()[MessageState.FAILED] == WINDOW // 2 + 1


def test_mailboxes_that_do_not_exist_are_no_fault_of_ours_until_they_are_most(sink: SmtpSink) -> None:
    campaign = campaign_to(("rcpt550", BORNE * 2), ("ok", BORNE * 2))

    send()

    campaign.refresh_from_db()
    assert campaign.state == CampaignState.RUNNING
    assert states() == {MessageState.FAILED: BORNE * 2, MessageState.ACCEPTED: BORNE * 2}


def test_a_text_that_cannot_be_written_for_anybody_is_a_fault_of_ours_too(
    sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = campaign_to(("ok", 60))

    def broken(*_args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("notify.messages.composing.CampaignComposer.compose", broken)
    send()

    campaign.refresh_from_db()
    assert campaign.state == CampaignState.PAUSED
    assert brakes_on()[campaign.pk].error_code == "compose_error"
    assert states()[MessageState.PLANNED] >= 60 - 50


def test_who_has_read_why_goes_on_by_one_press_and_bears_twice_as_much(
    sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = campaign_to(("dot554", 90))
    send()

    assert campaign_continue(campaign_id=campaign.pk)
    assert brakes_on() == {}
    send()

    assert states() == {MessageState.FAILED: BORNE * 3, MessageState.PLANNED: 30}
    monkeypatch.setitem(BEHAVIOURS, "dot554", ("", b""))
    campaign_continue(campaign_id=campaign.pk)
    send()
    assert states() == {MessageState.FAILED: BORNE * 3, MessageState.ACCEPTED: 30}


def test_the_count_is_of_all_workers_together(sink: SmtpSink) -> None:
    campaign = campaign_to(("dot554", 60))
    CampaignBrake.objects.create(campaign=campaign, refused=BORNE - 2)

    send()

    assert states()[MessageState.FAILED] == 2


def test_a_campaign_that_a_person_paused_says_nothing_of_a_brake() -> None:
    campaign = campaign_running(people_make(1))
    campaign_pause(campaign_id=campaign.pk)

    assert not campaign_brake(
        campaign_id=campaign.pk, reason=BrakeReason.REFUSED, provider="smtp", error_code="smtp_554"
    )
    assert brakes_on() == {}


def test_a_letter_that_a_relay_refuses_among_others_is_not_tried_for_ever(sink: SmtpSink) -> None:
    campaign_to(("ok", 3), ("relay554", 1))
    Message.objects.filter(contact_point__value__startswith="relay").update(attempt=3)

    send()

    assert states() == {MessageState.ACCEPTED: 3, MessageState.PLANNED: 1}
    assert Message.objects.get(state=MessageState.PLANNED).attempt == 4
    assert not ProviderState.objects.filter(failures__gt=0).exists()


def test_a_relay_that_stops_knowing_us_midway_is_left_alone_at_the_second_letter(sink: SmtpSink) -> None:
    campaign_to(("ok", 3), ("relay554", 10))

    send()

    assert states() == {MessageState.ACCEPTED: 3, MessageState.PLANNED: 10}
    assert Message.objects.filter(state=MessageState.PLANNED, attempt=1).count() == 2
    assert ProviderState.objects.get(name="smtp").failures == 1


def test_codes_that_nobody_takes_are_said_in_the_log_once(
    sink: SmtpSink, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(brake, "_alone_refused", Counter())
    for at in range(12):
        staff_letter_send(address=f"dot554-{at}@example.ru", subject="Код", text="1")
    caplog.set_level(logging.ERROR, "notify.sending")

    transactional_messages_send()

    assert caplog.messages == ["provider smtp takes no codes and notices: smtp_554_5.7.1"]
    assert codes_refused() == {Channel.EMAIL: 12}
    staff_letter_send(address="ok@example.ru", subject="Код", text="1")
    transactional_messages_send()
    assert codes_refused() == {}


def reports_of(campaign: Campaign, state: str, count: int) -> None:
    """The provider reports of so many messages of a campaign that it has taken."""
    for message in Message.objects.filter(campaign=campaign, state=MessageState.ACCEPTED)[:count]:
        report = DeliveryReport(
            reference=str(message.reference),
            provider_id="",
            state=state,  # type: ignore[arg-type]  # a word of the test
            event_key=f"{message.pk}:{state}",
            occurred_at=timezone.now(),
            detail="sender_not_approved",
        )
        report_record(provider="smsc", report=report)


def taken_by_sms(count: int) -> Campaign:
    campaign = campaign_running(people_make(count, channel="sms"), channel="sms", text="((ссылка))", subject="")
    Message.objects.filter(campaign=campaign).update(state=MessageState.ACCEPTED)
    return campaign


def test_what_is_taken_and_reported_as_not_delivered_stops_a_campaign_too() -> None:
    campaign = taken_by_sms(60)

    reports_of(campaign, "failed", BORNE)

    campaign.refresh_from_db()
    assert campaign.state == CampaignState.PAUSED
    told = brakes_on()[campaign.pk]
    assert (told.reason, told.provider, told.error_code) == (BrakeReason.UNDELIVERED, "smsc", "sender_not_approved")
    campaign_continue(campaign_id=campaign.pk)
    reports_of(campaign, "failed", BORNE)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.RUNNING


def test_reports_of_failures_between_deliveries_stop_nothing() -> None:
    campaign = taken_by_sms(60)

    for _ in range(3):
        reports_of(campaign, "failed", BORNE // 2)
        reports_of(campaign, "delivered", 1)

    campaign.refresh_from_db()
    assert campaign.state == CampaignState.RUNNING


def test_refusals_that_are_reported_before_the_first_delivery_stop_nothing() -> None:
    campaign = taken_by_sms(BORNE * 7)

    reports_of(campaign, "failed", BORNE)

    campaign.refresh_from_db()
    assert campaign.state == CampaignState.RUNNING
