"""What each provider says of one message of ours and of one person: calls of its webhook, and answers to our calls.

Each value can be spoiled: see `spoiled`.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from notify.channels.mailbox.webhook import stored_form
from notify.channels.setup import Provider, SetupValues
from notify.channels.smsc.reports import message_id
from notify.channels.vk.adapter import random_id
from notify.provider_kinds import KINDS
from tests.payloads import max_updates
from tests.payloads.mail import BOUNCE, DOMAIN, KEY, MESSAGE_ID, PERSON, REFERENCE, SENDER

TEXT: Final = "Стоп"
PHONE: Final = "79161234567"
AT: Final = 1_795_000_000
MOMENT: Final = "2026-11-30T09:00:00Z"
URL: Final = "http://127.0.0.1:9"
SECRET: Final = "whsec_" + "A" * 32


@dataclass(frozen=True, slots=True)
class Called:
    """One call of a webhook: what it says, and how that is written."""

    said: Any
    written: Callable[[Any], bytes]


def in_json(said: Any) -> bytes:
    return json.dumps(said).encode()


def in_form(said: Mapping[str, Any]) -> bytes:
    return urlencode(said, errors="surrogatepass").encode()


def in_records(said: Sequence[Sequence[object]]) -> bytes:
    """As SMS.RU writes."""
    records = {f"data[{number}]": "\n".join(map(str, record)) for number, record in enumerate(said)}
    return in_form({**records, "hash": "0"})


def in_letter(said: Mapping[str, str]) -> bytes:
    """In UTF-7, which spells every sign there is, halves of pairs too."""
    lines = [
        f"From: {_worded(said['from'])}",
        f"To: {SENDER}",
        f"Subject: =?utf-7?Q?{_quoted(said['subject'])}?=",
        "Date: Mon, 30 Nov 2026 12:00:00 +0300",
        f"Message-ID: {_worded(said['id'])}",
        f"In-Reply-To: {_worded(said['answers'])}",
        "Content-Type: text/plain; charset=utf-7",
        "",
        "",
    ]
    return stored_form("\r\n".join(lines).encode() + said["text"].encode("utf-7"))


def _quoted(text: str) -> str:
    return "".join(f"={one:02X}" for one in text.encode("utf-7"))


def _worded(text: str) -> str:
    return text if text.isascii() and text.isprintable() else f"=?utf-7?Q?{_quoted(text)}?="


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One provider. ``fields`` set it up; ``provider_id`` is its name of our message, where it knows no ``reference``.

    ``answers`` and ``refusals`` are JSON by the end of the path that was called.
    """

    fields: Mapping[str, str]
    calls: Sequence[Called] = ()
    answers: Mapping[str, Any] | None = None
    refusals: Mapping[str, Any] | None = None
    provider_id: str = ""


def _smpp(kind: str, **said: Any) -> Called:
    return Called({"kind": kind, "at": MOMENT, "source": PHONE, "destination": "8", **said}, in_json)


def _exolve(**said: Any) -> dict[str, Any]:
    return {"message_id": "439166538841916", "sender": PHONE, "receiver": PHONE, "date": MOMENT, **said}


def _chatapp(kind: str, item: Mapping[str, Any]) -> Called:
    return Called({"data": [item], "meta": {"type": kind, "licenseId": 1, "messengerType": "max"}}, in_json)


def _vk(kind: str, thing: Mapping[str, Any]) -> Called:
    return Called({"type": kind, "group_id": 777, "event_id": "e1", "secret": "s", "object": thing}, in_json)


def _app(kind: str, **data: Any) -> Called:
    return Called({"id": "ev-1", "type": kind, "timestamp": MOMENT, "data": data}, in_json)


def _unisender(status: str, **more: Any) -> Called:
    data = {"job_id": "1t-1", "metadata": {"reference": REFERENCE}, "email": PERSON, "status": status, **more}
    data["event_time"] = "2026-11-30 10:00:05"
    event = {"event_name": "transactional_email_status", "event_data": data}
    return Called({"auth": "0", "events_by_user": [{"user_id": 456, "events": [event]}]}, in_json)


def _mailgun(**data: Any) -> Called:
    headers = {"headers": {"message-id": f"{REFERENCE}@{DOMAIN}"}}
    given = {"recipient": PERSON, "timestamp": AT, "user-variables": {"reference": REFERENCE}, "message": headers}
    return Called({"signature": {}, "event-data": {**given, **data}}, in_json)


def _postmark(**data: Any) -> Called:
    return Called({"MessageID": "pm-1", "Metadata": {"reference": REFERENCE}, "BouncedAt": MOMENT, **data}, in_json)


_MAIL: Final = {"api_key": "key", "sender": SENDER}
_SMS_STATUS: Final = {"id": "12345", "phone": PHONE, "status": "1", "err": "0", "ts": AT}
_SMS: Final = {"id": "7", "phone": PHONE, "mes": TEXT, "to": PHONE, "sms_id": "12345", "ts": AT, "time": "x"}
_CARD: Final = max_updates.contact(PHONE, token="t")

