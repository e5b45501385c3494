"""What a person has newly written in a letter: its text, without markup, signature and what is quoted of ours."""

import re
from collections.abc import Sequence
from email.message import Message
from html.parser import HTMLParser
from typing import Final

from notify.channels.mailbox.letters import Letter, text_of

TEXT_LIMIT: Final = 20_000

KINDS: Final = {"image": "image", "video": "video", "audio": "audio"}

_ATTRIBUTION = re.compile(
    r"(пишет|писал\(?а?\)?|написал\(?а?\)?|wrote|schrieb)\s*:\s*$|^.{0,200}<[^<>\s]+@[^<>\s]+>\s*:\s*$|"
    r"^\s*\d{1,2}\.\d{1,2}\.\d{4}.{0,150}:\s*$",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"^(on |\d{1,2}[.\s/]|\d{4}-|пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|сред|четверг|пятниц|суббот|воскресень)",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"^[\s>]*[-_—]{2,}\s*(исходное сообщение|original message|оригинальное сообщение|original appointment)\s*[-_—]{2,}",
    re.IGNORECASE,
)
_OUTLOOK_FIRST = re.compile(r"^\**(от|from)\**\s*:\**\s*\S", re.IGNORECASE)
_OUTLOOK_NEXT = re.compile(r"^\**(отправлено|дата|кому|тема|копия|sent|date|to|subject|cc)\**\s*:", re.IGNORECASE)
_MOBILE = re.compile(
    r"^(отправлено (из|с) .{1,60}|sent from .{1,60}|получить outlook для .{1,40}|get outlook for .{1,40})$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^[\s_=—-]{3,}$")
ATTRIBUTION_LINES: Final = 3
OUTLOOK_LINES: Final = 6


def new_text(letter: Letter) -> str:
    """Return the new part of the letter; all of it where it cannot be told apart for sure."""
    whole = _body(letter).strip()[:TEXT_LIMIT]
    lines = whole.split("\n")
    return "\n".join(_without_signature(_without_quote(_without_original(lines)))).strip() or whole


def attachments(letter: Letter) -> tuple[str, ...]:
    """Return the kinds of what was sent along."""
    files = [part for part in letter.parts() if part.get_filename() or part.get_content_disposition() == "attachment"]
    return tuple(KINDS.get(part.get_content_maintype(), "file") for part in files)[:20]


def _body(letter: Letter) -> str:
    """Return the text of the first plain part, else of the first HTML part."""
    leaves = [part for part in letter.parts() if part.get_content_disposition() != "attachment"]
    plain = [text for part in leaves if part.get_content_type() == "text/plain" if (text := text_of(part)).strip()]
    if plain:
        return plain[0]
    marked = (_from_html(part) for part in leaves if part.get_content_type() == "text/html")
    return next((text for text in marked if text.strip()), "")


def _without_original(lines: Sequence[str]) -> Sequence[str]:
    """Cut where a mail program has put our letter below: a line of dashes, or Outlook's block of headers."""
    for at, line in enumerate(lines):
        if _ORIGINAL.match(line) or _is_outlook(lines[at : at + OUTLOOK_LINES]):
            kept = list(lines[:at])
            while kept and (not kept[-1].strip() or _RULE.match(kept[-1])):
                kept.pop()
            return kept
    return lines


def _is_outlook(lines: Sequence[str]) -> bool:
    stripped = [line.strip() for line in lines]
    return bool(_OUTLOOK_FIRST.match(stripped[0])) and sum(map(bool, map(_OUTLOOK_NEXT.match, stripped[1:]))) >= 2


