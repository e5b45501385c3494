"""What SMSC.ru calls back with: statuses of messages and incoming SMS, as a form or as JSON, signed."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final
from urllib.parse import parse_qsl

from notify.channels.base import Rejected
from notify.channels.columns import LONGEST_TEXT, column_word
from notify.channels.events import DeliveryReport, InboundText, PlainAnswer
from notify.channels.sms_phones import digits_of, e164, moment_of, number_of
from notify.channels.smsc.reports import message_id, report

MOSCOW: Final = timezone(timedelta(hours=3))
SIGNED: Final[Mapping[str, tuple[str, ...]]] = {
    "status": ("id", "phone", "status"),
    "mes": ("phone", "mes", "to"),
}
"""By the field that tells them apart: what is signed in a status, and in an incoming SMS."""
HASHES: Final = ("md5", "sha1")


class SmscWebhook(PlainAnswer):
    """Calls signed by md5 or sha1 of some of their fields and the secret."""

    def __init__(self, secrets: Sequence[str], *, barred: frozenset[int] = frozenset()) -> None:
        self._secrets, self._barred = secrets, barred

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:  # noqa: ARG002 - the protocol's signature
        """Compare every signature that is given with those of every secret in force."""
        try:
            fields = _fields(body)
        except Rejected:
            return False
        given = {name: column_word(fields[name]).lower() for name in HASHES if fields.get(name)}
        fits = [_all_fit(given, fields, secret) for secret in self._secrets if secret]
        return bool(given) and any(fits)

    def read(self, body: bytes) -> list[DeliveryReport | InboundText]:
        """Understand one call: a status or an incoming SMS; a phone call, say, is skipped."""
        fields = _fields(body)
        try:
            if "status" in fields and "id" in fields:
                return [self._report(fields)]
            return [_inbound(fields)] if "mes" in fields and digits_of(column_word(fields.get("phone"))) else []
        except (ValueError, TypeError, OverflowError) as error:
            raise Rejected("unreadable") from error

    def _report(self, fields: Mapping[str, Any]) -> DeliveryReport:
        provider_id = message_id(number_of(fields["id"]), column_word(fields.get("phone")))
        error = number_of(fields.get("err") or 0)
        return report(provider_id, number_of(fields["status"]), error, _moment(fields), barred=self._barred)


def _fields(body: bytes) -> dict[str, Any]:
    """Return the fields of a call. Raises `Rejected`."""
    try:
        text = body.decode()
        found = json.loads(text) if text.lstrip()[:1] in {"{", "["} else dict(parse_qsl(text, keep_blank_values=True))
    except (ValueError, RecursionError) as error:
        raise Rejected("unreadable") from error
    if not isinstance(found, dict) or not found:
        raise Rejected("unreadable")
    return found


def _all_fit(given: Mapping[str, str], fields: Mapping[str, Any], secret: str) -> bool:
    names = SIGNED["status" if "status" in fields else "mes"]
    signed = ":".join([*(str(fields.get(name, "")) for name in names), secret]).encode(errors="replace")
    # The provider's choice of hashes: the path of the webhook is secret besides.
    made = {name: hashlib.new(name, signed, usedforsecurity=False).hexdigest() for name in HASHES}
    fits = [hmac.compare_digest(made[name].encode(), value.encode()) for name, value in given.items()]
    return all(fits)


def _inbound(fields: Mapping[str, Any]) -> InboundText:
    phone, answered = column_word(fields["phone"]), column_word(fields.get("sms_id"))
    at, text = _moment(fields), column_word(fields["mes"], LONGEST_TEXT)
    own = hashlib.sha256(f"{phone}:{fields.get('time')}:{text}".encode(errors="replace")).hexdigest()[:32]
    return InboundText(
        channel="sms",
        account=e164(phone),
        chat=e164(phone),
        occurred_at=at,
        text=text,
        event_key=column_word(fields.get("id")) or own,
        in_reply_to=message_id(answered, phone) if answered and answered != "0" else "",
    )


def _moment(fields: Mapping[str, Any]) -> datetime:
    """Return when it happened: a Unix time, or a time of Moscow; now for anything else."""
    if fields.get("ts"):
        return moment_of(fields["ts"])
    given = column_word(fields.get("time"))
    try:
        return datetime.strptime(given, "%d.%m.%Y %H:%M:%S").replace(tzinfo=MOSCOW).astimezone(UTC)
    except (ValueError, OverflowError):
        return moment_of(given)
