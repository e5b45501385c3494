"""The ways of a customer counted as a person feels them: presses, what is typed, screens, words to read.

A way begins on the first page of the personal link. A screen is a page with another address or heading; its words are
counted once, all that is visible. The bot of MAX is no screen of ours, but its press counts.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from playwright.sync_api import Locator, Page

from tests.e2e.people import sms_code
from tests.e2e.site import Invited, Site, wait_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The most that a way may cost."""

    clicks: int
    screens: int
    words: int = 10_000


LIMITS: Final[Mapping[str, Limit]] = {
    "sms+max": Limit(clicks=9, screens=6, words=700),
    "sms": Limit(clicks=6, screens=5),
    "refuse everything": Limit(clicks=3, screens=3),
    "refuse advertising": Limit(clicks=2, screens=3),
}
"""Limits of the product (docs/interface.md). Without scripts a way may cost one press more."""


@dataclass
class Stroll:
    """One person on one way."""

    page: Page
    clicks: int = 0
    typed: int = 0
    screens: list[str] = field(default_factory=list)
    words: int = 0

    def look(self) -> None:
        """Read the screen, if it is another one than before."""
        self.page.wait_for_load_state()
        name = f"{self.page.url} {self.page.get_by_role('heading', level=1).first.inner_text()}"
        if not self.screens or self.screens[-1] != name:
            self.screens.append(name)
            said = self.page.locator("body").inner_text().split()
            self.words += sum(any(sign.isalnum() for sign in word) for word in said)

    def press(self, target: Locator) -> None:
        """Press something."""
        target.first.click()
        self.clicks += 1

    def type(self, label: str, text: str) -> None:
        """Type into a field."""
        self.page.get_by_label(re.compile(label)).first.fill(text)
        self.typed += len(text)

    def button(self, name: str) -> None:
        """Press a button and read what comes."""
        self.press(self.page.get_by_role("button", name=name, exact=True))
        self.look()

    def link(self, name: str) -> None:
        """Press a link and read what comes."""
        self.press(self.page.get_by_role("link", name=name, exact=True))
        self.look()

    def figures(self) -> dict[str, int]:
        """Return what the way has cost."""
        return {"clicks": self.clicks, "typed": self.typed, "screens": len(self.screens), "words": self.words}


def sms_and_max(stroll: Stroll, site: Site, person: Invited) -> None:
    """Choose SMS and MAX, and allow service messages."""
    _prove(stroll, site, person)
    _choose(stroll, "СМС", "MAX")
    with stroll.page.expect_popup() as opened:
        stroll.press(stroll.page.get_by_role("link", name="Открыть MAX", exact=True))
    stroll.press(opened.value.get_by_role("button", name="Начать", exact=True))
    opened.value.wait_for_load_state()
    opened.value.close()
    _wait_for_max(stroll)
    _allow(stroll)


def sms_alone(stroll: Stroll, site: Site, person: Invited) -> None:
    """Choose SMS, and allow service messages."""
    _prove(stroll, site, person)
    _choose(stroll, "СМС")
    _allow(stroll)


def refuse_everything(stroll: Stroll, _site: Site, _person: Invited) -> None:
    """Want no messages at all."""
    stroll.link("Отказаться от сообщений")
    stroll.button("От всех сообщений")


def refuse_advertising(stroll: Stroll, _site: Site, _person: Invited) -> None:
    """Leave advertising alone, without a code."""
    stroll.link("Отказаться от сообщений")
    stroll.button("Только от рекламы")


WAYS: Final[Mapping[str, Callable[[Stroll, Site, Invited], None]]] = {
    "sms+max": sms_and_max,
    "sms": sms_alone,
    "refuse everything": refuse_everything,
    "refuse advertising": refuse_advertising,
}


def stroll(way: str, page: Page, site: Site, person: Invited) -> dict[str, int]:
    """Play one way and return its figures."""
    page.goto(person.link)
    one = Stroll(page)
    one.look()
    WAYS[way](one, site, person)
    return one.figures()


def _prove(stroll: Stroll, site: Site, person: Invited) -> None:
    option = stroll.page.get_by_role("radio", name=re.compile("СМС"))
    if not option.is_checked():
        stroll.press(option)
    stroll.button("Получить код")
    stroll.type("Код", sms_code(stroll.page, site, person.phone))
    stroll.button("Подтвердить")


def _choose(stroll: Stroll, *channels: str) -> None:
    for channel in channels:
        stroll.press(stroll.page.get_by_role("checkbox", name=re.compile(channel)))
    stroll.button("Продолжить")


def _wait_for_max(stroll: Stroll) -> None:
    """Let the page notice by itself; without scripts press «Проверить подключение» once."""
    page = stroll.page
    check = page.get_by_role("link", name="Проверить подключение")
    if check.count():
        wait_for(lambda: _is_linked(page), within=20, what="the tie with MAX")
        stroll.press(check)
    page.wait_for_url(lambda url: not url.endswith("/me/max/"), timeout=30_000)
    stroll.look()


def _is_linked(page: Page) -> bool:
    return "MAX подключён" in page.request.get(page.url.replace("/me/max/", "/me/max/state/")).text()


def _allow(stroll: Stroll) -> None:
    stroll.press(stroll.page.get_by_role("checkbox"))
    stroll.button("Разрешаю")
