"""What machines watch: any Host, no redirect, no line in the log, and figures that strangers do not get."""

import json
import logging
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings

from portal.operations import metrics, probes
from portal.operations.log_masking import JsonFormatter
from portal.operations.request_id import HEADER

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_a_server(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["move.bank.example"]
    monkeypatch.setattr(probes, "_kept", {})


@pytest.mark.parametrize("path", ["/livez", "/healthz", "/readyz", "/metrics"])
def test_a_probe_by_ip_over_plain_http_is_answered_without_a_line(path: str, caplog: pytest.LogCaptureFixture) -> None:
    answer = Client(SERVER_NAME="10.0.0.7").get(path)

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert caplog.records == []


def test_a_database_that_is_away_is_told_apart_from_a_process_that_is(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def be_away(*_: object, **__: object) -> None:
        raise OperationalError("no answer")

    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", be_away)

    codes = {path: Client().get(path).status_code for path in ("/livez", "/healthz", "/readyz", "/metrics")}

    assert codes == {"/livez": 200, "/healthz": 503, "/readyz": 503, "/metrics": 200}
    assert "mostik_database_up 0\n" in Client().get("/metrics").content.decode()
    assert caplog.records == []


def test_readiness_names_what_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "_broker_answers", lambda: False)

    answer = Client().get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"database": True, "broker": False, "cache": True})


def test_a_cache_that_is_away_is_no_reason_to_send_nobody_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "cache_answers", lambda: False)

    assert Client().get("/readyz").status_code == 200


@pytest.mark.parametrize(
    ("headers", "address", "status"),
    [
        ({}, "127.0.0.1", 200),
        ({"X-Forwarded-For": "203.0.113.5"}, "127.0.0.1", 404),
        ({}, "203.0.113.5", 404),
        ({"Authorization": "Bearer wrong"}, "203.0.113.5", 404),
        ({"Authorization": "Bearer of-tests", "X-Forwarded-For": "203.0.113.5"}, "127.0.0.1", 200),
    ],
)
def test_figures_are_for_this_machine_or_for_a_token(
    settings: Settings, headers: dict[str, str], address: str, status: int
) -> None:
    settings.METRICS_TOKEN = "of-tests"

    assert Client(headers=headers, REMOTE_ADDR=address).get("/metrics").status_code == status


def test_an_empty_token_opens_nothing(settings: Settings) -> None:
    settings.METRICS_TOKEN = ""

    answer = Client(headers={"Authorization": "Bearer "}, REMOTE_ADDR="203.0.113.5").get("/metrics")

    assert answer.status_code == 404


def test_each_figure_has_its_words_and_a_number() -> None:
    lines = Client().get("/metrics").content.decode().splitlines()

    names = {line.split("{")[0].split()[0] for line in lines if not line.startswith("#")}
    assert {"mostik_database_up", "mostik_ledger_events", "mostik_clock_offset_seconds"} <= names <= set(metrics.HELP)
    assert all(float(line.rpartition(" ")[2]) is not None for line in lines if not line.startswith("#"))


def test_an_unknown_host_is_refused_without_an_alarm(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert Client(SERVER_NAME="scanner.example").get("/", secure=True).status_code == 400

    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("given", ["a" * 32, "6ba7b810-9dad-41d1-80b4-00c04fd430c8"])
def test_the_number_of_the_proxy_is_taken(given: str) -> None:
    assert Client(headers={HEADER: given}).get("/livez")[HEADER] == given


@pytest.mark.parametrize("given", ["", "ivan@bank.example", "+79161234567", "a" * 33, "A" * 32])
def test_another_number_is_replaced_by_our_own(given: str) -> None:
    answer = Client(headers={HEADER: given}).get("/livez")[HEADER]

    assert answer != given
    assert len(answer) == 32


def test_the_lines_of_a_request_carry_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = []

    def log(_: object) -> bool:
        record = logging.makeLogRecord({"msg": "asked", "levelname": "INFO"})
        lines.append(json.loads(JsonFormatter().format(record)))
        return True

    monkeypatch.setattr(probes, "database_answers", lambda: log(None))
    Client(headers={HEADER: "a" * 32}).get("/healthz")

    assert lines[0]["request"] == "a" * 32
    outside = json.loads(JsonFormatter().format(logging.makeLogRecord({"msg": "x", "levelname": "INFO"})))
    assert "request" not in outside


def test_doctor_answers_programs() -> None:
    written = StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", "--json", stdout=written)

    answer = json.loads(written.getvalue())
    assert (answer["version"], answer["good"]) == (1, False)
    assert {part["state"] for part in answer["parts"]} <= {"good", "note", "bad"}
    assert all(set(part) == {"state", "sentence"} for part in answer["parts"])
