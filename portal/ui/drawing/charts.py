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
    """One part of a whole. `tone` is `1` to `5` (reached, a channel each) or `out`."""

    label: str
    value: int
    tone: str
    url: str = ""


def bars_drawn(bars: Sequence[Bar]) -> list[tuple[Bar, str, int | None]]:
    """Return every bar with its width and its share in percent of the first, which is the whole and has no share.

    A bar above the whole is drawn at full width.
    """
    drawn = []
    for index, bar in enumerate(bars):
        tenths = _tenths(bar.value or 0, bars[0].value or 0)
        share = None if bar.value is None or index == 0 else round(tenths / 10)
        drawn.append((bar, percent_attribute(tenths), share))
    return drawn


def parts_drawn(parts: Sequence[Part]) -> list[tuple[Part, str, str]]:
    """Return every part with its left edge and its width, in percent of the drawing.

    Edges are rounded, not widths, so that the last edge is exactly 100 percent.
    """
    total = sum(part.value for part in parts)
    edges = [_tenths(reached, total) for reached in accumulate((part.value for part in parts), initial=0)]
    return [
        (part, percent_attribute(left), percent_attribute(right - left))
        for part, (left, right) in zip(parts, pairwise(edges), strict=True)
    ]


def percent_attribute(tenths: int) -> str:
    """Write 345 as `34.5%`: an SVG attribute wants a point in every language."""
    return f"{tenths // 10}.{tenths % 10}%"


def _tenths(value: int, whole: int) -> int:
    if whole <= 0:
        return 0
    return max(0, min(1000, round(value * 1000 / whole)))
