"""No log line carries what leads to a person."""

import io
import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from portal.operations.log_masking import JsonFormatter, MaskingFormatter, masked
from tests.support.patience import PATIENCE_S

ROOT = Path(__file__).parents[3]

TOKEN = "7ZK4M0QX9RTV2WBCDEFGHJ5N8P"
TYPED = "7ZK4-M0QX-9RTV"


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        (f"Not Found: /k/{TOKEN}", TOKEN),
        ("Not Found: /k/short-one", "short-one"),
        (f"GET /u/{TOKEN}?a=1", TOKEN),
        ("/accounts/password/reset/key/3-cx7t2z-9f3a/", "3-cx7t2z-9f3a"),
        ("Not Found: /%6B/short-one", "short-one"),
        ("Not Found: /%6b/%73hort-one", "%73hort-one"),
        ("Not Found: //k//short-one", "short-one"),
        ("Forbidden: /webhooks/max/0f1e2d3c4b5a69788796a5b4c3d2e1f0", "0f1e2d3c4b5a"),
        ("Forbidden: /webhooks/max/short-one", "short-one"),
        (f"code {TYPED} was typed", TYPED),
        (f"code {TYPED.lower()} was typed", TYPED.lower()),
        ("short 7ZK4M0QX9RTV2", "7ZK4M0QX9RTV2"),
        ("to ivan.petrov+x@yandex.ru now", "ivan.petrov+x@yandex.ru"),
        ("to иван@почта.рф now", "иван@почта.рф"),
        ("/me/?email=a%40bank.example", "a%40bank.example"),
        ("call +79161234567", "79161234567"),
        ("call +7 (916) 123-45-67 now", "123-45-67"),
        ("call 8 916 123 45 67", "123 45 67"),
        ("phone=%2B79161234567", "79161234567"),
    ],
)
def test_what_leads_to_a_person_is_masked(line: str, secret: str) -> None:
    assert secret not in masked(line)


@pytest.mark.parametrize(
    "line",
    [
        "django.core.management took 12.5 s",
        "task 5f0c9a52-3c1e-4b7a-9d7e-2f1d3a6b8c90 done",
        "message 12345678 accepted",
        "2026-11-24 10:30:00 campaign 17 finished",
        "/staff/campaigns/17/",
    ],
)
def test_what_is_needed_to_follow_a_failure_stays(line: str) -> None:
    assert masked(line) == line


@pytest.mark.parametrize("line", [f"/k/{TOKEN} a@b.ru +79161234567 {TYPED}", "plain"])
def test_masking_twice_changes_nothing(line: str) -> None:
    assert masked(masked(line)) == masked(line)


@pytest.mark.parametrize("login", ["guest:**@", "guest:secret@", "@", ""])
def test_of_a_server_the_host_stays_and_the_password_goes(login: str) -> None:
    line = masked(f"Cannot connect to amqp://{login}rabbit.bank.example:5672/mostik: refused")

    assert line == "Cannot connect to amqp://rabbit.bank.example:5672/mostik: refused"


def _record(**extra: object) -> logging.LogRecord:
    return logging.makeLogRecord({"msg": "sent to %s", "args": ("a@bank.example",), "levelname": "INFO", **extra})


def test_arguments_are_masked_with_the_message() -> None:
    assert MaskingFormatter().format(_record()) == "sent to <email>"


def test_a_traceback_is_masked() -> None:
    try:
        raise ValueError("bad number +79161234567")
    except ValueError as error:
        record = _record(exc_info=(ValueError, error, error.__traceback__))

    for formatter in (MaskingFormatter(), JsonFormatter()):
        assert "9161234567" not in formatter.format(record)


def test_a_json_line_is_one_line_of_json() -> None:
    line = JsonFormatter().format(_record(created=0.0, name="notify", process=7))

    assert json.loads(line) == {
        "time": "1970-01-01T00:00:00.000+00:00",
        "level": "INFO",
        "logger": "notify",
        "process": 7,
        "message": "sent to <email>",
    }


def test_a_json_line_holds_nothing_else_that_a_record_carries() -> None:
    record = _record(data={"args": "+79161234567"}, request="GET /k/short-one", contact="a@bank.example")

    assert set(json.loads(JsonFormatter().format(record))) == {"time", "level", "logger", "process", "message"}


def test_every_handler_masks() -> None:
    made = settings.LOGGING["formatters"]
    used = {made[handler["formatter"]]["()"] for handler in settings.LOGGING["handlers"].values()}

    assert used <= {f"{MaskingFormatter.__module__}.{name}" for name in ("MaskingFormatter", "JsonFormatter")}


@pytest.mark.django_db
def test_the_path_of_a_page_that_is_not_there_is_masked(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    said = io.StringIO()
    console = next(handler for handler in logging.getLogger().handlers if handler.get_name() == "console")
    monkeypatch.setattr(console, "stream", said)

    client.get(f"/nowhere/{TOKEN}")

    assert "Not Found: /nowhere/<token>" in said.getvalue()
    assert TOKEN not in said.getvalue()


@pytest.mark.parametrize("piece", ["a", "@", "a@", "a+", "@.", "%40", "://", "a://", "1-", "7(", "/k/", "ABCD-"])
def test_a_line_that_a_stranger_made_endless_is_masked_in_one_reading(piece: str) -> None:
    """An address of 2,000 @ took the process a quarter of a minute: far less than what it is allowed here."""
    line = f"Not Found: /{piece * (100_000 // len(piece))}"
    program = "import sys; from portal.operations.log_masking import masked; masked(sys.stdin.read())"

    subprocess.run([sys.executable, "-c", program], input=line, text=True, check=True, timeout=PATIENCE_S, cwd=ROOT)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("a@b.ru", "<email>"),
        ("@a@b.ru", "<email>"),
        ("a%40b.ru", "<email>"),
        ("a@@b.ru", "<email>"),
        ("a@b.r", "a@b.r"),
        ("@b.ru", "@b.ru"),
        ("a@.ru", "a@.ru"),
        ("amqp://guest:secret@mq.bank.ru:5672//", "amqp://mq.bank.ru:5672//"),
        ("A+b://u@h", "A+b://h"),
    ],
)
def test_what_is_an_address_of_a_person_or_a_password(said: str, shown: str) -> None:
    assert masked(f"x {said} y") == f"x {shown} y"
