"""The fake of SMS.RU calls back until it is told 100, as the real one does."""

from notify.channels.base import OutboundMessage
from notify.channels.setup import SetupValues
from notify.channels.smsru.provider import SMSRU
from portal.laptop.fakes.smsru import SmsruFake
from tests.portal.laptop.fakes.receiver import Receiver


def test_reports_come_until_the_site_says_a_hundred() -> None:
    with (
        Receiver(lambda number: (200, b"ok" if number == 1 else b"100")) as site,
        SmsruFake(callback_url=site.url) as fake,
    ):
        fake.has_heartbeat, fake.is_shuffled = True, True
        provider = SMSRU.make(SetupValues(name="s", values={"url": fake.url, "api_id": fake.api_id}))
        assert provider.adapter is not None
        assert provider.webhook is not None
        adapter = provider.adapter("sms")
        adapter.send(OutboundMessage(reference="r1", address="+79161234567", text="Текст"))
        adapter.close()

        assert fake.courier.wait()
        assert all(provider.webhook.verify({}, body) for body in site.bodies)
        assert len(site.bodies) == 3
        states = [getattr(event, "state", "") for body in site.bodies for event in provider.webhook.read(body)]
        assert set(states) == {"accepted", "delivered"}
