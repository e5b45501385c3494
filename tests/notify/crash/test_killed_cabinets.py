"""``kill -9`` of a worker that looks into ChatApp: each message ends once, there or here, and none is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from notify.channels.events import InboundText
from notify.inbound.texts import text_apply
from notify.models import Dialogue, InboundMessage, Message
from portal.laptop.fakes.chatapp import LICENCE, FakeChatApp
from tests.factories.providers import chatapp_set_up
from tests.notify.crash.drills import celery_worker, mend
from tests.support.patience import wait_until

PEOPLE = 6
CALL_S = 1.0
"""What ChatApp takes for a call: long enough for a kill to meet one."""

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def chatapp(settings: Settings) -> Iterator[FakeChatApp]:
    settings.SANDBOX = False
    with FakeChatApp() as fake:
        yield fake


def _looks(fake: FakeChatApp) -> int:
    return sum(call.path.endswith("/messages") for call in fake.calls)


def _settled() -> int:
    return InboundMessage.objects.exclude(outcome="new").count()


def test_a_kill_during_the_look_leaves_every_message_to_people_once(chatapp: FakeChatApp, tmp_path: Path) -> None:
    name = chatapp_set_up(chatapp)
    for number in range(PEOPLE):
        chat = f"10020{number}"
        chatapp.write("max", chat, "Где карта?")
        (item,) = chatapp.history("max", chat)
        text_apply(
            provider=name,
            event=InboundText(
                channel="max",
                account=chat,
                chat=chat,
                occurred_at=timezone.now(),
                text="Где карта?",
                event_key=f"{LICENCE}:max:{item['id']}:message",
            ),
        )
    chatapp.delay = CALL_S
    start = celery_worker(tmp_path)

    worker = start()
    try:
        wait_until(lambda: _looks(chatapp) >= 2, "nobody looks into ChatApp")
        worker.kill()
        before = _settled()
        mend()
        InboundMessage.objects.filter(outcome="new").update(taken_until=None)
        chatapp.delay = 0.0
        worker = start()
        wait_until(lambda: _settled() == PEOPLE, "the messages stand still")
    finally:
        worker.kill()

    assert before < PEOPLE
    assert list(InboundMessage.objects.values_list("outcome", flat=True)) == ["cabinet"] * PEOPLE
    assert Dialogue.objects.filter(cabinet=name, cabinet_since__isnull=False).count() == PEOPLE
    assert not Message.objects.exists()
