"""A site counts as working once it says that it is well, not because something answers."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import CommandError
from pytest_django import Settings

from portal.laptop.embedded.installation import free_port, port_try
from portal.laptop.embedded.readiness import site_answers
from portal.laptop.fakes.lasting import LastingServer
from portal.laptop.management.commands import up


@contextmanager
def _site(settings: Settings, *statuses: int) -> Iterator[list[str]]:
    """A site that gives these answers in turn, the last one for ever; yields the hosts it was asked for."""
    hosts: list[str] = []
    left = list(statuses)

    class _Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hosts.append(self.headers["Host"])
            self.send_response(left.pop(0) if len(left) > 1 else left[0])
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with LastingServer(("127.0.0.1", 0), _Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.PORT = server.server_port
        yield hosts
        server.shutdown()


def test_a_site_that_answers_well_is_there(settings: Settings) -> None:
    settings.SITE_URL = "https://move.bank.example"
    with _site(settings, 200) as hosts:
        assert site_answers(within=5)

    assert hosts == ["move.bank.example"]


def test_a_failing_page_is_no_working_site(settings: Settings) -> None:
    with _site(settings, 500):
        assert not site_answers(within=0.3)


def test_a_site_that_comes_up_late_is_waited_for(settings: Settings) -> None:
    with _site(settings, 503, 503, 200):
        assert site_answers(within=5)


def test_silence_is_no_working_site(settings: Settings) -> None:
    settings.PORT = free_port()

    assert not site_answers(within=0.3)


def test_a_port_without_the_right_to_it_is_not_called_taken(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_port: int) -> None:
        raise PermissionError

    settings.PORT = 80
    monkeypatch.setattr(up, "port_try", refuse)

    with pytest.raises(CommandError, match="Порт 80 может открыть только администратор машины"):
        up.Command()._port_check()


def test_a_taken_port_is_called_taken(settings: Settings) -> None:
    with _site(settings, 200), pytest.raises(CommandError, match="занят другой программой"):
        up.Command()._port_check()
    port_try(free_port())
