"""ChatApp with its people, over its own contract on a socket, and a site that hears it when a test says so."""

from collections.abc import Callable
from typing import Any, Final

from notify.inbound.handling import payload_handle
from notify.inbound.payloads import payload_store
from notify.models import InboundMessage, InboundPayload
from notify.scenarios.answering import new_messages_answer
from portal.laptop.fakes.chatapp import FakeChatApp
from portal.laptop.fakes.server import Courier
from tests.factories.providers import chatapp_set_up

ANNA: Final = "100200"
URL: Final = "http://site.test/"


class Told(Courier):
    """A courier that keeps what it is to bring."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[bytes] = []

    def send(self, make: Callable[[], Any], **_: Any) -> None:
        self.told.append(make()[2])


class Desk:
    """ChatApp, its people, and what they have told the site but it has not heard yet."""

    def __init__(self, fake: FakeChatApp) -> None:
        assert isinstance(fake.courier, Told)
        self.fake, self.courier = fake, fake.courier
        self.name = chatapp_set_up(fake)
        for messenger in ("max", "email"):
            fake.callbacks[messenger] = {"events": ["message", "messageStatus"], "url": URL}

    def hear(self) -> None:
        """Let the site take all that ChatApp has told it, and see to it."""
        told, self.courier.told = self.courier.told, []
        for body in told:
            payload_store(provider=self.name, headers={}, body=body)
        for number in InboundPayload.objects.filter(handled_at=None).order_by("id").values_list("id", flat=True):
            payload_handle(payload_id=number)

    def write(self, text: str, *, chat: str = ANNA, messenger: str = "max", **more: Any) -> InboundMessage:
        """A person writes; the bot and whoever is next have seen to it."""
        self.fake.write(messenger, chat, text, **more)
        self.hear()
        new_messages_answer()
        return InboundMessage.objects.latest("id")

    def say(self, text: str, *, chat: str = ANNA, **more: str) -> None:
        """People in ChatApp write to a person."""
        self.fake.say("max", chat, text, **more)
        self.hear()
