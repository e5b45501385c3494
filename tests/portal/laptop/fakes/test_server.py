"""What all HTTP fakes share: how much they keep, and how they end and come back."""

import threading

import httpcore
import pytest

from portal.laptop.fakes.lasting import newest_keep
from portal.laptop.fakes.server import Call, HttpFake, Reply
from portal.laptop.fakes.smsru import SmsruFake
from tests.support.patience import wait_until


class Parrot(HttpFake):
    """Says what it is told."""

    def answer(self, call: Call) -> Reply:
        return Reply(body=call.path)

    def addresses(self, call: Call) -> list[str]:
        return call.query.get("to", [])


def test_by_itself_a_fake_keeps_every_call() -> None:
    with Parrot() as fake, httpcore.ConnectionPool() as client:
        for number in range(5):
            client.request("GET", f"{fake.url}/{number}")

        assert [call.path for call in fake.calls] == ["/0", "/1", "/2", "/3", "/4"]


def test_a_fake_that_runs_for_long_keeps_the_newest() -> None:
    with Parrot() as fake, httpcore.ConnectionPool() as client:
        fake.most = 2
        for number in range(5):
            client.request("GET", f"{fake.url}/{number}")

        assert [call.path for call in fake.calls] == ["/3", "/4"]


def test_messages_are_bounded_like_calls() -> None:
    with SmsruFake() as fake, httpcore.ConnectionPool() as client:
        fake.most = 3
        for number in range(8):
            body = f"api_id={fake.api_id}&to[7916123450{number}]=текст".encode()
            client.request("POST", f"{fake.url}/sms/send", content=body)

        assert [sms.phone[-1] for sms in fake.taken] == ["5", "6", "7"]


@pytest.mark.parametrize("most", [0, 1, 3, 9])
def test_of_a_list_and_of_a_dictionary_the_newest_stay(most: int) -> None:
    numbers, names = [1, 2, 3], dict.fromkeys("abc", True)
    newest_keep(numbers, most)
    newest_keep(names, most)

    assert numbers == [1, 2, 3][max(0, 3 - most) :]
    assert "".join(names) == "abc"[max(0, 3 - most) :]


def test_a_stopped_fake_refuses_connections_and_comes_back_at_its_port() -> None:
    with Parrot() as fake, httpcore.ConnectionPool() as client:
        url = f"{fake.url}/a"
        assert client.request("GET", url).status == 200
        fake.stop()
        # The connection that the client keeps is cut too.
        with pytest.raises(httpcore.ConnectError):
            client.request("GET", url)
        assert not fake.is_listening
        fake.start()

        assert client.request("GET", url).status == 200
        assert fake.is_listening


def test_calls_that_hang_end_when_they_are_let_go() -> None:
    with Parrot() as fake:
        fake.fault = "silent"
        wrong: list[type[Exception]] = []

        def call() -> None:
            try:
                httpcore.request("GET", f"{fake.url}/a")
            except httpcore.RemoteProtocolError as error:
                wrong.append(type(error))

        caller = threading.Thread(target=call)
        caller.start()
        wait_until(lambda: bool(fake.calls), "no call came")
        fake.fault = ""

        def is_let_go() -> bool:
            fake.let_go()
            return not caller.is_alive()

        wait_until(is_let_go, "the call still hangs")

        assert wrong == [httpcore.RemoteProtocolError]
