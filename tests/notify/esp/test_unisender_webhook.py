"""What Unisender Go calls back with."""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.channels.base import Rejected
from notify.channels.events import Complaint, DeliveryReport
from notify.esp.unisender import FAULTS, UNISENDER_SERVICE
from notify.esp.webhook import EspWebhook
from portal.laptop.fakes.unisender import UnisenderFake
from tests.notify.esp.test_unisender import REFERENCE, channel_for, letter_to

KEY = "unisender-key"
HEADERS = {"Content-Type": "application/json"}
WEBHOOK = EspWebhook(UNISENDER_SERVICE, {"api_key": KEY}, ())


@pytest.fixture
def fake() -> Iterator[UnisenderFake]:
    with UnisenderFake(key=KEY) as running:
        channel = channel_for(running)
        channel.send(letter_to("ivan@example.ru"))
        channel.close()
        yield running


@pytest.fixture
def job(fake: UnisenderFake) -> str:
    return next(iter(fake.jobs))


def event(**fields: Any) -> dict[str, Any]:
    return {
        "job_id": "1t-1",
        "metadata": {"reference": REFERENCE},
        "email": "ivan@example.ru",
        "status": "delivered",
        "event_time": "2026-11-30 10:00:05",
        **fields,
    }


@pytest.mark.parametrize("single", [False, True])
def test_a_signed_call_is_theirs_and_a_changed_one_is_not(fake: UnisenderFake, job: str, single: bool) -> None:
    fake.single = single
    body = fake.report(job, "hard_bounced", "err_user_unknown", "550 Нет такого")

    assert WEBHOOK.verify(HEADERS, body)
    assert not WEBHOOK.verify(HEADERS, body.replace(b"ivan", b"anna"))
    assert not EspWebhook(UNISENDER_SERVICE, {"api_key": "other"}, ()).verify(HEADERS, body)


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"null", b'{"auth": null}', b'{"auth": 1}', b'{"auth": ""}', b'{"auth": "x"}', b"\xff"]
)
def test_an_unsigned_call_is_not_theirs(body: bytes) -> None:
    assert not WEBHOOK.verify(HEADERS, body)


@pytest.mark.parametrize(("word", "fault"), FAULTS.items())
def test_a_letter_that_failed_says_what_it_means_for_the_address(
    fake: UnisenderFake, job: str, word: str, fault: str
) -> None:
    (report,) = WEBHOOK.read(fake.report(job, "hard_bounced", word, "550 5.1.1 whatever"))

    assert isinstance(report, DeliveryReport)
    assert (report.state, report.detail, report.address_fault) == ("failed", word, fault)
    assert (report.reference, report.provider_id) == (REFERENCE, job)


@pytest.mark.parametrize(
    ("word", "answer", "fault"),
    [
        ("err_delivery_failed", "550 5.1.1 no such user", "dead"),
        ("err_delivery_failed", "550 spam", ""),
        ("", "", ""),
        ("err_new_word", "552 5.2.2 mailbox is full", "soft"),
    ],
)
def test_without_a_known_word_the_answer_of_the_server_counts(
    fake: UnisenderFake, job: str, word: str, answer: str, fault: str
) -> None:
    (report,) = WEBHOOK.read(fake.report(job, "hard_bounced", word, answer))

    assert isinstance(report, DeliveryReport)
    assert report.address_fault == fault
    assert report.detail == (word or "bounced")


