"""Calls of SMSC.ru: signatures, statuses and incoming SMS in any order and shape."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from notify.channels.base import Rejected
from notify.channels.events import DeliveryReport, InboundText
from notify.channels.smsc.reports import message_id
from notify.channels.smsc.webhook import SmscWebhook
from portal.laptop.fakes.sms import TakenSms
from portal.laptop.fakes.smsc import SmscFake
from tests.notify.channels.sms_cases import assert_reader_never_breaks

SMS = TakenSms(provider_id="12345", phone="79161234567", text="Текст", statuses=[0, 1])


@pytest.fixture
def fake() -> Iterator[SmscFake]:
    with SmscFake() as running:
        yield running


def fields_of(body: bytes) -> dict[str, str]:
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


def form(fields: Mapping[str, str]) -> bytes:
    return urlencode(fields).encode()


def incoming(fake: SmscFake, **fields: Any) -> bytes:
    bodies: list[bytes] = []
    caught: Any = fake
    caught.call_back = lambda _headers, body: bodies.append(body)
    fake.receive("+79161234567", "СТОП 🙏", **fields)
    return bodies[0]


@pytest.mark.parametrize("signs", [("md5",), ("sha1",), ("md5", "sha1")])
def test_a_signed_call_is_theirs_with_any_secret_in_force(fake: SmscFake, signs: tuple[str, ...]) -> None:
    fake.signs = signs

    for body in (fake.callback(SMS, 1)[1], incoming(fake)):
        assert SmscWebhook(("new", fake.secret)).verify({}, body)
        assert not SmscWebhook(("new", "old")).verify({}, body)


@pytest.mark.parametrize("secrets", [(), ("",)])
def test_without_a_secret_nothing_is_theirs(fake: SmscFake, secrets: tuple[str, ...]) -> None:
    fake.secret = ""

    assert not SmscWebhook(secrets).verify({}, fake.callback(SMS, 1)[1])


@pytest.mark.parametrize("name", ["id", "phone", "status", "md5", "sha1"])
def test_a_changed_field_breaks_the_signature(fake: SmscFake, name: str) -> None:
    fields = fields_of(fake.callback(SMS, 1)[1])

    assert not SmscWebhook((fake.secret,)).verify({}, form({**fields, name: fields[name] + "0"}))


def test_a_call_without_a_signature_is_not_theirs(fake: SmscFake) -> None:
    fake.signs = ()

    assert not SmscWebhook((fake.secret,)).verify({}, fake.callback(SMS, 1)[1])


def test_a_status_is_found_by_the_name_of_the_message(fake: SmscFake) -> None:
    (report,) = SmscWebhook(()).read(fake.callback(SMS, 1)[1])

    assert isinstance(report, DeliveryReport)
    assert report.state == "delivered"
    assert report.provider_id == message_id(12345, "+79161234567")
    assert "79161234567" not in report.event_key
    assert abs((report.occurred_at - datetime.now(UTC)).total_seconds()) < 3600


def test_repeats_have_one_key_and_statuses_differ_by_it(fake: SmscFake) -> None:
    keys = [SmscWebhook(()).read(fake.callback(SMS, status)[1])[0].event_key for status in (0, 1, 1)]

    assert keys[1] == keys[2]
    assert keys[0] != keys[1]


def test_json_says_the_same_as_a_form(fake: SmscFake) -> None:
    body = fake.callback(SMS, 20)[1]
    values: dict[str, Any] = {**fields_of(body), "status": 20, "err": None}
    webhook = SmscWebhook((fake.secret,))

    assert webhook.verify({}, json.dumps(values).encode())
    assert webhook.read(json.dumps(values).encode())[0].event_key == webhook.read(body)[0].event_key


def test_an_incoming_sms_is_a_text_of_a_phone_in_our_form(fake: SmscFake) -> None:
    (event,) = SmscWebhook(()).read(incoming(fake, sms_id="777"))

    assert isinstance(event, InboundText)
    assert (event.channel, event.account, event.chat, event.text) == ("sms", "+79161234567", "+79161234567", "СТОП 🙏")
    assert event.in_reply_to == message_id(777, "79161234567")
    assert event.event_key


def test_an_incoming_sms_without_a_name_of_its_own_gets_one_from_what_it_says() -> None:
    fields = {"phone": "89161234567", "mes": "Стоп", "to": "79005550000", "time": "30.11.2026 12:00:00"}
    first, again, other = [
        SmscWebhook(()).read(form({**fields, "mes": text}))[0].event_key for text in ("Стоп", "Стоп", "Да")
    ]

    assert first == again != other


def test_a_time_of_moscow_becomes_ours() -> None:
    fields = {"phone": "79161234567", "mes": "Стоп", "to": "1", "time": "30.11.2026 12:00:00"}

    assert SmscWebhook(()).read(form(fields))[0].occurred_at == datetime(2026, 11, 30, 9, tzinfo=UTC)


@pytest.mark.parametrize("fields", [{"waitcall": "1", "phone": "79161234567"}, {"mes": "x", "phone": ""}])
def test_what_is_not_for_us_is_skipped(fields: dict[str, str]) -> None:
    assert SmscWebhook(()).read(form(fields)) == []


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"[1]", b"\xff\xfe", b"id=x&phone=7&status=1", b"id=1&phone=7&status=", b"{"]
)
def test_what_cannot_be_read_is_refused(body: bytes) -> None:
    with pytest.raises(Rejected, match="unreadable"):
        SmscWebhook(()).read(body)


def test_any_bytes_give_events_or_a_refusal(fake: SmscFake) -> None:
    good = [fake.callback(SMS, 1)[1], incoming(fake), json.dumps(fields_of(fake.callback(SMS, 20)[1])).encode()]

    assert_reader_never_breaks(SmscWebhook((fake.secret,)), good)
