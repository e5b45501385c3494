"""The text of a letter in HTML, in time that grows with its length: Python's parser takes the square of it for some."""

import re
from html import unescape
from typing import Final

BREAKS: Final = frozenset(
    {"p", "div", "tr", "li", "table", "h1", "h2", "h3", "h4", "blockquote", "pre", "ul", "ol", "br", "hr"}
)
HIDDEN: Final = frozenset({"style", "script", "head", "title"})
DEEPEST: Final = 3
"""Signs of quotation before a line."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})")
_BLANKS = re.compile(r"\s+")
_MARK = re.compile(r"<[a-zA-Z/!?]")


def html_text(marked: str) -> str:
    """Return the lines of ``marked``. What is quoted gets the sign that plain letters have before it."""
    page, hidden, at = _Page(), HIDDEN, 0
    while found := _MARK.search(marked, at):
        opened = found.start()
        page.write(marked[at:opened])
        end = "-->" if marked.startswith("<!--", opened) else ">"
        closed = marked.find(end, opened)
        if closed < 0:
            return page.text()  # the rest is a tag without an end
        at = closed + len(end)
        tag = _TAG.match(marked, opened)
        if tag is None:
            continue
        name, is_end = tag[2].lower(), bool(tag[1])
        page.turn(name, is_end=is_end)
        if name in hidden and not is_end:
            ended = re.compile(f"</{name}", re.IGNORECASE | re.ASCII).search(marked, at)
            at = ended.start() if ended else at
            hidden = hidden if ended else hidden - {name}  # no other one ends either
    page.write(marked[at:])
    return page.text()


class _Page:
    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._is_begun = False
        self._depth = 0

    def turn(self, tag: str, *, is_end: bool) -> None:
        """Begin or end an element."""
        if tag == "blockquote":
            self._depth = max(0, self._depth + (-1 if is_end else 1))
        if tag in BREAKS and self._is_begun:
            self._pieces.append("\n")
            self._is_begun = False

    def write(self, piece: str) -> None:
        """Add what stands between two tags; breaks of line in the markup are blanks."""
        words = _BLANKS.sub(" ", unescape(piece))
        if not self._is_begun and words.strip():
            self._pieces.append("> " * min(self._depth, DEEPEST))
            self._is_begun = True
        if self._is_begun:
            self._pieces.append(words)

    def text(self) -> str:
        """Return the lines."""
        return "\n".join(" ".join(line.split()) for line in "".join(self._pieces).split("\n"))
