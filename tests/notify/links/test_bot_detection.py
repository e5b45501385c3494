"""Programs that fetch links are told from people."""

import pytest

from notify.links.bot_detection import is_program
from tests.support.machines import MACHINES

PEOPLE = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
    "YaBrowser/24.7.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
    "Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 "
    "Chrome/121.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 14; Cubot X70) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile "
    "Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (Linux; Android 13; V2207 Build/TP1A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/120.0.0.0 Mobile Safari/537.36 VKAndroidApp/8.50",
]


@pytest.mark.parametrize("agent", MACHINES)
def test_a_program_is_a_machine(agent: str) -> None:
    assert is_program({"User-Agent": agent})


@pytest.mark.parametrize("agent", PEOPLE)
def test_a_browser_of_a_person_is_human(agent: str) -> None:
    assert not is_program({"User-Agent": agent})


@pytest.mark.parametrize(
    ("name", "value"), [("Sec-Purpose", "prefetch;prerender"), ("Purpose", "preview"), ("X-Moz", "prefetch")]
)
def test_a_browser_that_fetches_ahead_is_a_machine(name: str, value: str) -> None:
    assert is_program({"User-Agent": PEOPLE[0], name: value})


def test_a_request_without_an_agent_is_a_machine() -> None:
    assert is_program({})
