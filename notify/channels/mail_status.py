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

OUR_STATUSES: Final = frozenset(
    {
        "5.1.7", "5.1.8",  # our address, as it is written or of a system that is none
        "5.7.8", "5.7.9", "5.7.10", "5.7.11", "5.7.13", "5.7.14",  # login, protection, account
        "5.7.20", "5.7.21", "5.7.22", "5.7.23", "5.7.24", "5.7.25", "5.7.26", "5.7.27",  # RFC 7372, 7489, 7505
        "5.7.54", "5.7.57", "5.7.60", "5.7.64", "5.7.750",  # Exchange: relaying, sending as, unknown domain
    }
)  # fmt: skip
"""Whole codes that speak of us, whoever the letter is to."""
OUR_RANGES: Final = (range(501, 514), range(606, 650), range(700, 710))
"""Last numbers of 5.7 with which Exchange refuses a sender or an address of a server: banned, over its limit."""
OUR_WORDS: Final = re.compile(
    r"relay(ing)? (access )?(is )?(denied|not (permitted|allowed))|(unable|not (permitted|allowed)) to relay|"
    r"rcpthosts|we do not relay|authentication (is )?required|must (authenticate|log ?in)|"
    r"sender address rejected|sender .{0,40}not (owned|allowed|authori[sz]ed|permitted)|not allowed to send (as|from)|"
    r"not local sender|client host rejected|helo command rejected|account .{0,30}(suspended|blocked for sending)",
    re.IGNORECASE,
)
"""Words of relays that do not know us, or not with this sender. A letter that a filter holds for spam has none."""


def is_about_us(status: str, words: str) -> bool:
    """Return whether a refusal speaks of the sender or of our right to send, so that no other letter would fare better.

    5.7.1 alone does not: filters give it to single letters.
    """
    if status in OUR_STATUSES or OUR_WORDS.search(words):
        return True
    number = status.removeprefix("5.7.")
    return status.startswith("5.7.") and any(int(number) in some for some in OUR_RANGES)


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
