"""The result of one check of `doctor`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.conf import settings
from django.db import DatabaseError

Part = Callable[[], "Diagnosis"]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One part, good or not, with a sentence of what to do. A note is not a fault."""

    good: bool
    sentence: str
    is_note: bool = False

    @property
    def mark(self) -> str:
        """Return the sign before the sentence."""
        return "✗" if not self.good else "·" if self.is_note else "✓"


def on_a_server() -> bool:
    """Return whether this installation is a server and not a laptop."""
    return bool(settings.MODE == "production")


def asks_database(unknown: str) -> Callable[[Part], Part]:
    """Return a decorator of a check that turns a database error into a diagnosis about ``unknown``."""

    def decorate(part: Part) -> Part:
        @wraps(part)
        def asked() -> Diagnosis:
            try:
                return part()
            except DatabaseError:
                return Diagnosis(False, f"{unknown}: база данных не отвечает.")

        return asked

    return decorate
