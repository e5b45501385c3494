"""Results of a check of the ledger: differences, and why it could not decide. `finding_sentences` has the words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One difference: a stable code, the place it was found at, and the event it names where there is one.

    ``place`` is the kind of place and ``at`` its numbers or words; `finding_sentences.PLACES` lists both.
    """

    code: str
    place: str
    at: tuple[int | str, ...] = ()
    event: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the finding for files and records."""
        return {"code": self.code, "place": self.place, "at": list(self.at), "event": self.event}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote."""
        return cls(code=values["code"], place=values["place"], at=tuple(values.get("at", ())), event=values["event"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a check could not decide: a stable code and the facts that its sentence names."""

    code: str
    facts: Mapping[str, int | str] = field(default_factory=dict)

    def as_json(self) -> dict[str, int | str]:
        """Return the reason for files and records."""
        return {"code": self.code, **self.facts}

    @classmethod
    def from_json(cls, values: Mapping[str, int | str]) -> Self | None:
        """Read what `as_json` wrote; None from nothing."""
        if not values:
            return None
        return cls(code=str(values["code"]), facts={name: fact for name, fact in values.items() if name != "code"})
