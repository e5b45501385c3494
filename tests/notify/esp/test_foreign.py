"""Mailgun and Postmark: one adapter, with their own calls, codes and signatures."""

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest

from notify.channels.base import (
    Accepted,
    Misconfigured,
    OutboundMessage,
    Outcome,
    OutcomeUnknown,
    Rejected,
    TemporarilyUnavailable,
)
from notify.channels.events import Complaint, DeliveryReport, Event, Webhook
from notify.channels.setup import Provider, ProviderKind, SetupValues
from notify.esp.provider import MAILGUN, POSTMARK
from portal.laptop.fakes.server import Call, HttpFake, Reply
from tests.notify.esp.test_unisender import REFERENCE, letter_to

SECRETS = ("new-secret", "old-secret")


class Service(HttpFake):
    """Answers as it is told."""

    told: Reply = Reply()

    def answer(self, call: Call) -> Reply:  # noqa: ARG002 - the fake's signature
        return self.told

    def addresses(self, call: Call) -> list[str]:  # noqa: ARG002 - the fake's signature
        return []


@pytest.fixture
def service() -> Iterator[Service]:
    with Service() as running:
        yield running


def provider(kind: ProviderKind, service: Service | None = None, secrets: tuple[str, ...] = SECRETS) -> Provider:
    given = {one.name: one.default for one in kind.fields} | {
        "api_key": "key", "signing_key": "sign", "sender": "info@romashka.example",
        "url": service.url + "/v3/" if service else "http://127.0.0.1:9/",
    }  # fmt: skip
    return kind.make(SetupValues(name=kind.code, values=given, webhook_secrets=secrets))


def sent(kind: ProviderKind, service: Service, told: Reply, message: OutboundMessage | None = None) -> Outcome:
    service.told = told
    make = provider(kind, service).adapter
    assert make is not None
    channel = make("email")
    try:
        return channel.send(message or letter_to("ivan@example.ru", feedback_id="c1:s:7:m"))
    finally:
        channel.close()


def webhook(kind: ProviderKind) -> Webhook:
    found = provider(kind).webhook
    assert found is not None
    return found


class TestMailgun:
    TAKEN = Reply(body={"id": f"<{REFERENCE}@romashka.example>", "message": "Queued. Thank you."})

    def test_a_letter_goes_as_a_form_with_our_number(self, service: Service) -> None:
        outcome = sent(MAILGUN, service, self.TAKEN)

        (call,) = service.calls
        form = call.form()
        assert outcome == Accepted(REFERENCE, f"<{REFERENCE}@romashka.example>")
        assert call.path == "/v3/romashka.example/messages"
        assert call.headers["authorization"] == "Basic " + b64encode(b"api:key").decode()
        assert form["text"] == "Текст"
        assert form["v:reference"] == REFERENCE
        assert form["h:Message-Id"] == f"<{REFERENCE}@romashka.example>"
        assert (form["o:tracking-clicks"], form["o:tracking-opens"]) == ("no", "no")

    @pytest.mark.parametrize(
        ("reply", "expected"),
        [
            (Reply(body={"message": "to parameter is not a valid address"}, status=400), Rejected),
            (Reply(body="Forbidden", status=401), Misconfigured),
            (Reply(body={"message": "Domain not found: x"}, status=404), Misconfigured),
            (Reply(body={"message": "later"}, status=429), TemporarilyUnavailable),
            (Reply(body={"message": "oops"}, status=500), OutcomeUnknown),
            (Reply(body="Mailgun Magnificent API", status=200), OutcomeUnknown),
            (Reply(body={"id": 1}, status=200), OutcomeUnknown),
            (Reply(body="", status=307, headers={"Location": "/again"}), OutcomeUnknown),
        ],
    )
    def test_each_answer_has_one_meaning_and_is_asked_for_once(
        self, service: Service, reply: Reply, expected: type
    ) -> None:
        try:
            outcome: object = sent(MAILGUN, service, reply)
        except (Misconfigured, TemporarilyUnavailable) as error:
            outcome = error

        assert type(outcome) is expected
        assert len(service.calls) == 1

    def call(self, **data: Any) -> bytes:
        token, at = "t" * 50, "1795000000"
        signature = hmac.new(b"sign", f"{at}{token}".encode(), hashlib.sha256).hexdigest()
        data = {
            "recipient": "ivan@example.ru",
            "timestamp": 1795000000.5,
            "user-variables": {"reference": REFERENCE},
            "message": {"headers": {"message-id": f"{REFERENCE}@romashka.example"}},
            **data,
        }
        return json.dumps(
            {"signature": {"timestamp": at, "token": token, "signature": signature}, "event-data": data}
        ).encode()

    def test_a_signed_call_is_theirs_and_a_changed_one_is_not(self) -> None:
        body = self.call(event="delivered")

        assert webhook(MAILGUN).verify({}, body)
        assert not webhook(MAILGUN).verify({}, body.replace(b'"ttt', b'"uuu'))
        assert not webhook(MAILGUN).verify({}, b"{}")

    @pytest.mark.parametrize(
        ("data", "state", "fault"),
        [
            ({"event": "delivered"}, "delivered", ""),
            (
                {"event": "failed", "severity": "permanent", "delivery-status": {"message": "550 5.1.1 no such user"}},
                "failed",
                "dead",
            ),
            ({"event": "failed", "severity": "permanent", "reason": "suppress-bounce"}, "failed", "dead"),
            (
                {"event": "failed", "severity": "permanent", "delivery-status": {"message": "554 5.7.1 spam"}},
                "failed",
                "",
            ),
        ],
    )
    def test_a_call_says_what_became_of_the_letter(self, data: dict[str, Any], state: str, fault: str) -> None:
        (report,) = webhook(MAILGUN).read(self.call(**data))

        assert isinstance(report, DeliveryReport)
        assert (report.reference, report.state, report.address_fault) == (REFERENCE, state, fault)

    def test_what_is_not_final_moves_nothing(self) -> None:
        assert webhook(MAILGUN).read(self.call(event="failed", severity="temporary")) == []
        assert webhook(MAILGUN).read(self.call(event="opened")) == []


