"""Which texts are still missing before people can be asked."""

from collections.abc import Collection
from dataclasses import dataclass

from consents.documents.checks import ANSWERED_KINDS
from consents.documents.reading import edition_is_stale, editions_in_force
from consents.enums import Channel, DocumentKind


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMissing:
    """A text that is not in force; ``channel`` is empty where the kind needs none."""

    kind: DocumentKind
    channel: Channel | None = None

    @property
    def blocks(self) -> bool:
        """Return whether no consent can be asked without it; texts about advertising may be missing."""
        return self.kind not in (DocumentKind.PD_PROMO, DocumentKind.ADS)


def texts_missing(*, channels: Collection[Channel]) -> list[TextMissing]:
    """Return what is not in force of the texts that people on these channels are asked and shown."""
    present = {(row.document.kind, row.document.channel) for row in editions_in_force()}
    found = []
    for kind in DocumentKind:
        if (kind, "") in present:
            continue
        if kind in ANSWERED_KINDS:
            found += [
                TextMissing(kind=kind, channel=one) for one in Channel if one in channels and (kind, one) not in present
            ]
        else:
            found.append(TextMissing(kind=kind))
    return found


def texts_stale() -> int:
    """Count the texts in force whose values of the company or its senders are out of date."""
    return sum(edition_is_stale(row) for row in editions_in_force())
