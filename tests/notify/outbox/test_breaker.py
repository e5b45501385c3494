"""A provider that does not open cools down for everybody, and says why once."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from notify.channels.base import Misconfigured, TemporarilyUnavailable
from notify.conf import COOLDOWN_SECONDS
from notify.enums import MessageState
from notify.messages.transactional import notice_send
from notify.models import ChannelSetting, Message, ProviderState
from notify.outbox.carriers import breaker_close, breaker_open, cooldown_of
from notify.outbox.loops import campaign_messages_send, campaign_messages_waiting, transactional_messages_send
from tests.factories.notify import campaign_running, people_make
from tests.fakes.smtp_sink import SmtpSink
from tests.support.clock import database_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def locked(sink: SmtpSink, settings: Settings) -> SmtpSink:
    """A mail server with another password than ours."""
    sink.log.password = "theirs"
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "bank", "ours"
    return sink


def _cooldown_ends() -> None:
    ProviderState.objects.update(breaker_open_until=timezone.now() - timedelta(seconds=1))
    Message.objects.update(not_before=timezone.now() - timedelta(seconds=1))


def test_a_refused_login_is_not_repeated_by_any_nudge_until_the_cooldown_is_over(locked: SmtpSink) -> None:
    (person, *_) = people = people_make(60)
    campaign_running(people)
    notice_send(notice="max_linked", channel="email", customer_id=person.pk, address="a@b.ru", request_key="1")

    for _ in range(3):
        assert campaign_messages_send(channel="email") == 0
        assert transactional_messages_send() == 0
    assert locked.log.logins == 1

    _cooldown_ends()
    campaign_messages_send(channel="email")
    assert locked.log.logins == 2


def test_a_refused_login_spends_no_message(locked: SmtpSink, settings: Settings) -> None:
    campaign_running(people_make(3))
    campaign_messages_send(channel="email")

    assert set(Message.objects.values_list("state", "attempt")) == {(MessageState.PLANNED, 0)}
    assert not campaign_messages_waiting(channel="email")

    settings.EMAIL_HOST_PASSWORD = "theirs"
    _cooldown_ends()
    assert campaign_messages_send(channel="email") == 3


def test_protection_that_cannot_be_had_opens_the_breaker_too(sink: SmtpSink, settings: Settings) -> None:
    settings.EMAIL_USE_TLS = True
    campaign_running(people_make(1))

    for _ in range(3):
        campaign_messages_send(channel="email")

    assert sink.log.connections == 1


def test_the_log_says_why_once_in_a_cooldown(locked: SmtpSink, caplog: pytest.LogCaptureFixture) -> None:
    campaign_running(people_make(2))
    caplog.set_level(logging.WARNING, "notify.sending")

    campaign_messages_send(channel="email")
    # Another worker, which had found the breaker closed.
    breaker_open(provider="smtp", error=Misconfigured("login"))

    assert caplog.messages == [f"provider smtp cools down for {COOLDOWN_SECONDS} s: login"]


def test_a_cooldown_ends_when_it_was_said_to_and_a_repeat_draws_nothing_out() -> None:
    before = database_now()
    breaker_open(provider="sms", error=TemporarilyUnavailable("http_429", retry_after=120))
    after = database_now()
    breaker_open(provider="sms", error=TemporarilyUnavailable("http_429", retry_after=3000))

    breaker_open_until = ProviderState.objects.get(name="sms").breaker_open_until
    assert breaker_open_until is not None
    assert before <= breaker_open_until - timedelta(seconds=120) <= after


def test_the_longer_it_fails_the_longer_it_is_left_alone_up_to_a_limit() -> None:
    error = TemporarilyUnavailable("no_connection")

    assert [cooldown_of(error, failures) for failures in range(6)] == [3, 6, 12, 24, 30, 30]


def test_one_message_that_comes_through_makes_a_provider_well_again() -> None:
    breaker_open(provider="sms", error=TemporarilyUnavailable("no_connection"))

    breaker_close(provider="sms")

    assert ProviderState.objects.values("failures", "trouble", "breaker_open_until").get(name="sms") == {
        "failures": 0, "trouble": "", "breaker_open_until": None,
    }  # fmt: skip


def test_a_channel_that_cools_down_keeps_what_the_administrator_decided(locked: SmtpSink) -> None:
    ChannelSetting.objects.update_or_create(channel="email", defaults={"per_second": 40})
    campaign_running(people_make(1))

    campaign_messages_send(channel="email")

    assert ChannelSetting.objects.values_list("is_open", "per_second").get(channel="email") == (True, 40)
