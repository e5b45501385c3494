"""Questions to a company's own system over a real socket: answered, refused, cut at each stage."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from notify.channels.base import ChannelError, Misconfigured, OutcomeUnknown, Rejected, TemporarilyUnavailable
from notify.channels.lookup import adapter
from notify.channels.lookup.adapter import Lookup, Question, _understood
from notify.channels.lookup.provider import LOOKUP, lookup_make
from notify.channels.setup import SetupValues
from notify.provider_kinds import KINDS
from portal.laptop.fakes.lookup import SECRET, LookupFake
from portal.laptop.fakes.server import Fault, Reply


@pytest.fixture
def fake() -> Iterator[LookupFake]:
    """The company's system."""
    with LookupFake() as running:
        yield running


def question(number: str, customer: str | None = "К-15") -> Question:
    return Question(key="lookup-7", number=number, customer=customer, channel="max")


def ask(fake: LookupFake, number: str, **how: str) -> object:
    """Ask once."""
    return Lookup(url=how.get("url", f"{fake.url}/status?v=1"), secret=how.get("secret", SECRET)).ask(question(number))


def test_a_known_number_comes_with_its_values(fake: LookupFake) -> None:
    assert ask(fake, "A-1001") == {"статус": "в пути", "дата доставки": "3 декабря"}
    assert fake.taken == [{"type": "status.lookup", "number": "A-1001", "customer": "К-15", "channel": "max"}]


def test_an_unknown_number_is_no_failure(fake: LookupFake) -> None:
    assert ask(fake, "нет такого") is None


def test_the_question_is_signed_as_the_specification_asks(fake: LookupFake) -> None:
    ask(fake, "A-1001")

    (call,) = fake.calls
    assert call.headers["webhook-id"] == "lookup-7"
    assert Webhook(SECRET).verify(call.body, dict(call.headers))["number"] == "A-1001"


def test_a_stranger_is_asked_about_without_a_customer(fake: LookupFake) -> None:
    Lookup(url=fake.url, secret=SECRET).ask(question("A-1001", None))

    assert fake.taken[0]["customer"] is None


@pytest.mark.parametrize("fault", ["reset", "reset_took", "silent", "silent_took", "drips", "unavailable", "busy"])
def test_a_lost_or_late_answer_fails_and_is_not_repeated(
    fake: LookupFake, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "CALL_SECONDS", 0.4)
    fake.fault = fault

    with pytest.raises(TemporarilyUnavailable):
        ask(fake, "A-1001")
    assert len(fake.calls) == 1


@pytest.mark.parametrize("fault", ["broke", "broke_took", "not_json"])
def test_an_answer_that_says_nothing_fails(fake: LookupFake, fault: Fault) -> None:
    fake.fault = fault

    with pytest.raises(OutcomeUnknown):
        ask(fake, "A-1001")


@pytest.mark.parametrize("number", ["BROKEN-1", "WORDS-1", "LIST-1", "LONG-1"])
def test_values_that_are_no_short_plain_texts_fail(fake: LookupFake, number: str) -> None:
    with pytest.raises(OutcomeUnknown) as error:
        ask(fake, number)

    assert 0 < len(error.value.reason) <= 60
    assert number not in error.value.reason


def test_another_secret_is_our_own_fault(fake: LookupFake) -> None:
    fake.secret = "whsec_" + "b3RoZXJv" * 4

    with pytest.raises(Misconfigured):
        ask(fake, "A-1001")


def test_an_address_where_nobody_listens_fails_at_once(fake: LookupFake) -> None:
    url = fake.url
    fake.stop()

    with pytest.raises(TemporarilyUnavailable):
        ask(fake, "A-1001", url=url)


def test_an_answer_of_another_place_is_not_followed(fake: LookupFake, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = Reply(body="", status=302, headers={"Location": "http://127.0.0.1:1/"})
    monkeypatch.setattr(LookupFake, "answer", lambda _fake, _call: moved)

    with pytest.raises(ChannelError):
        ask(fake, "A-1001")


def test_an_answer_of_more_than_64_kilobytes_fails(fake: LookupFake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LookupFake, "answer", lambda _fake, _call: Reply(body="я" * 40_000))

    with pytest.raises(OutcomeUnknown, match="too_long"):
        ask(fake, "A-1001")


def test_a_bad_request_of_ours_is_refused(fake: LookupFake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LookupFake, "answer", lambda _fake, _call: Reply(body="{}", status=400))

    with pytest.raises(Rejected):
        ask(fake, "A-1001")


@given(
    st.dictionaries(
        st.sampled_from(["found", "values", "x"]),
        st.none() | st.booleans() | st.text() | st.dictionaries(st.text(max_size=50), st.text() | st.integers()),
    )
)
def test_any_answer_gives_plain_values_or_fails(answer: dict[str, object]) -> None:
    try:
        values = _understood(json.loads(json.dumps(answer)))
    except OutcomeUnknown:
        return
    assert values is None or all("\n" not in value and len(value) <= 300 for value in values.values())


def test_the_kind_is_listed_and_carries_no_channel() -> None:
    made = LOOKUP.make(SetupValues(name="lookup", values={"url": "https://shop.example/status", "secret": SECRET}))

    assert KINDS["lookup"] is LOOKUP
    assert (made.name, made.channels, made.adapter, made.webhook) == ("lookup", (), None, None)


@pytest.mark.parametrize("secret", ["", "secret", "whsec_short"])
def test_a_set_up_without_a_real_secret_is_refused(secret: str) -> None:
    with pytest.raises(Misconfigured, match="bad_secret"):
        lookup_make(SetupValues(name="lookup", values={"url": "https://shop.example/", "secret": secret}))


def test_the_fields_take_an_address_and_a_secret_only() -> None:
    url, secret = LOOKUP.fields

    assert url.fits("https://shop.example/status?v=1")
    assert not url.fits("ftp://shop.example")
    assert secret.fits(SECRET)
    assert not secret.fits("whsec_short")


def test_a_secret_is_in_no_words_of_the_object() -> None:
    assert SECRET not in repr(Lookup(url="https://shop.example/", secret=SECRET))
