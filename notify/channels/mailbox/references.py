"""Which message of ours a letter is about."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from notify.channels.mailbox.letters import Letter, text_of
from notify.channels.verp import verp_reference

RECIPIENTS: Final = (
    "Delivered-To", "X-Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Original-Envelope-To",
    "Original-Recipient", "To", "Cc",
)  # fmt: skip
"""Where servers write whom a letter was for; the first are more certain than what the sender wrote."""

_UUID: Final = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_OURS: Final = re.compile(rf"<({_UUID})@([\w.-]{{1,255}})>", re.IGNORECASE)
_OURS_IN_TEXT: Final = re.compile(rf"Message-ID:\s*<({_UUID})@([\w.-]{{1,255}})>", re.IGNORECASE)
TEXT_SEARCHED: Final = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """How our letters are recognised: the domain of their ``Message-ID`` (any without one), and the address of return.

    ``bounce_key`` is the one that `notify.channels.smtp` makes its addresses of return with.
    """

    domain: str = ""
    bounce_address: str = ""
    bounce_key: bytes = field(default=b"", repr=False)

    def of_addresses(self, addresses: Iterable[str]) -> str:
        """Return the reference that one of ``addresses`` names; empty where none is an address of return of ours."""
        if not self.bounce_address:
            return ""
        found = (verp_reference(one, self.bounce_address, self.bounce_key) for one in addresses)
        return next((one for one in found if one), "")

    def of_ids(self, text: str, pattern: re.Pattern[str] = _OURS) -> str:
        """Return the reference of the last ``Message-ID`` of ours in ``text``: of several letters the newest."""
        found = [one[1] for one in pattern.finditer(text) if self.domain.lower() in ("", one[2].lower())]
        return found[-1].lower() if found else ""


def of_recipient(letter: Letter, marks: Marks) -> str:
    """Return the reference that the address of the recipient names: the surest sign there is."""
    return marks.of_addresses(letter.addresses(*RECIPIENTS))


def of_answer(letter: Letter, marks: Marks) -> str:
    """Return the reference of the letter that this one answers."""
    return (
        marks.of_ids(letter.header("In-Reply-To"))
        or marks.of_ids(" ".join(letter.headers("References")))
        or of_recipient(letter, marks)
    )


def of_returned(letter: Letter, returned: Sequence[Letter], marks: Marks) -> str:
    """Return the reference of the letter that came back: by recipient, by its own headers, by a quotation of them."""
    found = [of_recipient(letter, marks)]
    for one in returned:
        found.append(marks.of_ids(one.header("Message-ID")))
        found.append(marks.of_addresses(one.addresses("Return-Path", "X-Envelope-From", "Sender", "Errors-To")))
    found.append(of_answer(letter, marks))
    return next((one for one in found if one), "") or _quoted(letter, marks)


def _quoted(letter: Letter, marks: Marks) -> str:
    """Return the reference of a letter that is quoted as text: old servers send it back so."""
    texts = (text_of(part) for part in letter.parts() if part.get_content_maintype() in ("text", "message"))
    return marks.of_ids("\n".join(texts)[:TEXT_SEARCHED], _OURS_IN_TEXT)
