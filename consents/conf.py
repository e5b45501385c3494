"""The settings that the room reads, typed."""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

CANCEL_WINDOW: Final = timedelta(hours=24)
"""How long the owner of the old contact can take a change back."""
PROOF_AGE: Final = timedelta(hours=1)
"""How old a rightly entered code may be when the contact it proves is written down: one visit."""

DESTRUCTION_TERM: Final = timedelta(days=30)
"""From a withdrawal until data that stand on no other basis are gone (152-FZ art. 21 part 5)."""
EVIDENCE_YEARS: Final = 3
"""How long an answer is kept as evidence after the consent has ended; the default texts say the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeLimits:
    """Limits of one-time codes, wherever they are asked for, entered or spoken of.

    Override any in the setting ``CONSENTS_CODES``, a mapping of these names.
    Life and guesses keep within OWASP ASVS 5.0, 6.5.5 (ten minutes at most) and 6.6.3 (guessing is limited).
    """

    ttl_s: int = 600
    tries: int = 3
    """At most 3: the database holds that too."""
    number_tries: int = 5
    """How often a visit may name the customer's number where several share the contact that was proven."""
    resend_s: int = 30
    burst_count: int = 3
    burst_s: int = 900
    day_count: int = 10
    entrance_day_count: int = 5
    """Codes a day to one contact that were asked for at the entrance, where anybody may name it."""
    entrance_all_day_count: int = 10_000
    """Codes a day that were asked for at the entrance, for the whole company; beyond it none is sent, with an alarm."""
    new_day_count: int = 10
    """Codes a day to contacts that are not on file yet, for one customer: each may go to a stranger's number."""
    lock_failures: int = 10
    lock_s: int = 86_400
    home_prefix: str = "+7"
    foreign_allowed: bool = False
    foreign_day_count: int = 100
    """Codes a day to numbers abroad, for the whole company, once they are allowed."""
    alarm_wrong: int = 200
    alarm_s: int = 600

    @property
    def life(self) -> timedelta:
        """Return how long a code can be entered."""
        return timedelta(seconds=self.ttl_s)


def code_limits() -> CodeLimits:
    """Read the limits. Cheap; call it once per piece of work."""
    return CodeLimits(**getattr(settings, "CONSENTS_CODES", {}))


def code_key() -> bytes:
    """Return the key of codes and of the counters of contacts; it is never in the database."""
    key: bytes = settings.LINK_KEY
    return key


def event_key() -> bytes:
    """Return the key that vouches for waiting events: derived from the key of codes, and never in the database."""
    return _derived(code_key(), b"mostik waiting event v1")


@lru_cache(maxsize=4)
def _derived(key: bytes, label: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=label).derive(key)


def personal_page() -> str:
    """Return the address where a person changes and takes back everything."""
    site: str = settings.SITE_URL
    return f"{site}/me/"


def key_page() -> str:
    """Return the address where everyone reads the public keys of the ledger."""
    site: str = settings.SITE_URL
    return f"{site}/journal-key/"


def paper_fonts() -> list[str]:
    """Return the folders of more fonts for papers, for names in signs that the embedded fonts lack."""
    folder: str = settings.PAPER_FONTS
    return [folder] if folder else []
