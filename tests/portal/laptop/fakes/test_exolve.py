"""The fake of MTS Exolve calls back about messages both ways."""

from notify.channels.base import OutboundMessage
from notify.channels.exolve.provider import EXOLVE
from notify.channels.setup import SetupValues
from portal.laptop.fakes.exolve import ExolveFake
from tests.portal.laptop.fakes.receiver import Receiver


def test_reports_and_incoming_messages_come_to_one_address() -> None:
    with Receiver() as site, ExolveFake(callback_url=site.url) as fake:
        values = {"url": fake.url, "api_key": fake.api_key, "sender": "Romashka"}
        provider = EXOLVE.make(SetupValues(name="s", values=values))
        assert provider.adapter is not None
        assert provider.webhook is not None
        adapter = provider.adapter("sms")
        adapter.send(OutboundMessage(reference="r1", address="+79161234567", text="Текст"))
        adapter.close()
        fake.receive("+79161234567", "Стоп")

        assert fake.courier.wait()
        assert all(provider.webhook.verify({}, body) for body in site.bodies)
        events = [event for body in site.bodies for event in provider.webhook.read(body)]
        assert sorted(event.state for event in events if hasattr(event, "state")) == ["accepted", "delivered"]
        assert len({getattr(event, "event_key", "") for event in events}) == 3