@pytest.mark.parametrize(("status", "state"), [("delivered", "delivered"), ("sent", "accepted")])
def test_a_letter_moves_forward(fake: UnisenderFake, job: str, status: str, state: str) -> None:
    (report,) = WEBHOOK.read(fake.report(job, status, at="2026-11-30 10:00:05"))

    assert isinstance(report, DeliveryReport)
    assert (report.state, report.address_fault) == (state, "")
    assert report.occurred_at == datetime(2026, 11, 30, 10, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(("status", "is_unsubscribe"), [("spam", False), ("unsubscribed", True)])
def test_a_complaint_says_which_letter(fake: UnisenderFake, job: str, status: str, is_unsubscribe: bool) -> None:
    (complaint,) = WEBHOOK.read(fake.report(job, status))

    assert isinstance(complaint, Complaint)
    assert (complaint.reference, complaint.is_unsubscribe) == (REFERENCE, is_unsubscribe)


@pytest.mark.parametrize("status", ["soft_bounced", "opened", "clicked", "subscribed", "accepted", "что-то новое"])
def test_what_is_not_final_moves_nothing(fake: UnisenderFake, job: str, status: str) -> None:
    assert WEBHOOK.read(fake.report(job, status)) == []


def test_a_repeat_has_the_key_of_the_first_and_two_events_have_two(fake: UnisenderFake) -> None:
    once = WEBHOOK.read(fake.signed([event()]))
    again = WEBHOOK.read(fake.signed([event(), event(status="spam"), event(event_time="2026-11-30 10:00:06")]))
    keys = [one.event_key for one in again if isinstance(one, DeliveryReport | Complaint)]

    assert isinstance(once[0], DeliveryReport)
    assert keys[0] == once[0].event_key
    assert len(set(keys)) == 3
    assert all(len(key) <= 120 and "ivan" not in key for key in keys)


def test_many_events_come_at_once_and_a_broken_one_spoils_none(fake: UnisenderFake) -> None:
    broken: list[Any] = [
        {}, None, "text", 7, [], event(status=None), event(email=None), event(event_time="вчера"),
        event(metadata=7), event(delivery_info=7), event(metadata={}, job_id=None),
    ]  # fmt: skip
    good = [event(job_id=f"1t-{at}", delivery_info=None, more=None) for at in range(100)]

    events = WEBHOOK.read(fake.signed([*good[:50], *broken, *good[50:]]))

    assert [one.provider_id for one in events if isinstance(one, DeliveryReport)] == [one["job_id"] for one in good]


def test_events_about_blocked_servers_are_skipped(fake: UnisenderFake) -> None:
    body = json.loads(fake.signed([event()]))
    body["events_by_user"][0]["events"].insert(0, {"event_name": "transactional_spam_block", "event_data": {"x": 1}})

    assert len(WEBHOOK.read(json.dumps(body).encode())) == 1


def test_long_and_odd_values_fit_into_columns(fake: UnisenderFake) -> None:
    (report,) = WEBHOOK.read(
        fake.signed(
            [
                event(
                    job_id="я\0" * 300,
                    metadata={"reference": "z" * 500},
                    status="hard_bounced",
                    delivery_info={"delivery_status": "err " + "ы" * 300},
                )
            ]
        )
    )

    assert isinstance(report, DeliveryReport)
    assert len(report.provider_id) <= 120
    assert len(report.reference) <= 120
    assert "\0" not in report.provider_id
    assert report.detail == "bounced"


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with suppress(Rejected):
        WEBHOOK.read(body)
    WEBHOOK.verify(HEADERS, body)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "auth",
                        "events_by_user",
                        "events",
                        "event_name",
                        "event_data",
                        "status",
                        "metadata",
                        "delivery_info",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
    )
)
def test_any_json_is_read_or_refused(value: Any) -> None:
    with suppress(Rejected):
        WEBHOOK.read(json.dumps(value).encode())
    WEBHOOK.verify(HEADERS, json.dumps(value).encode())


def test_the_fake_calls_back_for_each_letter(fake: UnisenderFake) -> None:
    with UnisenderFake(key=KEY) as site:  # any server that takes a call will do
        fake.callback = f"{site.url}/hook"
        fake.courier.pauses = ()
        fake.fates["anna@example.ru"] = ("hard_bounced", "err_mailbox_full")
        channel = channel_for(fake)
        channel.send(letter_to("anna@example.ru", "r2"))
        channel.close()

        assert fake.courier.wait()
        (report,) = WEBHOOK.read(site.calls[0].body)

    assert WEBHOOK.verify(HEADERS, site.calls[0].body)
    assert isinstance(report, DeliveryReport)
    assert (report.reference, report.address_fault) == ("r2", "soft")
