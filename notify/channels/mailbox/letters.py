"""One incoming letter, read without ever breaking: headers, addresses, dates and texts in any of the old charsets."""

import re
from base64 import b64decode
from binascii import Error as BadBase64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.policy import Compat32
from email.utils import getaddresses, parsedate_to_datetime
from quopri import decodestring
from typing import Final

from consents.storable import storable

CHARSETS: Final = {
    "windows1251": "cp1251",
    "cp-1251": "cp1251",
    "win-1251": "cp1251",
    "koi8r": "koi8-r",
    "utf": "utf-8",
}
NO_CHARSETS: Final = frozenset({"", "us-ascii", "ascii", "unknown-8bit", "8bit", "x-unknown", "default"})
GUESSED: Final = ("cp1251", "koi8-r")
HEADER_LIMIT: Final = 16_000
"""Signs of one header. Whatever reads headers tries many places of an endless one with many ends."""

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(=\?[^?\s]+\?[bBqQ]\?)")


def decoded(raw: bytes, charset: str = "") -> str:
    """Return ``raw`` as text: by UTF-8 where it fits, by what ``charset`` says, by the likelier Russian one.

    Some charsets (UTF-7) spell what no column takes.
    """
    named = CHARSETS.get(charset.strip().strip("\"'").lower(), charset.strip().strip("\"'").lower())
    candidates = ("utf-8",) if named in NO_CHARSETS else (named, "utf-8")
    for one in candidates:
        try:
            return storable(raw.decode(one))
        except (LookupError, ValueError):
            continue
    return storable(max((raw.decode(one, "replace") for one in GUESSED), key=_small_letters))


def _small_letters(text: str) -> int:
    """Count small Cyrillic letters: a text that is read by the wrong one of two charsets turns into capitals."""
    return sum("а" <= letter <= "я" for letter in text)


def header_text(value: str) -> str:
    """Return a header for people: RFC 2047 words and bare bytes of any charset, without breaks of line."""
    joined = _BETWEEN_WORDS.sub(r"\1\2", decoded(value.encode("utf-8", "surrogateescape")))
    return " ".join(_WORD.sub(_word, joined).split())


def _word(match: re.Match[str]) -> str:
    charset, encoding, content = match.groups()
    raw = content.encode()
    if encoding in "qQ":
        return decoded(decodestring(raw, header=True), charset.partition("*")[0])
    try:
        return decoded(b64decode(raw + b"=" * (-len(raw) % 4)), charset.partition("*")[0])
    except BadBase64:
        return match[0]


@dataclass(frozen=True, slots=True)
class Letter:
    """A parsed letter. ``raw`` is what it was parsed from."""

    message: Message
    raw: bytes

    def header(self, name: str) -> str:
        """Return a header as text, the first one of that name, empty without one."""
        return next(iter(self.headers(name)), "")

    def headers(self, name: str) -> list[str]:
        """Return all headers of that name as text."""
        return [header_text(value) for found, value in self.message.raw_items() if found.lower() == name.lower()]

    def has(self, *names: str) -> bool:
        """Return whether there is a header of one of ``names``."""
        return any(name in self.message for name in names)

    def addresses(self, *names: str) -> list[str]:
        """Return the addresses in headers of ``names``, in their order."""
        values = [value for name in names for value in self.headers(name)]
        return [address.strip() for _, address in getaddresses(values) if "@" in address]

    def date(self) -> datetime | None:
        """Return when it was sent as it says, else when the last server took it; None where neither can be read."""
        stamps = [self.header("Date"), *(value.rpartition(";")[2] for value in self.headers("Received"))]
        for stamp in stamps:
            try:
                found = parsedate_to_datetime(stamp)
                return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
            except (ValueError, TypeError, OverflowError, IndexError):
                continue
        return None

    def parts(self) -> Iterator[Message]:
        """Return the leaves of the letter; a letter that it carries along is one of them."""
        yield from leaves(self.message)


class _Bounded(Compat32):
    """Reads headers as the library does by itself, and no more than `HEADER_LIMIT` signs of each."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Return name and value of a header, of the letter or of any of its parts."""
        name, value = super().header_source_parse(sourcelines)
        return name, value[:HEADER_LIMIT]


def letter_of(raw: bytes) -> Letter:
    """Parse a letter. Raises `RecursionError` for parts within parts without end."""
    return Letter(message_from_bytes(raw, policy=_Bounded()), raw)


def leaves(message: Message) -> Iterator[Message]:
    """Return the parts of ``message`` that hold something themselves."""
    if message.get_content_maintype() == "multipart" and message.is_multipart():
        for part in subparts(message):
            yield from leaves(part)
    else:
        yield message


def subparts(message: Message) -> list[Message]:
    """Return the parts right below, none for a leaf."""
    found = message.get_payload()
    return [part for part in found if isinstance(part, Message)] if isinstance(found, list) else []


def text_of(part: Message) -> str:
    """Return the text of a leaf, with line breaks of one kind."""
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    text = decoded(raw, _charset(part))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _charset(part: Message) -> str:
    """Return the charset as it is written: the library's own reader breaks on some."""
    found = re.search(r"charset\s*=\s*\"?([\w.:+-]{1,40})", str(part.get("Content-Type", "")), re.IGNORECASE)
    return found[1] if found else ""
