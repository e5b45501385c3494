"""Going back to the release without cabinets hides nobody who waits."""

from importlib import import_module

import pytest
from django.db import connection
from django.utils import timezone

from notify.models import Dialogue, InboundMessage, Reply
from tests.factories.dialogues import customer_writes

pytestmark = pytest.mark.django_db


def test_what_waited_in_a_cabinet_waits_in_the_inbox_of_the_older_release() -> None:
    dialogue = customer_writes("+79161234512", "Где мой заказ?")
    InboundMessage.objects.update(outcome="cabinet")
    Dialogue.objects.update(state="closed", waiting_since=None, cabinet="chatapp", cabinet_since=timezone.now())
    Reply.objects.create(
        dialogue=dialogue, channel="max", account="1", text="Завтра", provider="chatapp", event_key="1"
    )

    with connection.cursor() as cursor:
        cursor.execute(import_module("notify.migrations.0030_cabinets_taken_back").TAKE_BACK)

    dialogue.refresh_from_db()
    assert (dialogue.state, dialogue.waiting_since) == ("waiting", dialogue.cabinet_since)
    assert InboundMessage.objects.get().outcome == "open"
    assert not Reply.objects.exists()
