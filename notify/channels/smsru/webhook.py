"""What SMS.RU calls back with: records of several lines in a form, signed over all of them with our ``api_id``."""

import hashlib
import hmac
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl

from notify.channels.base import Rejected
from notify.channels.columns import column_word
from notify.channels.events import DeliveryReport, items_read
from notify.channels.sms_phones import fault_of, moment_of, number_of
from notify.channels.smsru.words import STATUSES

_RECORD: Final = re.compile(r"data\[(\d{1,6})\]")
MOST_RECORDS: Final = 10_000


class SmsruWebhook:
    """Calls signed by sha256 of the ``api_id`` and the records in their order."""

    def __init__(self, api_ids: Sequence[str], *, barred: frozenset[int] = frozenset()) -> None:
        self._api_ids, self._barred = api_ids, barred

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:  # noqa: ARG002 - the protocol's signature
        """Compare the signature with that of every ``api_id`` in force."""
        try:
            records, given = _read(body)
        except Rejected:
            return False
        joined = "".join(records)
        made = [hashlib.sha256(f"{key}{joined}".encode()).hexdigest() for key in self._api_ids if key]
        fits = [hmac.compare_digest(one.encode(), given.lower().encode()) for one in made]
        return any(fits)

    def read(self, body: bytes) -> list[DeliveryReport]:
        """Return the reports among the records; checks of calls and tests of the address are skipped."""
        records, _ = _read(body)
        reports = [record for record in records if record.startswith("sms_status\n")]
        return items_read(reports, lambda record: [self._report(record.split("\n"))])

    def answer(self, body: bytes) -> str:  # noqa: ARG002 - the protocol's signature
        """Return the only answer that SMS.RU takes for a success."""
        return "100"

    def _report(self, lines: Sequence[str]) -> DeliveryReport:
        name, code = column_word(lines[1].strip()), number_of(lines[2])
        if not name:
            raise ValueError("no id")
        return report(name, code, moment_of(lines[3].strip() if len(lines) > 3 else None), barred=self._barred)


def report(
    provider_id: str, code: int, at: datetime, *, barred: Collection[int], reference: str = ""
) -> DeliveryReport:
    """Return the report of a status. A status that we do not know moves nothing."""
    state, detail, known = STATUSES.get(code, ("unknown", f"status_{code}", ""))
    return DeliveryReport(
        event_key=f"{provider_id[:90]}:{code}",
        state=state,
        occurred_at=at,
        reference=reference,
        provider_id=provider_id,
        detail=detail,
        address_fault=fault_of(code, known, barred) if state == "failed" else known,
    )


def _read(body: bytes) -> tuple[list[str], str]:
    """Return the records in the order of their numbers, and the signature. Raises `Rejected`."""
    try:
        fields = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_RECORDS))
    except ValueError as error:
        raise Rejected("unreadable") from error
    numbered = {int(found[1]): value for name, value in fields.items() if (found := _RECORD.fullmatch(name))}
    if not numbered:
        raise Rejected("unreadable")
    return [numbered[number] for number in sorted(numbered)], fields.get("hash", "")
