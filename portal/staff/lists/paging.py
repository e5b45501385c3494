"""Pages of a list without a count of the whole table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from django.http import HttpRequest

from portal.client import number_asked

SIZE: Final = 50
LAST_PAGE: Final = 200
"""Deeper pages cost more than they tell: a filter finds the row sooner."""


class Sliceable(Protocol):
    """A QuerySet or a list."""

    def __getitem__(self, place: slice, /) -> Any: ...


@dataclass(frozen=True, slots=True)
class Slice:
    """One page of a list. One row more than is shown is read, to know whether there is a next page."""

    rows: Sequence[Any]
    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        """Return whether there is a page before this one."""
        return self.number > 1

    @property
    def is_last_allowed(self) -> bool:
        """Return whether this is the last page that may be opened; further rows need a filter."""
        return self.has_next and self.number >= LAST_PAGE


def slice_of(request: HttpRequest, rows: Sliceable, *, size: int = SIZE) -> Slice:
    """Return the page that the address names; the first one for anything that is no number."""
    number = min(max(number_asked(request.GET.get("page", "")) or 1, 1), LAST_PAGE)
    start = (number - 1) * size
    found = list(rows[start : start + size + 1])
    return Slice(rows=found[:size], number=number, has_next=len(found) > size)
