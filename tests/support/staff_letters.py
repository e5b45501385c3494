"""Letters to staff as they wait in the queue."""

import json
from dataclasses import dataclass

from consents.field_encryption import text_decrypt
from notify.enums import MessageKind
from notify.messages.staff_letters import PLACE
from notify.models import Message


@dataclass(frozen=True, slots=True)
class StaffLetter:
    """One letter, opened."""

    address: str
    subject: str
    text: str
    state: str


def staff_letters() -> list[StaffLetter]:
    """All letters to staff that have not left, oldest first."""
    rows = Message.objects.filter(kind=MessageKind.STAFF).order_by("id")
    return [_opened(row) for row in rows]


def _opened(row: Message) -> StaffLetter:
    subject, text = json.loads(text_decrypt(row.context["letter"], place=PLACE))
    return StaffLetter(row.address, subject, text, row.state)
