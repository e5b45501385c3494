"""The sandbox as a provider: takes messages, sends receipts and updates over real HTTP."""

import json
import re
from base64 import b64encode
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from consents.models import Receipt, Stop
from notify.channels.sandbox.webhook import SECRET_HEADER
from notify.enums import MessageState
from notify.inbound.handling import payload_handle
from notify.models import InboundPayload, Message
from notify.outbox.loops import transactional_messages_send
from portal.laptop.sandbox import max_phone
from portal.laptop.sandbox.inbox import ATTEMPTS, deliver_sandbox_callbacks, message_take
from portal.models import SandboxCallback, SandboxMessage
from tests.factories.consents import ContactPointFactory
from tests.factories.notify import campaign_running, people_make

SMS = {"channel": "sms", "address": "+79161234512", "text": "Код 123456", "buttons": [], "reference": "r-1"}


def hand_over(settings: Settings, message: Any, secret: str | None = None) -> Any:
    """Hand a message to the provider."""
    client = Client(headers={SECRET_HEADER: settings.SANDBOX_SECRET if secret is None else secret})
    body = message if isinstance(message, str) else json.dumps(message)
    return client.post("/sandbox/provider/", body, content_type="application/json")


@pytest.mark.django_db
def test_a_message_is_taken_and_a_receipt_is_owed(settings: Settings) -> None:
    answer = hand_over(settings, SMS)

    kept = SandboxMessage.objects.get()
    assert (answer.status_code, answer.json()) == (200, {"id": str(kept.pk)})
    assert (kept.address, kept.text) == (SMS["address"], SMS["text"])
    assert SandboxCallback.objects.get().body["reference"] == "r-1"


@pytest.mark.django_db
def test_a_picture_stands_in_the_dialogue_of_max(settings: Settings) -> None:
    content = b"\x89PNG" + bytes(4 * 1024 * 1024)
    shown = SMS | {"channel": "max", "address": "1000001", "image": b64encode(content).decode()}

    assert hand_over(settings, shown).status_code == 200

    page = Client().get("/sandbox/max/1000001/").content.decode()
    (url,) = re.findall(r'<img class="bubble__image" src="([^"]+)"', page)
    answer = Client().get(url)
    assert (answer.content, answer["Content-Type"]) == (content, "image/png")
    assert hand_over(settings, shown | {"reference": "r-2", "image": "no base64!"}).status_code == 400
    message_take(channel="max", address="1000001", text="x", buttons=[], reference="r-3")
    plain = SandboxMessage.objects.latest("id")
    assert Client().get(f"/sandbox/max/images/{plain.pk}/").status_code == 404


@pytest.mark.django_db
def test_the_same_reference_is_one_message(settings: Settings) -> None:
    first, second = hand_over(settings, SMS), hand_over(settings, SMS)

    assert first.json() == second.json()
    assert SandboxMessage.objects.count() == SandboxCallback.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("secret", ["", "wrong"])
def test_a_wrong_secret_is_refused(settings: Settings, secret: str) -> None:
    assert hand_over(settings, SMS, secret).status_code == 403
    assert not SandboxMessage.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("message", ["not json", {}, SMS | {"channel": "email"}, SMS | {"channel": "telegram"}, []])
def test_what_is_no_message_is_refused(settings: Settings, message: Any) -> None:
    assert hand_over(settings, message).status_code == 400
    assert not SandboxMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_receipt_comes_back_over_http_and_delivers_the_message(live_server: LiveServer, settings: Settings) -> None:
    settings.SITE_URL = live_server.url
    campaign = campaign_running(people_make(1, channel="sms"), channel="sms")
    Message.objects.filter(campaign=campaign).update(state=MessageState.ACCEPTED)
    message = Message.objects.get(campaign=campaign)
    message_take(channel="sms", address="+79161234512", text="x", buttons=[], reference=str(message.reference))

    assert deliver_sandbox_callbacks() == 1
    assert deliver_sandbox_callbacks() == 0
    payload_handle(payload_id=InboundPayload.objects.get().pk)

    message.refresh_from_db()
    assert message.state == MessageState.DELIVERED


@pytest.mark.django_db(transaction=True)
def test_a_press_in_max_comes_to_the_webhook_over_http(live_server: LiveServer, settings: Settings) -> None:
    settings.SITE_URL = live_server.url
    max_phone.start_press(account=212_000_001, payload="abc")

    assert deliver_sandbox_callbacks() == 1

    body = json.loads(InboundPayload.objects.get(provider="max").body)
    assert (body["update_type"], body["payload"], body["user"]["user_id"]) == ("bot_started", "abc", 212_000_001)


@pytest.mark.django_db(transaction=True)
def test_a_stop_typed_into_max_is_obeyed_and_answered_in_the_dialogue(
    live_server: LiveServer, settings: Settings
) -> None:
    settings.SITE_URL = live_server.url
    account = 212_000_001
    point = ContactPointFactory(max=True, confirmed=True, value=str(account))
    max_phone.text_write(account=account, text="Стоп!")

    assert deliver_sandbox_callbacks() == 1
    payload_handle(payload_id=InboundPayload.objects.get().pk)
    transactional_messages_send()

    asked, answered = max_phone.dialogue(account)
    assert (asked.text, asked.is_own) == ("Стоп!", True)
    assert "мы больше не пишем вам в MAX" in answered.text
    assert Receipt.objects.get(customer=point.customer).number in answered.text
    assert "/k/" in answered.buttons[0]["url"]
    assert Stop.objects.get().value == str(account)


@pytest.mark.django_db
def test_a_webhook_that_is_away_is_tried_again_and_given_up_at_last(settings: Settings) -> None:
    settings.SITE_URL = "http://127.0.0.1:1"
    max_phone.start_press(account=212_000_001, payload="abc")

    assert [deliver_sandbox_callbacks() for _ in range(ATTEMPTS + 2)] == [0] * (ATTEMPTS + 2)
    assert SandboxCallback.objects.get().attempt == ATTEMPTS
