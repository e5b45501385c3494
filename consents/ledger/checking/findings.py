"""Differences that a check of the ledger finds. `finding_sentences` has the words."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One difference: a stable code, the place it was found at, and the event it names where there is one.

    ``place`` is the kind of place and ``at`` its numbers or words; `finding_sentences.PLACES` lists both. Files and
    records hold the finding under these names.
    """

    code: str
    place: str
    at: Sequence[int | str] = ()
    event: str = ""