SAID: Final[Mapping[str, Said]] = {
    "max": Said(
        fields={"token": "t"},
        calls=[
            *(
                Called(update, in_json)
                for update in (
                    max_updates.message_created(TEXT),
                    max_updates.message_callback(TEXT),
                    max_updates.bot_started(payload="x"),
                    max_updates.message_sent([_CARD], text=TEXT),
                    max_updates.bot_stopped(),
                )
            ),
        ],
        answers={"/messages": {"message": {"body": {"mid": "mid.1"}}}, "/me": {"username": "romashka_bot"}},
        refusals={"/messages": {"code": "proto.payload", "message": "no"}, "/me": {"code": "x", "error": "y"}},
    ),
    "smsc": Said(
        fields={"api_key": "k", "login": "romashka"},
        provider_id=message_id(12345, PHONE),
        calls=[Called(said, written) for said in (_SMS_STATUS, _SMS) for written in (in_json, in_form)],
        answers={
            "send.php": {"id": 1, "cnt": 1, "cost": "2.5", "phones": [{"phone": PHONE, "status": "", "error": ""}]},
            "status.php": [{"status": 1, "last_timestamp": AT, "err": 0}],
            "balance.php": {"balance": "100.5", "currency": "RUR"},
        },
        refusals={"send.php": {"id": 1, "phones": [{"phone": PHONE, "status": "20", "error": "6"}]}},
    ),
    "smsru": Said(
        fields={"api_id": "k"},
        provider_id="202648-1",
        calls=[Called([["sms_status", "202648-1", 103, AT]], in_records)],
        answers={
            "sms/send": {
                "status_code": 100,
                "sms": {PHONE: {"status_code": 100, "sms_id": "202648-1"}},
            },
            "sms/status": {"status_code": 100, "sms": {"202648-1": {"status_code": 103}}},
            "sms/cost": {"status_code": 100, "total_cost": 2.5},
            "my/balance": {"status_code": 100, "balance": 100.5},
        },
        refusals={"sms/send": {"status_code": 100, "sms": {PHONE: {"status_code": 202}}}},
    ),
    "smpp": Said(
        fields={"host": "127.0.0.1", "port": "9", "system_id": "m", "password": "p", "source": "MOSTIK"},
        provider_id="439041101",
        calls=[
            _smpp("receipt", text="id:439041101 stat:DELIVRD err:000 text:", parameters={}),
            _smpp("receipt", text="stat:UNDELIV err:0B7", parameters={"001e": b"439041101\0".hex()}),
            _smpp("text", text=TEXT),
        ],
    ),
    "smsaero": Said(
        fields={"email": SENDER, "api_key": "k"},
        provider_id="12345",
        calls=[Called({"id": 12345, "status": 1, "dateAnswer": AT}, written) for written in (in_json, in_form)],
        answers={
            "sms/send": {"success": True, "data": {"id": 12345, "status": 0}},
            "sms/status": {"success": True, "data": {"id": 12345, "status": 1, "dateAnswer": AT}},
            "balance": {"success": True, "data": {"balance": 100.5}},
        },
        refusals={"sms/send": {"success": False, "result": "reject", "message": "no"}},
    ),
    "exolve": Said(
        fields={"api_key": "k", "sender": "Romashka"},
        provider_id="439166538841916",
        calls=[
            Called(_exolve(direction="DIRECTION_OUTGOING", delivery_status="DELIVERY_STATUS_DELIVERED"), in_json),
            Called(_exolve(direction="DIRECTION_INCOMING", text=TEXT), in_json),
        ],
        answers={
            "SendSMS": {"message_id": "439166538841916"},
            "GetList": {"messages": [_exolve(delivery_status="DELIVERED")]},
        },
        refusals={"SendSMS": {"error": {"code": 5, "message": "no"}}},
    ),
    "vk": Said(
        fields={"token": "t", "group_id": "777"},
        calls=[
            _vk("message_new", {"message": {"id": 5, "date": AT, "from_id": 42, "text": TEXT, "ref": "x"}}),
            _vk("message_allow", {"user_id": 42, "key": "x"}),
            _vk("message_deny", {"user_id": 42}),
        ],
        answers={
            "messages.send": {"response": 5},
            "messages.getHistory": {
                "response": {"items": [{"id": 5, "date": AT, "out": 1, "random_id": random_id(REFERENCE)}]}
            },
            "groups.getById": {"response": {"groups": [{"id": 777, "screen_name": "romashka"}]}},
        },
        refusals={"": {"error": {"error_code": 901, "error_msg": "no"}}},
    ),
    "chatapp": Said(
        fields={"email": SENDER, "password": "p", "app_id": "app_1_1", "license_id": "1", "max_type": "max"},
        calls=[
            _chatapp("messageStatus", {"id": "B1", "type": "viewed", "time": AT, "fromApp": {"tracking": REFERENCE}}),
            _chatapp(
                "messageStatus",
                {"id": "B1", "type": "sent", "time": AT, "fromApp": {"tracking": REFERENCE}, "error": {"code": "Bad"}},
            ),
            _chatapp(
                "message",
                {"id": "I1", "side": "in", "time": AT, "type": "text", "message": {"text": TEXT}, "chat": {"id": "5"}},
            ),
            Called({"id_chat": "5", "sender": "client", "message": TEXT, "messenger": "max", "license": "1"}, in_json),
        ],
        answers={
            "/tokens": {"success": True, "data": {"accessToken": "a", "refreshToken": "r"}},
            "/text": {"success": True, "data": {"id": "B1"}},
            "/messages": {
                "success": True,
                "data": {"items": [{"id": "B1", "side": "out", "time": AT, "tracking": REFERENCE}]},
            },
            "/licenses": {
                "success": True,
                "data": [
                    {
                        "licenseId": 1,
                        "licenseName": "Линия",
                        "licenseTo": AT,
                        "status": {"code": "paid"},
                        "messenger": [{"type": "max", "name": "MAX"}],
                    }
                ],
            },
        },
        refusals={"": {"success": False, "error": {"code": "ApiBadError", "message": "no"}}},
    ),
    "ownapp": Said(
        fields={"url": "http://127.0.0.1:9/in", "secret": SECRET},
        calls=[
            _app("message.read", message_id=REFERENCE),
            _app("message.failed", message_id=REFERENCE, reason="other"),
            _app("message.reply", customer="К-7", chat="c", text=TEXT, attachments=[{"type": "image"}]),
            _app("dialogue.started", customer="К-7", chat="c", payload="x"),
            _app("dialogue.stopped", customer="К-7"),
        ],
        answers={"": {"id": "ok-1"}},
        refusals={"": {"error": "unknown_customer"}},
    ),
    "mailbox": Said(
        fields={"host": "127.0.0.1", "user": "u", "password": "p"},
        calls=[
            Called(
                {"from": PERSON, "subject": "Письмо", "id": "<a@b.example>", "answers": MESSAGE_ID, "text": TEXT},
                in_letter,
            )
        ],
    ),
    "lookup": Said(fields={"url": URL, "secret": SECRET}),
    "unisender": Said(
        fields=_MAIL,
        calls=[
            _unisender("delivered"),
            _unisender("hard_bounced", delivery_info={"delivery_status": "err_x", "destination_response": "550 5.1.1"}),
            _unisender("spam"),
        ],
        answers={"send.json": {"status": "success", "job_id": "1t-1", "emails": [PERSON]}},
        refusals={"send.json": {"status": "error", "code": 999, "message": "no", "failed_emails": {}}},
    ),
    "mailgun": Said(
        fields={**_MAIL, "signing_key": "s"},
        calls=[
            _mailgun(event="delivered", id="g1"),
            _mailgun(event="failed", severity="permanent", reason="old", **{"delivery-status": {"message": "550"}}),
        ],
        answers={"messages": {"id": f"<{REFERENCE}@{DOMAIN}>", "message": "Queued."}},
        refusals={"messages": {"message": "no"}},
    ),
    "postmark": Said(
        fields=_MAIL,
        calls=[
            _postmark(RecordType="Delivery", DeliveredAt=MOMENT),
            _postmark(RecordType="Bounce", Type="HardBounce", ID=7, Details="550 5.1.1 x"),
            _postmark(RecordType="SpamComplaint", Type="SpamComplaint"),
        ],
        answers={"email": {"ErrorCode": 0, "Message": "OK", "MessageID": "pm-1", "To": PERSON}},
        refusals={"email": {"ErrorCode": 999, "Message": "no"}},
    ),
}
"""By the code of its kind: all that can be set up."""

