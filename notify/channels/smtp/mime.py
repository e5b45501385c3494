"""A letter as bytes, put together by hand: at hundreds a second the standard library's generator is the cost.

Both parts are base64 in UTF-8: Cyrillic in quoted-printable would be twice as long, and no line can begin
with a dot or grow past the limit of RFC 5321.
"""

import re
from base64 import b64encode, encodebytes
from email.utils import formatdate
from functools import lru_cache
from typing import Final

from notify.channels.base import OutboundMessage, Rejected

WORD_BYTES: Final = 45
"""60 characters of base64: an encoded word then stays under the 75 of RFC 2047."""

_ADDRESS = re.compile(r"[!-~]+@[!-~]+")
_FORBIDDEN_IN_ADDRESS = frozenset('<>,;"()[]\\')
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


def address_check(address: str) -> str:
    """Return an address that is safe in an envelope and a header. Raises `Rejected`."""
    if not _ADDRESS.fullmatch(address) or _FORBIDDEN_IN_ADDRESS & set(address) or address.count("@") != 1:
        raise Rejected("bad_address")
    return address


@lru_cache(maxsize=256)
def header_words(value: str) -> str:
    """Return ``value`` for a header: as it stands in ASCII, else as RFC 2047 words that never cut a letter.

    Raises `Rejected` on a line break or another control character.
    """
    if _CONTROL.search(value):
        raise Rejected("header_injection")
    if value.isascii() and "=?" not in value and len(value) <= 60:
        return value
    words: list[bytes] = []
    word = b""
    for character in value:
        encoded = character.encode()
        if len(word) + len(encoded) > WORD_BYTES:
            words.append(word)
            word = b""
        word += encoded
    words.append(word)
    return "\r\n ".join(f"=?utf-8?B?{b64encode(word).decode()}?=" for word in words)


def header_plain(value: str) -> str:
    """Return ``value`` for a header that machines read, neither encoded nor folded; raise `Rejected` unless ASCII."""
    if not value.isascii() or not value.isprintable():
        raise Rejected("header_injection")
    return value


@lru_cache(maxsize=32)
def mailbox(name: str, address: str) -> str:
    """Return ``From`` with the sender's name."""
    checked = address_check(address)
    if not name:
        return checked
    words = header_words(name)
    quoted = words if words.startswith("=?") else '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{quoted} <{checked}>"


def letter(message: OutboundMessage, *, sender: str, domain: str, reply_to: str = "") -> bytes:
    """Return the whole letter with CRLF line ends, without the closing dot. Raises `Rejected` for a bad header."""
    boundary = f"=_{message.reference}"
    lines = [
        f"From: {mailbox(message.sender_name, sender)}",
        f"To: {address_check(message.address)}",
        f"Subject: {header_words(message.subject)}",
        f"Date: {formatdate().removesuffix('-0000')}+0000",
        f"Message-ID: <{message.reference}@{domain}>",
        "MIME-Version: 1.0",
    ]
    if reply_to:
        lines.append(f"Reply-To: {address_check(reply_to)}")
    if message.unsubscribe_url:
        lines.append(f"List-Unsubscribe: <{header_plain(message.unsubscribe_url)}>")
        lines.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
    if message.feedback_id:
        lines.append(f"Feedback-ID: {header_plain(message.feedback_id)}")
    if message.is_automatic:
        lines.append("Auto-Submitted: auto-generated")
    lines.append(f'Content-Type: multipart/alternative; boundary="{boundary}"')
    parts = [_part("plain", message.text)]
    if message.html:
        parts.append(_part("html", message.html))
    opening = f"\r\n--{boundary}\r\n".encode()
    head = "\r\n".join(lines).encode("ascii", "strict")
    return head + b"\r\n" + b"".join(opening + part for part in parts) + f"\r\n--{boundary}--\r\n".encode()


def _part(subtype: str, text: str) -> bytes:
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    body = encodebytes(text.replace("\r\n", "\n").replace("\n", "\r\n").encode())
    return head.encode() + body.replace(b"\n", b"\r\n")
