"""Keys and moments of evidence, as the ledger keeps them."""

import datetime
import uuid
from typing import Final

from consents.database.clock import database_now

_KEY_SPACE: Final = uuid.UUID("5e0c7d52-6a3b-4a86-9a5e-0d9c1be1f4a7")


def request_key(*facts: object) -> str:
    """Derive the key of one act from what makes it one: the same facts again are the same act."""
    return str(uuid.uuid5(_KEY_SPACE, "|".join(str(fact) for fact in facts)))


def iso(moment: datetime.datetime) -> str:
    """Write a moment the way evidence keeps it: ISO 8601 in UTC."""
    return moment.astimezone(datetime.UTC).isoformat()


def now_iso() -> str:
    """Write this moment."""
    return iso(database_now())
