"""A client that may not call every address asks of those that a host has, before it connects."""

import pytest

from notify.channels import http
from notify.channels.base import Misconfigured
from notify.channels.http import Client
from portal.laptop.fakes.server import Call, HttpFake, Reply


class Listening(HttpFake):
    def answer(self, _call: Call) -> Reply:
        return Reply(body={})

    def addresses(self, _call: Call) -> list[str]:
        return []


def test_each_address_of_the_host_is_asked_of_and_one_refusal_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "places_of", lambda *_: [(2, "127.0.0.1"), (2, "169.254.169.254")])
    asked: list[str] = []

    def may_call(place: str) -> bool:
        asked.append(place)
        return not place.startswith("169.")

    with pytest.raises(Misconfigured, match="bad_address"):
        Client(may_call=may_call).look_up("https://app.example/")
    assert asked == ["127.0.0.1", "169.254.169.254"]


def test_a_call_without_a_look_up_asks_too_and_nothing_leaves() -> None:
    with Listening() as fake:
        client = Client(may_call=lambda _: False)
        with pytest.raises(Misconfigured, match="bad_address"):
            client.call("POST", fake.url)
        client.close()

        assert fake.calls == []


def test_a_host_is_not_looked_up_again_so_no_other_address_slips_in(monkeypatch: pytest.MonkeyPatch) -> None:
    with Listening() as fake:
        client = Client(may_call=lambda place: place == "127.0.0.1")
        client.look_up(fake.url)
        monkeypatch.setattr(http, "places_of", lambda *_: [(2, "169.254.169.254")])

        assert client.call("POST", fake.url).status == 200
        client.close()


def test_without_a_question_every_address_may_be_called() -> None:
    client = Client()

    client.look_up("http://169.254.0.1/")
    client.close()
