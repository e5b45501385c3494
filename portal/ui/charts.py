"""Geometry of two charts: bars under one another, and one bar cut into parts.

Everything is counted here in whole tenths of a percent, so that a template only prints attributes
(a strict content security policy allows no inline style) and parts never add up to more than the whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a funnel: a name, a count and, where there is one, the list behind it.

    `value` is None where nothing is counted; `note` is then the reason.
    """

    label: str
    value: int | None
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a whole. `tone` is `1`, `2`, `3` (reached, from strong to pale) or `out`."""

    label: str
    value: int
    tone: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class DrawnBar:
    """A bar with its width and share in percent; `share` is None in the row that is itself the whole."""

    bar: Bar
    width: str
    share: int | None


@dataclass(frozen=True, slots=True)
class DrawnPart:
    """A part with its left edge and width in percent of the drawing."""

    part: Part
    left: str
    width: str


def bars_drawn(bars: Sequence[Bar]) -> list[DrawnBar]:
    """Measure every bar against the first, the whole. A bar above the whole is drawn at full width."""
    if not bars:
        return []
    whole = bars[0].value or 0
    return [
        DrawnBar(
            bar=bar,
            width=percent_attribute(_tenths(bar.value or 0, whole)),
            share=None if bar.value is None or index == 0 else round(_tenths(bar.value, whole) / 10),
        )
        for index, bar in enumerate(bars)
    ]


def parts_drawn(parts: Sequence[Part]) -> list[DrawnPart]:
    """Return the parts side by side. Edges are rounded, not widths, so that the last edge is exactly 100 percent."""
    total = sum(part.value for part in parts)
    edges = [_tenths(reached, total) for reached in accumulate((part.value for part in parts), initial=0)]
    return [
        DrawnPart(part=part, left=percent_attribute(left), width=percent_attribute(right - left))
        for part, (left, right) in zip(parts, pairwise(edges), strict=True)
    ]


def percent_attribute(tenths: int) -> str:
    """Write 345 as `34.5%`: an SVG attribute wants a point in every language."""
    return f"{tenths // 10}.{tenths % 10}%"


def _tenths(value: int, whole: int) -> int:
    if whole <= 0:
        return 0
    return max(0, min(1000, round(value * 1000 / whole)))
