"""From one letter of the mailbox to what it tells us, in the order of certainty."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parseaddr
from typing import Final

from notify.channels.base import Rejected
from notify.channels.columns import LONGEST_ACCOUNT, LONGEST_SUBJECT, LONGEST_TEXT, column_word
from notify.channels.events import Complaint, DeliveryReport, Event, InboundText
from notify.channels.mailbox.automatic import is_automatic, is_daemon
from notify.channels.mailbox.bounces import (
    NOTHING,
    Verdict,
    is_status_report,
    plain_verdict,
    returned_letters,
    status_verdict,
)
from notify.channels.mailbox.complaints import COMPLAINTS, UNSUBSCRIPTIONS, complained_of, feedback_of
from notify.channels.mailbox.letters import Letter, letter_of
from notify.channels.mailbox.references import Marks, of_answer, of_returned
from notify.channels.mailbox.replies import attachments, new_text

EMAIL: Final = "email"
UNREADABLE: Final = (ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError)
"""What the standard library raises for letters that break every rule."""


def letter_read(raw: bytes, marks: Marks) -> Sequence[Event]:
    """Understand one letter as it came (RFC 5322). Raises `Rejected` for what is none.

    Reports of mail systems first, then complaints, then people; machines that answer are skipped. A report that
    names no message of ours is skipped too: an address alone could be anybody's.
    """
    try:
        return _read(letter_of(raw), marks)
    except UNREADABLE as error:
        raise Rejected("unreadable") from error


def _read(letter: Letter, marks: Marks) -> Sequence[Event]:
    if not letter.message.keys():
        raise Rejected("unreadable")
    feedback = feedback_of(letter)
    if feedback is not None:
        return _complaint(letter, feedback, marks)
    if is_status_report(letter):
        returned = returned_letters(letter)
        return _report(letter, status_verdict(letter, returned), of_returned(letter, returned, marks))
    if _kind_of_report(letter) == "disposition-notification":
        return []
    if is_daemon(letter):
        return _report(letter, plain_verdict(letter), of_returned(letter, returned_letters(letter), marks))
    return [] if is_automatic(letter) else _reply(letter, marks)


def _kind_of_report(letter: Letter) -> str:
    kind = letter.message.get_param("report-type", "")
    return kind.lower() if isinstance(kind, str) and letter.message.get_content_type() == "multipart/report" else ""


def _report(letter: Letter, verdict: Verdict, reference: str) -> Sequence[Event]:
    if verdict == NOTHING or verdict.state is None or not reference:
        return []
    return [
        DeliveryReport(
            event_key=_key(letter),
            state=verdict.state,
            occurred_at=_moment(letter),
            reference=reference,
            detail=verdict.detail,
            address_fault=verdict.fault,
        )
    ]


def _complaint(letter: Letter, feedback: Letter, marks: Marks) -> Sequence[Event]:
    kind = feedback.header("Feedback-Type").lower()
    reference = complained_of(letter, feedback, marks)
    if kind not in COMPLAINTS | UNSUBSCRIPTIONS or not reference:
        return []
    return [
        Complaint(
            event_key=_key(letter),
            occurred_at=_moment(letter),
            reference=reference,
            is_unsubscribe=kind in UNSUBSCRIPTIONS,
        )
    ]


def _reply(letter: Letter, marks: Marks) -> Sequence[Event]:
    account = _account(letter)
    if not account:
        return []
    return [
        InboundText(
            channel=EMAIL,
            account=account,
            chat="",
            occurred_at=_moment(letter),
            text=column_word(new_text(letter), LONGEST_TEXT),
            event_key=_key(letter),
            attachments=attachments(letter),
            subject=column_word(letter.header("Subject"), LONGEST_SUBJECT),
            in_reply_to=of_answer(letter, marks),
        )
    ]


def _account(letter: Letter) -> str:
    """Return the address of the sender in the form of our contacts: small letters, the domain in ASCII."""
    local, _, domain = parseaddr(letter.header("From"))[1].strip().rpartition("@")
    try:
        domain = domain.lower().encode("idna").decode()
    except UnicodeError:
        return ""
    account = f"{local.lower()}@{domain}"
    is_one = bool(local and domain) and account.isascii() and account.isprintable() and " " not in account
    return account if is_one and len(account) <= LONGEST_ACCOUNT else ""


def _key(letter: Letter) -> str:
    """Return the same for a copy of the letter that came by another way."""
    name = letter.header("Message-ID").encode() or letter.raw
    return hashlib.sha256(name).hexdigest()[:40]


def _moment(letter: Letter) -> datetime:
    now = datetime.now(UTC)
    return min(letter.date() or now, now)
