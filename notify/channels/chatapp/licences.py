"""The lines that an account of ChatApp pays for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from notify.channels.columns import column_word

PAID: Final = "paid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """One line: ``messengers`` are names by type, as an administrator picks the type of MAX among them."""

    id: str
    name: str
    is_paid: bool
    paid_until: str
    """Day in ISO form; empty: not told."""
    messengers: Mapping[str, str]


def licences_of(found: Sequence[Any]) -> list[Licence]:
    """Read ``data`` of the list of licences; what is none is skipped."""
    return [_licence(one) for one in found if isinstance(one, dict) and one.get("licenseId") is not None]


def _licence(found: Mapping[str, Any]) -> Licence:
    identity, status = column_word(found["licenseId"]), found.get("status")
    messengers = [one for one in found.get("messenger") or () if isinstance(one, dict) and one.get("type")]
    return Licence(
        id=identity,
        name=column_word(found.get("licenseName") or identity),
        is_paid=isinstance(status, dict) and status.get("code") == PAID,
        paid_until=_day(found.get("licenseTo")),
        messengers={column_word(one["type"]): column_word(one.get("name") or one["type"]) for one in messengers},
    )


def _day(moment: object) -> str:
    if isinstance(moment, bool) or not isinstance(moment, int):
        return ""
    try:
        return datetime.fromtimestamp(moment, tz=UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""
