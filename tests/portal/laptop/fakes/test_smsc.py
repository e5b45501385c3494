"""The fake of SMSC.ru calls back late, repeatedly and in any order, and is asked like the real one."""

from notify.channels.base import OutboundMessage
from notify.channels.events import DeliveryReport
from notify.channels.setup import SetupValues
from notify.channels.smsc.provider import SMSC
from portal.laptop.fakes.smsc import SmscFake
from tests.portal.laptop.fakes.receiver import Receiver


def test_reports_come_back_signed_repeated_and_shuffled() -> None:
    with Receiver() as site, SmscFake(callback_url=site.url) as fake:
        fake.report_times, fake.is_shuffled, fake.report_after = 2, True, 0.01
        provider = SMSC.make(
            SetupValues(name="s", values={"url": fake.api, "api_key": fake.api_key, "callback_secret": fake.secret})
        )
        assert provider.adapter is not None
        assert provider.webhook is not None
        adapter = provider.adapter("sms")
        accepted = adapter.send(OutboundMessage(reference="r1", address="+79161234567", text="Текст"))
        adapter.close()
        fake.receive("+79161234567", "Стоп")

        assert fake.courier.wait()
        assert all(provider.webhook.verify({}, body) for body in site.bodies)
        events = [event for body in site.bodies for event in provider.webhook.read(body)]
        reports = [event for event in events if isinstance(event, DeliveryReport)]
        assert len(events) == 5
        assert {report.provider_id for report in reports} == {getattr(accepted, "provider_id", "")}
        assert sorted(report.state for report in reports) == ["accepted", "accepted", "delivered", "delivered"]


def test_a_report_that_is_not_taken_comes_again() -> None:
    with Receiver(lambda number: (500 if number < 3 else 200, b"")) as site, SmscFake(callback_url=site.url) as fake:
        fake.receive("+79161234567", "Стоп")

        assert fake.courier.wait()
        assert len(site.bodies) == 3


def test_a_call_that_is_no_post_in_utf8_is_an_error() -> None:
    with SmscFake() as fake:
        fields = {"apikey": fake.api_key, "fmt": "3"}

        assert fake._stranger(fields) == 1
        assert fake._stranger({**fields, "charset": "utf-8"}) == 0
