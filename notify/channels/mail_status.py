"""What a mail server's refusal says of the address: enhanced status codes (RFC 3463), and words where there are none.

Pure. When in doubt a refusal says nothing of the address: a letter that was taken for spam must close no contact.
"""

import re
from collections.abc import Mapping
from typing import Final

from notify.channels.base import AddressFault

FAULTS: Final[Mapping[str, AddressFault]] = {
    "5.1.1": "dead",  # no such mailbox
    "5.1.2": "dead",  # no such domain
    "5.1.3": "dead",  # no address at all
    "5.1.6": "dead",  # moved, nobody knows where
    "5.1.10": "dead",  # the domain takes no mail (RFC 7505)
    "5.2.1": "dead",  # switched off
    "5.2.2": "soft",  # full
    "5.4.1": "soft",  # no answer; Exchange: not in its directory
    "5.4.4": "soft",  # no route
    "5.4.7": "soft",  # tried until it was too late
}
"""Whole codes. 5.1.7 and 5.1.8 are about the sender, 5.3, 5.5, 5.6 and 5.7 about systems, protocol, letter, policy."""

GENERIC: Final = frozenset({"", "5.0.0", "5.1.0", "5.2.0", "5.5.0", "4.0.0"})
"""Codes that say nothing by themselves: Exim and Postfix make them where a server gave none, Outlook.com for unknown
mailboxes."""

POLICY: Final = re.compile(
    r"\bsender\b|\byour (account|server|ip|domain|host|message)|отправител|spam|blocked|black ?list|block ?list|"
    r"polic(y|ies)|reputation|dmarc|\bspf\b|dkim|unsolicited|suspicio|virus|too many|rate limit|спам|заблокир",
    re.IGNORECASE,
)
FULL: Final = re.compile(
    r"(mailbox|inbox|user|account).{0,30}(full|quota|over|exceed)|over ?quota|quota exceeded|out of storage|"
    r"переполнен|превышен\w* (квот|лимит)",
    re.IGNORECASE,
)
UNKNOWN: Final = re.compile(
    r"(user|recipient|mailbox|account|address|addressee)[^.;]{0,60}(unknown|not found|not exist|n't exist|"
    r"terminated|disabled|inactive|invalid|no longer)|(unknown|invalid|no such|non-?existent) (local )?(user|"
    r"recipient|mailbox|account|address|person)|no mailbox here|не существует|не найден|нет такого|неактивен|"
    r"отключ[её]н",
    re.IGNORECASE,
)
NO_SUCH_USER: Final = re.compile(r"no such user|(user|recipient|mailbox) (is )?(unknown|not found)", re.IGNORECASE)
"""Words that outweigh a status about policy: Yandex gives 5.7.1 for mailboxes that do not exist."""

UNAVAILABLE: Final = re.compile(r"unavailable|недоступен", re.IGNORECASE)
"""The words of RFC 5321 for any 550: of a mailbox, but for whatever reason."""

ABOUT_SENDER: Final = frozenset({"4.1.7", "4.1.8"})

ENHANCED: Final = re.compile(r"(?<![\d.])([245]\.[0-7]\.\d{1,3})(?![\d.]*\d)")


def fault_of(status: str, words: str = "") -> AddressFault:
    """Return what a final refusal says of the address. ``words`` count where ``status`` says nothing by itself."""
    if status in FAULTS:
        return FAULTS[status]
    if status in GENERIC:
        return _fault_in(words)
    if status == "5.7.1" and NO_SUCH_USER.search(words) and not POLICY.search(words):
        return "dead"
    return "soft" if status.startswith("4.") and not status.startswith("4.7.") and status not in ABOUT_SENDER else ""


def _fault_in(words: str) -> AddressFault:
    if POLICY.search(words):
        return ""
    if FULL.search(words):
        return "soft"
    if UNKNOWN.search(words):
        return "dead"
    return "soft" if UNAVAILABLE.search(words) else ""


def status_in(words: str) -> str:
    """Return the first enhanced code among ``words``, empty without one."""
    found = ENHANCED.search(words)
    return found[1] if found else ""