SANDBOX_CALL: Final = Called(
    {"events": [{"key": "k", "reference": REFERENCE, "id": "1", "state": "read", "at": MOMENT, "detail": "d"}]},
    in_json,
)


def provider_of(kind: str) -> Provider:
    """One provider as it would be set up, with all that a site adds to its fields."""
    given = {**{one.name: one.default for one in KINDS[kind].fields}, **SAID[kind].fields}
    return KINDS[kind].make(
        SetupValues(
            name=kind,
            values=given,
            webhook_secrets=("s",),
            mail_domain=DOMAIN,
            bounce_address=BOUNCE,
            bounce_key=KEY,
        )
    )


def spoiled(said: Any, bad: str) -> Iterator[Any]:
    """``said`` once for each of its values with ``bad`` behind it, and once with ``bad`` in its place."""
    for path in _paths(said):
        for value in (f"{_at(said, path)}{bad}", bad):
            copy = {"": deepcopy(said)}
            inside = _at(copy, ("", *path[:-1]))
            inside[path[-1]] = value
            yield copy[""]


def _paths(said: Any) -> Iterator[tuple[Any, ...]]:
    inner = said.items() if isinstance(said, dict) else enumerate(said) if isinstance(said, list) else ()
    for name, value in inner:
        if isinstance(value, dict | list):
            yield from ((name, *path) for path in _paths(value))
        else:
            yield (name,)


def _at(said: Any, path: Sequence[Any]) -> Any:
    for name in path:
        said = said[name]
    return said
