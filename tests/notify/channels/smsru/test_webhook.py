"""Calls of SMS.RU: records in any number and order, signed over all of them."""

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode

import pytest

from notify.channels.base import Rejected
from notify.channels.smsru.webhook import SmsruWebhook
from notify.channels.smsru.words import STATUSES
from portal.laptop.fakes.sms import TakenSms
from portal.laptop.fakes.smsru import SmsruFake
from tests.notify.channels.sms_cases import assert_reader_never_breaks

SMS = TakenSms(provider_id="202648-1", phone="79161234567", text="Текст", statuses=[102, 103])
RECORDS = [
    "sms_status\n202648-1\n103\n1764500000",
    "test\n1764500000",
    "callcheck_status\n1-1\n401\n1764500000",
    "sms_status\n202648-2\n104\n1764500001",
]


@pytest.fixture
def fake() -> Iterator[SmsruFake]:
    with SmsruFake() as running:
        yield running


@pytest.mark.parametrize("first", [0, 1])
def test_a_signed_call_is_theirs_wherever_its_numbers_begin(fake: SmsruFake, first: int) -> None:
    fake.first = first

    assert SmsruWebhook(("old", fake.api_id)).verify({}, fake.signed(RECORDS))
    assert not SmsruWebhook(("old",)).verify({}, fake.signed(RECORDS))


@pytest.mark.parametrize("keys", [(), ("",)])
def test_without_a_key_nothing_is_theirs(fake: SmsruFake, keys: tuple[str, ...]) -> None:
    fake.api_id = ""

    assert not SmsruWebhook(keys).verify({}, fake.signed(RECORDS))


def test_records_are_joined_by_their_numbers_whatever_order_they_come_in(fake: SmsruFake) -> None:
    records = [f"sms_status\n202648-{number}\n103\n1764500000" for number in range(12)]
    fields = parse_qsl(fake.signed(records).decode())

    assert SmsruWebhook((fake.api_id,)).verify({}, urlencode(fields[::-1]).encode())


def test_a_changed_record_breaks_the_signature(fake: SmsruFake) -> None:
    body = fake.signed(RECORDS)

    assert not SmsruWebhook((fake.api_id,)).verify({}, body.replace(b"202648-2", b"202648-3"))
    assert not SmsruWebhook((fake.api_id,)).verify({}, body.partition(b"&hash=")[0])


def test_only_reports_are_read_and_the_answer_is_a_hundred(fake: SmsruFake) -> None:
    webhook = SmsruWebhook((fake.api_id,))
    reports = webhook.read(fake.signed(RECORDS))

    assert [(one.provider_id, one.state, one.detail) for one in reports] == [
        ("202648-1", "delivered", ""),
        ("202648-2", "failed", "expired"),
    ]
    assert int(reports[0].occurred_at.timestamp()) == 1764500000
    assert webhook.answer(b"") == "100"


def test_a_heartbeat_alone_is_theirs_and_says_nothing(fake: SmsruFake) -> None:
    body = fake.signed(["test\n1764500000"])

    assert SmsruWebhook((fake.api_id,)).verify({}, body)
    assert SmsruWebhook((fake.api_id,)).read(body) == []


@pytest.mark.parametrize(("status", "meant"), STATUSES.items())
def test_every_status_means_what_the_table_says(fake: SmsruFake, status: int, meant: tuple[str, str, str]) -> None:
    (report,) = SmsruWebhook(()).read(fake.callback(SMS, status)[1])

    assert (report.state, report.detail, report.address_fault) == meant
    assert report.event_key == f"202648-1:{status}"


def test_a_status_that_we_do_not_know_moves_nothing(fake: SmsruFake) -> None:
    (report,) = SmsruWebhook(()).read(fake.callback(SMS, 555)[1])

    assert (report.state, report.detail) == ("unknown", "status_555")


def test_a_record_without_a_time_happens_now(fake: SmsruFake) -> None:
    assert SmsruWebhook(()).read(fake.signed(["sms_status\n202648-1\n103"]))[0].state == "delivered"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"\xff",
        b"a=b",
        b"data[x]=sms_status",
        urlencode({"data[0]": "sms_status\n1-1\nx"}).encode(),
        urlencode({"data[0]": "sms_status\n1-1"}).encode(),
    ],
)
def test_what_cannot_be_read_is_refused(body: bytes) -> None:
    with pytest.raises(Rejected, match="unreadable"):
        SmsruWebhook(()).read(body)


def test_any_bytes_give_events_or_a_refusal(fake: SmsruFake) -> None:
    assert_reader_never_breaks(SmsruWebhook((fake.api_id,)), [fake.signed(RECORDS), fake.callback(SMS, 103)[1]])


def test_a_record_that_cannot_be_read_spoils_no_other(fake: SmsruFake) -> None:
    records = ["sms_status\n\n103", RECORDS[0], "sms_status\n202648-3\nmany", RECORDS[3]]

    reports = SmsruWebhook((fake.api_id,)).read(fake.signed(records))

    assert [report.provider_id for report in reports] == ["202648-1", "202648-2"]
