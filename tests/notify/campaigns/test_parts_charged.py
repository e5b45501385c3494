"""Parts of SMS: our count is kept when a message leaves, and compared with what the provider charges."""

import pytest

from notify.campaigns.reading import campaign_parts
from notify.models import Campaign, Message
from notify.outbox.loops import campaign_messages_send
from notify.types import PartsCharged
from portal.laptop.fakes.server import Call, Reply
from portal.laptop.fakes.smsc import SmscFake
from tests.factories.notify import campaign_running, people_make
from tests.factories.providers import smsc_set_up

pytestmark = pytest.mark.django_db


def campaign_sent(*, charged: int = 0, counted: int = 0, count: int = 10) -> Campaign:
    """A campaign whose messages were taken."""
    campaign = campaign_running(people_make(count, channel="sms"), channel="sms", text="((ссылка))")
    Message.objects.update(state="delivered", parts=charged, counted_parts=counted)
    return campaign


def test_our_count_is_kept_with_each_message_that_was_taken() -> None:
    text = "Здравствуйте! Проверьте контакты и выберите каналы на своей странице: ((ссылка))"
    with SmscFake() as fake:
        smsc_set_up(fake)
        campaign = campaign_running(people_make(1, channel="sms"), channel="sms", text=text)
        assert campaign_messages_send(channel="sms") == 1

    row = Message.objects.get(campaign=campaign)
    assert row.counted_parts > 1
    assert (row.parts, campaign_parts(campaign_id=campaign.pk).is_alarming) == (row.counted_parts, False)


@pytest.mark.parametrize(("told", "kept"), [(-3, 0), (10**12, 1000), (3, 3)])
def test_a_count_that_cannot_be_costs_no_result(told: int, kept: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with SmscFake() as fake:
        smsc_set_up(fake)
        campaign_running(people_make(1, channel="sms"), channel="sms", text="((ссылка))")
        answer = fake.answer

        def counted(call: Call) -> Reply:
            reply = answer(call)
            reply.body["cnt"] = told
            return reply

        monkeypatch.setattr(fake, "answer", counted)
        assert campaign_messages_send(channel="sms") == 1

    assert Message.objects.get().parts == kept


def test_letters_are_not_counted_in_parts() -> None:
    campaign = campaign_running(people_make(1))
    campaign_messages_send(channel="email")

    assert Message.objects.get(campaign=campaign).counted_parts == 0


@pytest.mark.parametrize(
    ("charged", "counted", "is_alarming"),
    [(100, 100, False), (102, 100, False), (103, 100, True), (98, 100, False), (97, 100, True)],
)
def test_a_difference_of_more_than_two_percent_is_an_alarm(charged: int, counted: int, is_alarming: bool) -> None:
    found = PartsCharged(messages=50, charged=charged, counted=counted, counted_of_all=counted)

    assert found.is_alarming is is_alarming


def test_a_provider_that_names_no_parts_raises_no_alarm() -> None:
    campaign = campaign_sent(counted=2)

    found = campaign_parts(campaign_id=campaign.pk)

    assert (found.messages, found.counted_of_all, found.is_alarming) == (0, 20, False)


def test_only_messages_of_which_the_provider_told_are_compared() -> None:
    campaign = campaign_sent(charged=3, counted=2)
    Message.objects.filter(pk=Message.objects.values("pk")[:1]).update(parts=0)

    found = campaign_parts(campaign_id=campaign.pk)

    assert (found.messages, found.charged, found.counted, found.counted_of_all) == (9, 27, 18, 20)
    assert found.is_alarming
