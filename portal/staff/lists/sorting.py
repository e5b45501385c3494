"""The order of a list as the heads of its columns set it: plain links, ``?sort=name`` and ``?sort=-name``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import F
from django.db.models.expressions import OrderBy
from django.http import HttpRequest

PARAMETER: Final = "sort"
DOWN: Final = "-"


@dataclass(frozen=True, slots=True)
class Sorting:
    """``chosen`` is a column as the address names it, with a minus for downwards; empty for the list's own order."""

    columns: Mapping[str, str]
    """Column of the page -> field of the rows, with a minus where the first press sorts downwards."""
    own: tuple[str, ...]
    chosen: str = ""

    @property
    def order(self) -> list[OrderBy | str]:
        """Return what to order the rows by. Rows without a value come last, either way."""
        if not self.chosen:
            return [*self.own]
        field = F(self.columns[self.chosen.removeprefix(DOWN)].removeprefix(DOWN))
        is_down = self.chosen.startswith(DOWN)
        return [field.desc(nulls_last=True) if is_down else field.asc(nulls_last=True), *self.own]

    def direction(self, column: str) -> str:
        """Return how the list is sorted by a column, in the words of ``aria-sort``; empty for another one."""
        if self.chosen.removeprefix(DOWN) != column:
            return ""
        return "descending" if self.chosen.startswith(DOWN) else "ascending"

    def pressed(self, column: str) -> str:
        """Return the value of the parameter after a press on the head of a column."""
        is_down_first = self.columns[column].startswith(DOWN)
        now = self.direction(column)
        is_down = now == "ascending" if now else is_down_first
        return DOWN + column if is_down else column


def sorting_of(request: HttpRequest, columns: Mapping[str, str], *, own: tuple[str, ...]) -> Sorting:
    """Return the order that the address asks for; the list's own for a column that it has not."""
    asked = request.GET.get(PARAMETER, "")
    return Sorting(columns, own, asked if asked.removeprefix(DOWN) in columns else "")
