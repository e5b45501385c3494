"""Tables as cards: on a narrow screen each value of a row stands beside the heading of its column.

The stylesheet draws the heading from ``data-label``; it is written here, so that no template repeats its own headings.
"""

import re
from html import escape, unescape
from typing import Final

_HEADING: Final = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
_ROW: Final = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_CELL: Final = re.compile(r"<(td|th)\b([^>]*)>(.*?)</\1>", re.DOTALL)
_SPAN: Final = re.compile(r'colspan="(\d+)"')
_TAG: Final = re.compile(r"<[^>]*>")
_HIDDEN: Final = "visually-hidden"


def cells_labelled(rows: str) -> str:
    """Return `<thead>` and `<tbody>` with the heading of its column on every `<td>`, and its content in a box.

    No heading gets a cell over several columns, an empty one, or one whose heading is for screen readers alone.
    """
    head, mark, body = rows.partition("<tbody")
    labels = [_label(found) for found in _HEADING.findall(head)]
    return head + mark + _ROW.sub(lambda row: _row(row.group(), labels), body)


def _label(heading: str) -> str:
    return "" if _HIDDEN in heading else escape(" ".join(unescape(_TAG.sub(" ", heading)).split()))


def _row(row: str, labels: list[str]) -> str:
    place = 0

    def cell(found: re.Match[str]) -> str:
        nonlocal place
        name, attributes, content = found.groups()
        span = _SPAN.search(attributes)
        label = "" if span or place >= len(labels) or not content.strip() else labels[place]
        place += int(span.group(1)) if span else 1
        if name == "th":
            return found.group()
        return f'<td data-label="{label}"{attributes}><div>{content}</div></td>'

    return _CELL.sub(cell, row)
