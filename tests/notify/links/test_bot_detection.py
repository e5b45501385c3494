"""Programs that fetch links are told from people."""

import pytest

from notify.enums import Verdict
from notify.links.bot_detection import visit_verdict

MACHINES = [
    "",
    "   ",
    "Mozilla/5.0",
    "Mozilla/5.0 ()",
    "WhatsApp/2.23.20.0 A",
    "TelegramBot (like TwitterBot)",
    "Viber/13.3.0.5",
    "ViberUrlDownloader",
    "Mozilla/5.0 (compatible; vkShare; +http://vk.com/dev/Share)",
    "Mozilla/5.0 (compatible; OdklBot/1.0; +http://help.mail.ru)",
    "facebookexternalhit/1.1",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
    "Mozilla/5.0 (compatible; Linux x86_64; Mail.RU_Bot/2.0)",
    "YahooMailProxy; https://help.yahoo.com",
    "SkypeUriPreview Preview/0.5",
    "MaxBot/1.0",
    "curl/8.5.0",
    "python-requests/2.32",
    "okhttp/4.12.0",
    "Go-http-client/2.0",
    "Barracuda Sentinel (EE)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120 Safari/537.36",
]
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
    assert visit_verdict({"User-Agent": agent}) == Verdict.MACHINE


@pytest.mark.parametrize("agent", PEOPLE)
def test_a_browser_of_a_person_is_human(agent: str) -> None:
    assert visit_verdict({"User-Agent": agent}) == Verdict.HUMAN


@pytest.mark.parametrize(
    ("name", "value"), [("Sec-Purpose", "prefetch;prerender"), ("Purpose", "preview"), ("X-Moz", "prefetch")]
)
def test_a_browser_that_fetches_ahead_is_a_machine(name: str, value: str) -> None:
    assert visit_verdict({"User-Agent": PEOPLE[0], name: value}) == Verdict.MACHINE


def test_a_request_without_an_agent_is_a_machine() -> None:
    assert visit_verdict({}) == Verdict.MACHINE
