"""The keyboard under a message, within MAX's limits (docs-api/use-cases/sending-messages/keyboard)."""

from collections.abc import Sequence
from typing import Any, Final

from notify.channels.base import Button, Rejected

MOST_ROWS: Final = 30
MOST_IN_ROW: Final = 4
"""MAX allows 7, but cuts words of even three letters from the fifth on."""
MOST_WITH_LINK: Final = 3
WIDTHS: Final = {1: 128, 2: 10, 3: 5, 4: 3}
"""Letters of a button that are shown whole, by the number of buttons in a row; of one alone, all that MAX takes."""
LONGEST_URL: Final = 2048


def keyboard(buttons: Sequence[Button]) -> dict[str, Any]:
    """Return the attachment that shows ``buttons``, each in a row of its own unless they are short.

    Raises `Rejected` for what MAX would refuse.
    """
    rows = _rows(buttons)
    if len(rows) > MOST_ROWS:
        raise Rejected("too_many_buttons")
    return {"type": "inline_keyboard", "payload": {"buttons": [[_shown(one) for one in row] for row in rows]}}


def _rows(buttons: Sequence[Button]) -> list[list[Button]]:
    rows: list[list[Button]] = []
    for button in buttons:
        if rows and _fit([*rows[-1], button]):
            rows[-1].append(button)
        else:
            rows.append([button])
    return rows


def _fit(row: Sequence[Button]) -> bool:
    """Return whether these may share a row and are all shown whole."""
    most = MOST_WITH_LINK if any(one.url for one in row) else MOST_IN_ROW
    return len(row) <= most and all(len(one.text) <= WIDTHS[len(row)] for one in row)


def _shown(button: Button) -> dict[str, str]:
    if not 1 <= len(button.text) <= WIDTHS[1] or len(button.url) > LONGEST_URL:
        raise Rejected("bad_button")
    if button.url:
        return {"type": "link", "text": button.text, "url": button.url}
    return {"type": "message", "text": button.text}
