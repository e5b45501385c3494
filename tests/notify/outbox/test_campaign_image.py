"""A campaign with a picture over MAX: everybody gets it, and it is uploaded once."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from consents.models import ContactPoint
from notify.enums import MessageState
from notify.messages.transactional import step_test
from notify.models import Campaign, CampaignImage, Message, ProviderSetup, ProviderState
from notify.outbox.loops import campaign_messages_send, transactional_messages_send
from portal.laptop.fakes.max import FakeMax
from tests.factories.notify import campaign_running, contract_make, image_make, operator_make, people_make, step_of
from tests.factories.providers import max_set_up
from tests.factories.staff import StaffFactory
from tests.support.patience import PATIENCE_S

pytestmark = pytest.mark.django_db


@pytest.fixture
def max_bot(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeMax]:
    """MAX, which works upon each fresh picture for a while; nobody really waits for that."""
    settings.SANDBOX = False
    monkeypatch.setattr("notify.channels.max.adapter.PAUSES", (0.0, 0.0))
    contract_make()
    operator_make()
    with FakeMax() as fake:
        max_set_up(fake)
        yield fake


@pytest.fixture
def campaign(max_bot: FakeMax) -> Campaign:
    """A running campaign with a picture, to three people who have started the bot."""
    people = people_make(3, channel="max")
    for account in ContactPoint.objects.filter(kind="max").values_list("value", flat=True):
        max_bot.person(int(account)).start()
    running = campaign_running(people, channel="max", subject="")
    image_make(running)
    return running


def send() -> int:
    """One nudge of the worker, with as much time as it needs."""
    return campaign_messages_send(channel="max", seconds=PATIENCE_S)


def uploads(fake: FakeMax) -> int:
    return len([call for call in fake.calls if call.path.startswith("/upload/")])


def screens(fake: FakeMax) -> list[bytes]:
    """The pictures that people have on their screens."""
    accounts = ContactPoint.objects.filter(kind="max").order_by("id").values_list("value", flat=True)
    return [shown.image for account in accounts for shown in fake.person(int(account)).screen]


def test_everybody_gets_the_picture_and_it_is_uploaded_once(max_bot: FakeMax, campaign: Campaign) -> None:
    assert send() == 3

    content = bytes(CampaignImage.objects.get().content)
    assert screens(max_bot) == [content] * 3
    assert uploads(max_bot) == 1
    assert all(person["attachments"][1]["type"] == "inline_keyboard" for person in max_bot.taken)


def test_a_worker_of_later_sends_the_same_upload(max_bot: FakeMax, campaign: Campaign) -> None:
    Message.objects.filter(pk__in=list(Message.objects.values_list("pk", flat=True)[1:])).update(
        state=MessageState.HELD
    )
    assert send() == 1
    Message.objects.filter(state=MessageState.HELD).update(state=MessageState.PLANNED)

    assert send() == 2

    assert uploads(max_bot) == 1
    assert len(screens(max_bot)) == 3
    assert ProviderSetup.objects.get().memory


def test_a_picture_that_does_not_get_ready_leaves_the_messages_for_later(max_bot: FakeMax, campaign: Campaign) -> None:
    max_bot.uploads.not_ready = 1000
    max_bot.has_rates = False

    assert send() == 0

    rows = Message.objects.filter(campaign=campaign)
    assert {(row.state, row.error_code) for row in rows} == {(MessageState.PLANNED, "attachment_not_ready")}
    assert not ProviderState.objects.filter(failures__gt=0).exists()
    assert uploads(max_bot) == 1


def test_a_test_to_oneself_has_the_picture_too(max_bot: FakeMax, campaign: Campaign) -> None:
    max_bot.person(212_000_009).start()
    step_test(step_id=step_of(campaign).pk, asked_by_id=StaffFactory().pk, address="212000009", is_proven=True)

    assert transactional_messages_send() == 1

    assert max_bot.person(212_000_009).screen[0].image == bytes(CampaignImage.objects.get().content)
    assert send() == 3
    assert uploads(max_bot) == 1


def test_a_campaign_without_a_picture_uploads_nothing(max_bot: FakeMax, campaign: Campaign) -> None:
    CampaignImage.objects.all().delete()

    assert send() == 3

    assert (uploads(max_bot), screens(max_bot)) == (0, [b""] * 3)
