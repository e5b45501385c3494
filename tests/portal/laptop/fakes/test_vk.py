"""The fake of VK calls back as VK does, and is read by our own webhook."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from notify.channels.events import DialogueEvent, InboundText
from notify.channels.vk.webhook import VkWebhook
from portal.laptop.fakes.server import Call, Courier, HttpFake, Reply
from portal.laptop.fakes.vk import FakeVk

SECRET = "hush"


class Site(HttpFake):
    """Our site: verifies, answers and reads; not answering ``refuses`` times first."""

    refuses = 0

    def __init__(self) -> None:
        super().__init__()
        self.webhook = VkWebhook(group_id="777", secrets=(SECRET,), confirmation="c0nf1rm")
        self.events: list[Any] = []

    def addresses(self, _call: Call) -> list[str]:
        return []

    def answer(self, call: Call) -> Reply:
        if not self.webhook.verify(call.headers, call.body):
            return Reply(body="no", status=403)
        if self.refuses:
            self.refuses -= 1
            return Reply(body="later")
        self.events += self.webhook.read(call.body)
        return Reply(body=self.webhook.answer(call.body))


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        yield running


@pytest.fixture
def fake(site: Site) -> Iterator[FakeVk]:
    with FakeVk(courier=Courier(pauses=(0.0, 0.0))) as running:
        running.callback_url, running.secret = site.url, SECRET
        yield running


def test_people_are_told_of_after_the_address_is_confirmed(fake: FakeVk, site: Site) -> None:
    fake.allow("42")
    assert fake.confirm()

    fake.allow("42", key="token-1")
    assert fake.courier.wait()

    assert [(one.kind, one.account, one.payload) for one in site.events] == [("started", "42", "token-1")]


def test_an_address_that_answers_another_line_is_not_confirmed(fake: FakeVk) -> None:
    fake.confirmation = "other"

    assert not fake.confirm()


def test_an_event_comes_again_with_the_same_name_until_the_site_says_ok(fake: FakeVk, site: Site) -> None:
    fake.confirm()
    site.refuses = 2

    fake.write("42", "Привет", ref="token-1")
    assert fake.courier.wait()

    assert len({json.loads(call.body)["event_id"] for call in site.calls[1:]}) == 1
    assert len(site.calls) == 4
    assert [type(one) for one in site.events] == [DialogueEvent, InboundText]


def test_start_brings_the_token_of_the_link(fake: FakeVk, site: Site) -> None:
    fake.confirm()

    fake.press_start("42", ref="token-1")
    assert fake.courier.wait()

    assert [one.payload for one in site.events] == ["token-1"]
    assert "42" in fake.allowed


def test_a_prohibition_closes_the_dialogue_on_both_sides(fake: FakeVk, site: Site) -> None:
    fake.confirm()
    fake.allowed = {"42"}

    fake.deny("42")
    assert fake.courier.wait()

    assert [one.kind for one in site.events] == ["stopped"]
    assert fake.allowed == set()


def test_a_wrong_secret_is_refused_by_the_site_and_tried_again(fake: FakeVk, site: Site) -> None:
    fake.confirm()
    fake.secret = "guess"

    fake.write("42", "Привет")
    assert fake.courier.wait()

    assert [status for status, _ in fake.courier.answers] == [403, 403, 403]
    assert site.events == []
