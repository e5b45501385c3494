"""Letters that say what became of ours: delivery status notifications (RFC 3464), and their many ancestors."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from typing import Final

from flufl.bounce import all_failures

from notify.channels.base import AddressFault
from notify.channels.events import ReportState
from notify.channels.mail_status import fault_of, status_in
from notify.channels.mailbox.letters import Letter, header_text, letter_of, subparts, text_of

DELIVERED: Final = frozenset({"delivered", "relayed", "expanded"})
FAILED: Final = frozenset({"failed", "failure", "error"})
"""Some servers write more than the five words of RFC 3464. ``delayed`` is none of them: it says nothing yet."""

RETURNED: Final = frozenset({"message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global"})
STATUS_TYPES: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})
WORDS_SEARCHED: Final = 4_000
NOTICE_BYTES: Final = 64 * 1024
"""Of a notice without a status part: what it has to say stands before the letter that it sends back."""

_STATUS = re.compile(r"\d\.\d{1,3}\.\d{1,3}")
_ADDRESS = re.compile(r"[^\s;<>\"']+@[^\s;<>\"',]+")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a notice says of one letter. Without a ``state`` it says nothing that is final."""

    state: ReportState | None
    detail: str = ""
    fault: AddressFault = ""


NOTHING: Final = Verdict(None)
DELIVERED_VERDICT: Final = Verdict("delivered", "dsn_delivered")
UNREAD: Final = Verdict("unknown", "bounce_unread")
"""It came back from a mail system to the address of return, and nobody knows what it says."""


def returned_letters(letter: Letter) -> list[Letter]:
    """Return the letters that came along, or their headers."""
    return [one for part in letter.parts() if (one := _returned(part)) is not None]


def _returned(part: Message) -> Letter | None:
    if part.get_content_type() not in RETURNED:
        return None
    inner = subparts(part)
    if inner:
        return Letter(inner[0], b"")
    return letter_of(text_of(part).lstrip().encode())


def is_status_report(letter: Letter) -> bool:
    """Return whether it is a delivery status notification, by what it holds."""
    return any(part.get_content_type() in STATUS_TYPES for part in letter.parts())


def status_verdict(letter: Letter, returned: Sequence[Letter]) -> Verdict:
    """Return what a delivery status notification says.

    Of several recipients one that was reached counts: the letter of one customer has one address, and the others are
    where that one forwards to.
    """
    verdicts = [_of_recipient(block, returned) for block in _recipients(letter)]
    final = [verdict for verdict in verdicts if verdict.state is not None]
    delivered = [verdict for verdict in final if verdict.state == "delivered"]
    return next(iter(delivered or final), NOTHING)


def _recipients(letter: Letter) -> Iterator[Mapping[str, str]]:
    """Return the fields of each recipient, names in small letters."""
    for part in letter.parts():
        if part.get_content_type() not in STATUS_TYPES:
            continue
        for block in _blocks(part):
            fields = {name.lower(): header_text(value) for name, value in block.raw_items()}
            if "action" in fields or "status" in fields:
                yield fields


def _blocks(part: Message) -> Sequence[Message]:
    """Return the blocks of fields. The library does not look into a status that came in base64."""
    blocks = subparts(part)
    if str(part.get("Content-Transfer-Encoding", "")).strip().lower() != "base64":
        return blocks
    plain = Message()
    plain["Content-Transfer-Encoding"] = "base64"
    plain.set_payload("\n".join(str(block.get_payload()) for block in blocks))
    return [letter_of(block.encode()).message for block in re.split(r"\n\s*\n", text_of(plain))]


def _of_recipient(fields: Mapping[str, str], returned: Sequence[Letter]) -> Verdict:
    action = (fields.get("action", "").split() or [""])[0].strip("();,").lower()
    found = _STATUS.search(fields.get("status", ""))
    words = fields.get("diagnostic-code", "")[:WORDS_SEARCHED]
    status = _exact(found[0] if found else "", words)
    if action in DELIVERED or (not action and status.startswith("2.")):
        return DELIVERED_VERDICT
    if action not in FAILED and not (not action and status.startswith("5.")):
        return NOTHING
    fault = "" if _is_forwarded(fields, returned) else fault_of(status, words)
    return Verdict("failed", f"dsn_{status}" if status else "dsn", fault)


def _exact(status: str, words: str) -> str:
    """Return ``status``, or the exact one that the server itself has said."""
    return status_in(words) or status if status in ("", "5.0.0", "4.0.0") else status


def _is_forwarded(fields: Mapping[str, str], returned: Sequence[Letter]) -> bool:
    """Return whether it failed for an address that the letter was forwarded to: that says nothing of our contact."""
    written = {address.lower() for one in returned for address in one.addresses("To")}
    named = [fields.get(name, "") for name in ("final-recipient", "original-recipient", "x-actual-recipient")]
    failed = {found[0].lower() for value in named if (found := _ADDRESS.search(value))}
    return bool(written and failed and not written & failed)


def plain_verdict(letter: Letter) -> Verdict:
    """Return what a notice without a status part says, as flufl.bounce knows the formats of three decades."""
    try:
        later, never = all_failures(letter_of(letter.raw[:NOTICE_BYTES]).message)
    except Exception:  # its detectors meet letters that nobody has foreseen
        return UNREAD
    if later and not never:
        return NOTHING
    if not never:
        return UNREAD
    words = "\n".join(text_of(part) for part in letter.parts() if part.get_content_maintype() == "text")
    reason = words.partition("Message-ID:")[0][:WORDS_SEARCHED]
    status = status_in(reason)
    return Verdict("failed", f"bounce_{status}" if status else "bounce", fault_of(status, reason))
