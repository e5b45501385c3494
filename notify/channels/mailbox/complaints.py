"""Complaints of people who pressed «Спам», as mail services hand them on (ARF, RFC 5965)."""

from typing import Final

from notify.channels.mailbox.bounces import returned_letters
from notify.channels.mailbox.letters import Letter, letter_of, subparts, text_of
from notify.channels.mailbox.references import Marks, of_returned

COMPLAINTS: Final = frozenset({"abuse", "fraud", "complaint"})
UNSUBSCRIPTIONS: Final = frozenset({"opt-out", "opt-out-list", "unsubscribe"})
"""Other kinds (not-spam, virus, auth-failure, dmarc) are no complaints of a person about a letter."""

REPORT: Final = "message/feedback-report"


def feedback_of(letter: Letter) -> Letter | None:
    """Return the fields of a feedback report, None where the letter is none."""
    for part in letter.parts():
        if part.get_content_type() == REPORT:
            inner = subparts(part)
            return Letter(inner[0], b"") if inner else letter_of(text_of(part).lstrip().encode())
    return None


def complained_of(letter: Letter, feedback: Letter, marks: Marks) -> str:
    """Return the reference of the message that the complaint is about."""
    return marks.of_addresses(feedback.addresses("Original-Mail-From")) or of_returned(
        letter, returned_letters(letter), marks
    )
