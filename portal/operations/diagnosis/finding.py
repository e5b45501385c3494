"""What the doctor has to say of one part."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.conf import settings
from django.db import DatabaseError

Part = Callable[[], "Finding"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One part: good or not, said in a sentence with what to do. A note is no fault, but worth knowing."""

    good: bool
    sentence: str
    is_note: bool = False

    @property
    def mark(self) -> str:
        """Give the sign before the sentence."""
        return "✗" if not self.good else "·" if self.is_note else "✓"


def on_a_server() -> bool:
    """Say whether this is a server and not a laptop."""
    return bool(settings.MODE == "production")


def asks_database(unknown: str) -> Callable[[Part], Part]:
    """Say ``unknown`` of a part that asks the database and gets no answer."""

    def decorate(part: Part) -> Part:
        @wraps(part)
        def asked() -> Finding:
            try:
                return part()
            except DatabaseError:
                return Finding(False, f"{unknown}: база данных не отвечает.")

        return asked

    return decorate