def _without_quote(lines: Sequence[str]) -> Sequence[str]:
    """Leave out one block of quoted lines, first or last. Answers between quotations stay with what they answer."""
    quoted = [at for at, line in enumerate(lines) if line.lstrip().startswith(">")]
    if not quoted:
        return _without_attribution(lines) if _ends_with_attribution(lines) else lines
    first, last = quoted[0], quoted[-1]
    inside = [line for line in lines[first : last + 1] if line.strip() and not line.lstrip().startswith(">")]
    before, after = _without_attribution(lines[:first]), list(lines[last + 1 :])
    if inside or (_has_text(before) and _has_text(_without_signature(after))):
        return lines
    return before if _has_text(before) else after


def _has_text(lines: Sequence[str]) -> bool:
    return any(line.strip() for line in lines)


def _ends_with_attribution(lines: Sequence[str]) -> bool:
    """Return whether nothing follows «… пишет:»: the quotation was of a kind that a text does not show."""
    filled = [line.strip() for line in lines if line.strip()]
    return bool(filled) and "@" in filled[-1] and _ATTRIBUTION.search(filled[-1]) is not None


def _without_attribution(lines: Sequence[str]) -> list[str]:
    """Leave out «… пишет:» at the end, which may be broken over some lines."""
    kept = list(lines)
    while kept and not kept[-1].strip():
        kept.pop()
    for count in range(1, ATTRIBUTION_LINES + 1):
        tail = kept[-count:]
        whole = " ".join(line.strip() for line in tail)
        is_one = _is_attribution(whole) if count == 1 else _DATED.match(whole) and _ATTRIBUTION.search(whole)
        if is_one and len(tail) == count and all(line.strip() for line in tail):
            return kept[:-count]
    return kept


def _is_attribution(text: str) -> bool:
    """Return whether ``text`` is a whole «date, name <address> пишет:», not the end of one."""
    return _ATTRIBUTION.search(text) is not None and (_DATED.match(text) is not None or "<" in text)


def _without_signature(lines: Sequence[str]) -> Sequence[str]:
    """Cut at the line of a signature, and leave out what a phone has added."""
    kept = list(lines)
    signature = [at for at, line in enumerate(kept) if line.rstrip() == "--"]
    if signature and _has_text(kept[: signature[-1]]):
        kept = kept[: signature[-1]]
    while kept and (not kept[-1].strip() or _MOBILE.match(kept[-1].strip())):
        kept.pop()
    return kept


def _from_html(part: Message) -> str:
    reader, marked = _Html(), text_of(part)
    try:
        reader.feed(marked)
        reader.close()
    except AssertionError:  # the parser's way to refuse a declaration that it does not know
        return re.sub(r"<[^>]*>", " ", marked)
    return reader.text()


class _Html(HTMLParser):
    """Markup as lines; what is quoted gets the sign that plain letters have."""

    BREAKS: Final = frozenset(
        {"p", "div", "tr", "li", "table", "h1", "h2", "h3", "h4", "blockquote", "pre", "ul", "ol"}
    )
    HIDDEN: Final = frozenset({"style", "script", "head", "title"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines = [""]
        self._depth = 0
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the library's
        self._count(tag, 1)
        if tag in self.BREAKS or tag in ("br", "hr"):
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag in self.BREAKS:
            self._break()
        self._count(tag, -1)

    def handle_data(self, data: str) -> None:
        words = " ".join(data.replace("\u00a0", " ").split())
        if self._hidden or not words:
            return
        lead = "> " * min(self._depth, 3) if not self._lines[-1] else ""
        gap = " " if self._lines[-1] and data[:1].isspace() and not self._lines[-1].endswith(" ") else ""
        self._lines[-1] += lead + gap + words + (" " if data[-1:].isspace() else "")

    def text(self) -> str:
        """Return the lines, blank ones not more than one in a row."""
        return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in self._lines))

    def _count(self, tag: str, step: int) -> None:
        if tag == "blockquote":
            self._depth = max(0, self._depth + step)
        if tag in self.HIDDEN:
            self._hidden = max(0, self._hidden + step)

    def _break(self) -> None:
        if self._lines[-1]:
            self._lines.append("")
