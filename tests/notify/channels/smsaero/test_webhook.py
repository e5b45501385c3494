"""Calls of SMS Aero: unsigned, so only their form is looked at."""

import json
from urllib.parse import urlencode

import pytest

from notify.channels.base import Rejected
from notify.channels.smsaero.webhook import STATUSES, SmsaeroWebhook
from tests.notify.channels.sms_cases import assert_reader_never_breaks

REPORT = {"id": 12345, "status": 1, "extendStatus": "delivery", "dateSend": 1764500000, "dateAnswer": 1764500060}


@pytest.mark.parametrize("body", [json.dumps(REPORT).encode(), urlencode(REPORT).encode()])
def test_json_and_a_form_say_the_same(body: bytes) -> None:
    assert SmsaeroWebhook().verify({}, body)
    (report,) = SmsaeroWebhook().read(body)

    assert (report.provider_id, report.state, report.event_key) == ("12345", "delivered", "12345:1")
    assert int(report.occurred_at.timestamp()) == 1764500060


@pytest.mark.parametrize(("status", "meant"), STATUSES.items())
def test_every_status_means_what_the_table_says(status: int, meant: tuple[str, str]) -> None:
    (report,) = SmsaeroWebhook().read(json.dumps({**REPORT, "status": str(status)}).encode())

    assert (report.state, report.detail) == meant


def test_a_status_that_we_do_not_know_moves_nothing() -> None:
    (report,) = SmsaeroWebhook().read(b'{"id": "1", "status": 55, "dateAnswer": null}')

    assert (report.state, report.detail) == ("unknown", "status_55")


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"id=1", b"id=x&status=1", b'{"id": true, "status": 1}', b"\xff", b"{" * 9000]
)
def test_what_has_no_form_of_a_report_is_not_theirs(body: bytes) -> None:
    assert not SmsaeroWebhook().verify({}, body)
    with pytest.raises(Rejected, match="unreadable"):
        SmsaeroWebhook().read(body)


def test_any_bytes_give_events_or_a_refusal() -> None:
    assert_reader_never_breaks(SmsaeroWebhook(), [json.dumps(REPORT).encode(), urlencode(REPORT).encode()])
