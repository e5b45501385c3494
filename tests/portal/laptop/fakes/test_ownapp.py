"""The backend of a company: what it promises, how it calls back, and the client of the page that does the same."""

import json
import threading
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from notify.channels.base import Accepted, Misconfigured, Rejected
from notify.channels.events import DeliveryReport, Webhook
from portal.laptop.fakes.lasting import LastingServer
from portal.laptop.fakes.ownapp import OwnAppFake, signed
from portal.laptop.fakes.server import Call, HttpFake, Reply, call_back
from tests.notify.channels.ownapp.calls import (
    CLIENT,
    NEW,
    OLD,
    OTHER,
    adapter_of,
    by_the_package,
    client_of_the_page,
    provider,
    to,
)


class Site(HttpFake):
    """The place where Mostik takes the calls of a backend."""

    def __init__(self, webhook: Webhook) -> None:
        super().__init__()
        self.webhook = webhook
        self.events: list[Any] = []
        self.down = 0

    def addresses(self, _call: Call) -> list[str]:
        return []

    def answer(self, call: Call) -> Reply:
        if self.down:
            self.down -= 1
            return Reply(body="", status=500)
        if not self.webhook.verify(call.headers, call.body):
            return Reply(body="", status=403)
        self.events += self.webhook.read(call.body)
        return Reply(body=self.webhook.answer(call.body))


@pytest.fixture
def site() -> Iterator[Site]:
    webhook = provider("https://app.example.ru/", hook_secrets=[NEW, OLD]).webhook
    assert webhook is not None
    with Site(webhook) as running:
        yield running


@pytest.fixture
def fake(site: Site) -> Iterator[OwnAppFake]:
    with OwnAppFake(secrets=[NEW], checks=by_the_package) as running:
        running.hook(site.url, NEW)
        running.courier.pauses = (0.01, 0.01)
        yield running


class TestFake:
    def test_a_repeat_is_answered_like_the_first_and_shown_once(self, fake: OwnAppFake) -> None:
        fake.answer_id = "app-1"
        adapter = adapter_of(fake.url)
        answers = [adapter.send(to("4711")) for _ in range(3)]
        adapter.close()

        assert answers == [Accepted("r1", "app-1")] * 3
        assert len(fake.taken) == len(fake.shown["4711"]) == 1

    def test_one_that_forgets_shows_a_repeat_again(self, fake: OwnAppFake) -> None:
        fake.forgets = True
        adapter = adapter_of(fake.url)
        for _ in range(2):
            adapter.send(to("4711"))
        adapter.close()

        assert len(fake.shown["4711"]) == 2

    @pytest.mark.parametrize("status", [404, 422])
    def test_an_unknown_customer_gets_nothing(self, fake: OwnAppFake, status: int) -> None:
        fake.unknown.add("4711")
        fake.unknown_status = status
        adapter = adapter_of(fake.url)
        outcome = adapter.send(to("4711"))
        adapter.close()

        assert isinstance(outcome, Rejected)
        assert outcome.address_fault == "dead"
        assert fake.taken == []

    def test_unsigned_and_unreadable_calls_are_refused(self, fake: OwnAppFake) -> None:
        assert call_back(fake.url, headers={}, body=b"{}")[0] == 401
        assert call_back(fake.url, headers=signed(OTHER, "r1", b"{}"), body=b"{}")[0] == 401
        assert call_back(fake.url, headers=signed(NEW, "r1", b"{}", 1_000), body=b"{}")[0] == 401
        assert call_back(fake.url, headers=signed(NEW, "r1", b"{}"), body=b"{}")[0] == 400
        assert fake.taken == []

    def test_events_come_signed_and_again_until_they_are_taken(self, fake: OwnAppFake, site: Site) -> None:
        site.down = 2
        fake.tell("message.delivered", message_id="r1")

        assert fake.courier.wait()
        assert [status for status, _ in fake.courier.answers] == [500, 500, 200]
        assert {json.loads(call.body)["id"] for call in site.calls} == {"ev-1"}
        assert [event.reference for event in site.events] == ["r1"]

    def test_an_event_with_another_secret_is_refused_by_the_site(self, fake: OwnAppFake, site: Site) -> None:
        fake.hook(site.url, OTHER)
        fake.tell("message.delivered", message_id="r1")

        assert fake.courier.wait()
        assert {status for status, _ in fake.courier.answers} == {403}
        assert site.events == []

    def test_repeats_and_any_order_bring_the_same_keys(self, fake: OwnAppFake, site: Site) -> None:
        bodies = [fake.event(word, message_id="r1") for word in ("message.read", "message.delivered")]
        for body in [*bodies, *reversed(bodies)]:
            call_back(site.url, headers=signed(OLD, "any", body), body=body)

        assert [event.event_key for event in site.events] == ["ev-1", "ev-2", "ev-2", "ev-1"]


class TestClientOfThePage:
    """`docs/channels/own_app_client.py`, as a company would start it."""

    @pytest.fixture
    def module(self) -> ModuleType:
        return client_of_the_page()

    @pytest.fixture
    def shown(self) -> list[dict[str, Any]]:
        return []

    @pytest.fixture
    def app(self, module: ModuleType, site: Site, shown: list[dict[str, Any]]) -> Any:
        def show(data: dict[str, Any]) -> bool:
            shown.append(data)
            return bool(data["customer"] == "4711")

        return module.OwnApp(secret=NEW, hook=site.url, hook_secret=OLD, show=show)

    @pytest.fixture
    def url(self, app: Any) -> Iterator[str]:
        server = LastingServer(("127.0.0.1", 0), app.handler())
        handler: Any = server.RequestHandlerClass
        handler.log_message = lambda *_: None
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        server.server_close()
        thread.join()

    def test_a_message_is_shown_once_and_its_reading_comes_back(
        self, app: Any, url: str, site: Site, shown: list[dict[str, Any]]
    ) -> None:
        adapter = adapter_of(url, f"{OTHER} {NEW}")
        outcomes = [adapter.send(to("4711", text="Привет")) for _ in range(2)]
        adapter.close()
        event = app.event("message.read", message_id=shown[0]["id"])
        app.send(event)
        app.send(event)

        assert outcomes == [Accepted("r1", "r1")] * 2
        assert [data["text"] for data in shown] == ["Привет"]
        reports = [one for one in site.events if isinstance(one, DeliveryReport)]
        assert [(one.reference, one.state, one.detail) for one in reports] == [("r1", "delivered", "read")] * 2
        assert reports[0].event_key == reports[1].event_key

    def test_an_unknown_customer_is_said_to_be_one(self, url: str) -> None:
        adapter = adapter_of(url)
        outcome = adapter.send(to("4712"))
        adapter.close()

        assert isinstance(outcome, Rejected)
        assert outcome.address_fault == "dead"

    def test_a_call_with_another_secret_is_refused(self, url: str, shown: list[dict[str, Any]]) -> None:
        adapter = adapter_of(url, OTHER)
        with pytest.raises(Misconfigured):
            adapter.send(to("4711"))
        adapter.close()

        assert shown == []

    def test_an_old_call_is_refused(self, app: Any, shown: list[dict[str, Any]]) -> None:
        body = b'{"type": "message.send", "data": {"customer": "4711"}}'

        assert app.receive(signed(NEW, "r1", body, 1_000), body)[0] == 401
        assert app.receive({}, body)[0] == 401
        assert shown == []

    def test_it_is_short_and_needs_nothing_but_python(self) -> None:
        text = CLIENT.read_text()

        assert len(text.splitlines()) <= 80
        assert "notify" not in text