def postmark_error(status: int, code: int, message: str) -> Reply:
    return Reply(body={"ErrorCode": code, "Message": message}, status=status)


class TestPostmark:
    TAKEN = Reply(body={"ErrorCode": 0, "Message": "OK", "MessageID": "pm-1", "To": "ivan@example.ru"})

    def test_a_letter_goes_with_our_number_and_the_key_in_a_header(self, service: Service) -> None:
        outcome = sent(POSTMARK, service, self.TAKEN)

        (call,) = service.calls
        data = call.json()
        assert outcome == Accepted(REFERENCE, "pm-1")
        assert call.headers["x-postmark-server-token"] == "key"
        assert data["Metadata"] == {"reference": REFERENCE}
        assert {"Name": "X-PM-KeepID", "Value": "true"} in data["Headers"]
        assert {"Name": "Feedback-ID", "Value": "c1:s:7:m"} in data["Headers"]

    @pytest.mark.parametrize(
        ("reply", "expected", "fault"),
        [
            (postmark_error(422, 300, "Invalid 'To' address: 'ivan@example.ru'."), Rejected, "dead"),
            (
                postmark_error(
                    422,
                    406,
                    "Found inactive addresses: ivan@example.ru. Inactive recipients are ones that have bounced.",
                ),
                Rejected,
                "",
            ),
            (postmark_error(422, 300, "Invalid 'From' address"), Rejected, ""),
            (postmark_error(422, 400, "Sender not found"), Misconfigured, ""),
            (postmark_error(422, 405, "Not allowed: no credits"), Misconfigured, ""),
            (postmark_error(401, 10, "Bad token"), Misconfigured, ""),
            (postmark_error(503, 100, "Maintenance"), TemporarilyUnavailable, ""),
            (postmark_error(500, 0, "oops"), OutcomeUnknown, ""),
        ],
    )
    def test_each_answer_has_one_meaning(self, service: Service, reply: Reply, expected: type, fault: str) -> None:
        try:
            outcome: object = sent(POSTMARK, service, reply)
        except (Misconfigured, TemporarilyUnavailable) as error:
            outcome = error

        assert type(outcome) is expected
        assert getattr(outcome, "address_fault", "") == fault
        assert "ivan" not in getattr(outcome, "reason", "")

    def test_each_of_our_secrets_opens_and_no_other_does(self) -> None:
        def header(secret: str) -> dict[str, str]:
            return {"Authorization": "Basic " + b64encode(f"mostik:{secret}".encode()).decode()}

        assert all(webhook(POSTMARK).verify(header(secret), b"{}") for secret in SECRETS)
        assert not webhook(POSTMARK).verify(header("other"), b"{}")
        assert not webhook(POSTMARK).verify({}, b"{}")
        with pytest.raises(Misconfigured, match="no_webhook_secret"):
            provider(POSTMARK, secrets=())

    def read(self, **data: Any) -> list[Event]:
        given = {"MessageID": "pm-1", "Metadata": {"reference": REFERENCE}, "BouncedAt": "2026-11-30T10:00:05Z", **data}
        return list(webhook(POSTMARK).read(json.dumps(given).encode()))

    @pytest.mark.parametrize(
        ("data", "state", "fault"),
        [
            ({"RecordType": "Delivery", "DeliveredAt": "2026-11-30T10:00:05Z"}, "delivered", ""),
            ({"RecordType": "Bounce", "Type": "HardBounce", "ID": 7}, "failed", "dead"),
            ({"RecordType": "Bounce", "Type": "SoftBounce", "ID": 7}, "failed", "soft"),
            ({"RecordType": "Bounce", "Type": "Blocked", "Details": "550 5.1.1 x"}, "failed", ""),
        ],
    )
    def test_a_call_says_what_became_of_the_letter(self, data: dict[str, Any], state: str, fault: str) -> None:
        (report,) = self.read(**data)

        assert isinstance(report, DeliveryReport)
        assert (report.reference, report.state, report.address_fault) == (REFERENCE, state, fault)

    def test_a_complaint_and_an_unsubscription_are_told_apart(self) -> None:
        (spam,) = self.read(RecordType="SpamComplaint", Type="SpamComplaint")
        (left,) = self.read(
            RecordType="SubscriptionChange", SuppressSending=True, SuppressionReason="ManualSuppression"
        )

        assert isinstance(spam, Complaint)
        assert isinstance(left, Complaint)
        assert (spam.is_unsubscribe, left.is_unsubscribe) == (False, True)

    def test_an_automatic_answer_and_a_delay_move_nothing(self) -> None:
        assert self.read(RecordType="Bounce", Type="AutoResponder") == []
        assert self.read(RecordType="Bounce", Type="Transient") == []
