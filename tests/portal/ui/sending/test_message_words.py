"""Reasons in words: whatever the worker or a provider noted, staff read a sentence."""

import re
from pathlib import Path

import pytest

from notify.enums import SkipReason
from portal.ui.sending.message_words import ERRORS, error_text, why_text


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("worker_lost", "программа остановилась во время передачи"),
        ("gave_up_no_greeting", "попытки исчерпаны: почтовый сервер не ответил"),
        ("settled", "исход записан сотрудником"),
        ("settled_by_7", "исход записан сотрудником"),
        ("smtp_550", "почтовый сервер отказал, код 550"),
        ("smtp_550_5.1.1", "почтовый сервер отказал, код 550 5.1.1"),
        ("http_403", "провайдер отказал, код 403"),
        ("quota", "другая причина, код quota"),
    ],
)
def test_an_error_code_becomes_words(code: str, words: str) -> None:
    assert error_text(code) == words


def test_a_reason_of_the_gate_comes_before_an_error() -> None:
    assert why_text(skip_reason=SkipReason.NO_CONSENT, error_code="smtp_550") == "нет согласия"
    assert why_text() == ""


def test_every_code_that_our_own_code_notes_has_words() -> None:
    notify = Path(__file__).parents[4] / "notify"
    refusals = r"(?:TemporarilyUnavailable|Rejected|OutcomeUnknown|RenderFailed)\(\"([a-z_]+)\""
    raised = refusals + r"|error=\"([a-z_]+)\"|UNKNOWN, \"([a-z_]+)\""
    modules = [
        *(notify / "channels").rglob("*.py"),
        *(notify / "messages").glob("*.py"),
        *(notify / "outbox").glob("*.py"),
    ]
    found = {
        next(filter(None, groups)) for module in modules for groups in re.findall(raised, module.read_text("utf-8"))
    }

    never_of_a_message = {"unreadable", "bad_secret", "no_webhook"}
    assert {"connection_lost", "text_too_long", "code_expired"} <= found
    assert found - never_of_a_message <= set(ERRORS)
