"""What is needed before anybody is written to: the company's requisites, and the texts that people are asked by."""

from dataclasses import dataclass
from typing import Final

from consents.documents.company_reading import company_current
from consents.documents.editions import BLOCKING, texts_missing
from consents.enums import DocumentKind

REQUISITES: Final = ("name", "short_name", "inn", "address", "dpo_title", "dpo_email")
"""Fields of the company that a letter carries, or a text that is published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What is missing: ``requisites`` are fields of `CompanyDetails`, ``texts`` have no edition in force."""

    requisites: tuple[str, ...]
    texts: tuple[DocumentKind, ...]

    @property
    def is_whole(self) -> bool:
        """Return whether nothing is missing."""
        return not (self.requisites or self.texts)


def readiness() -> Readiness:
    """Return what the company still lacks."""
    company = company_current()
    return Readiness(
        requisites=tuple(name for name in REQUISITES if company is None or not getattr(company, name).strip()),
        texts=tuple(kind for kind in texts_missing() if kind in BLOCKING),
    )
