"""The fake of SMS Aero reports to the address that came with a message."""

from notify.channels.base import OutboundMessage
from notify.channels.setup import SetupValues
from notify.channels.smsaero.provider import SMSAERO
from portal.laptop.fakes.smsaero import SmsaeroFake
from tests.portal.laptop.fakes.receiver import Receiver


def test_reports_go_to_the_address_of_the_message() -> None:
    with Receiver() as site, SmsaeroFake() as fake:
        values = {"url": fake.api, "email": fake.email, "api_key": fake.api_key}
        provider = SMSAERO.make(SetupValues(name="s", values=values, webhook_url=site.url))
        assert provider.adapter is not None
        assert provider.webhook is not None
        adapter = provider.adapter("sms")
        adapter.send(OutboundMessage(reference="r1", address="+79161234567", text="Текст"))
        adapter.close()

        assert fake.courier.wait()
        states = [getattr(event, "state", "") for body in site.bodies for event in provider.webhook.read(body)]
        assert sorted(states) == ["accepted", "delivered"]
