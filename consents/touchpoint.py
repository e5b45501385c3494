"""The touchpoint of an event, as the ledger keeps it: `campaign:12/email`, `entrance` or nothing."""

import re
from dataclasses import dataclass
from typing import Final, Self

from django.utils.translation import gettext as _

from consents.channels.spec import Words
from consents.enums import Channel

ENTRANCE: Final = "entrance"
"""The touchpoint that is no channel: the public page that anyone can come in by."""

_OF_CAMPAIGN: Final = re.compile(r"campaign:([1-9][0-9]*)(?:/(.+))?")


@dataclass(frozen=True, slots=True)
class TouchpointName:
    """Where a person acted. ``kind`` is a channel, `ENTRANCE`, or a whole value that is not understood."""

    kind: str = ""
    campaign_id: int | None = None

    @classmethod
    def parse(cls, value: str) -> Self:
        """Read a value of the ledger; `str` gives it back byte for byte."""
        found = _OF_CAMPAIGN.fullmatch(value)
        return cls(kind=found[2] or "", campaign_id=int(found[1])) if found else cls(kind=value)

    def __str__(self) -> str:
        return "/".join(filter(None, ("" if self.campaign_id is None else f"campaign:{self.campaign_id}", self.kind)))

    @property
    def words(self) -> str:
        """Return the place in words: «кампания № 12, письмо»."""
        kinds = touchpoint_labels()
        if self.campaign_id is None:
            return str(kinds.get(self.kind, self.kind))
        words = _("кампания № %(number)s") % {"number": self.campaign_id}
        return f"{words}, {kinds[self.kind]}" if self.kind in kinds else words


def touchpoint_labels() -> dict[str, Words]:
    """Return the kinds of touchpoint, where a link is met, with their names: every channel, and the entrance."""
    return {channel.value: channel.spec.touchpoint for channel in Channel} | {ENTRANCE: _("общий вход")}
