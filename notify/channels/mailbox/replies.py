"""What a person has newly written in a letter: its text, without markup, signature and what is quoted of ours."""

import re
from collections.abc import Sequence
from typing import Final

from notify.channels.mailbox.html_text import html_text
from notify.channels.mailbox.letters import Letter, text_of

TEXT_LIMIT: Final = 20_000
ATTRIBUTION_LIMIT: Final = 500

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
    marked = (html_text(text_of(part)) for part in leaves if part.get_content_type() == "text/html")
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
    return bool(filled) and "@" in filled[-1][:ATTRIBUTION_LIMIT] and _ATTRIBUTION.search(filled[-1]) is not None


def _without_attribution(lines: Sequence[str]) -> list[str]:
    """Leave out «… пишет:» at the end, which may be broken over some lines."""
    kept = list(lines)
    while kept and not kept[-1].strip():
        kept.pop()
    if sum(map(len, kept[-ATTRIBUTION_LINES:])) > ATTRIBUTION_LIMIT:
        return kept
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
