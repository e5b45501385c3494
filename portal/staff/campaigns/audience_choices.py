"""Lists of the audience filter, with words that an old campaign names and the base no longer holds."""

from collections.abc import Mapping
from typing import Any, TypedDict

from consents.reach.audience_words import messenger_words, segment_words, source_words


class Offer(TypedDict):
    """What the editor lets choose."""

    segments: list[str]
    sources: list[str]
    messengers: list[tuple[str, str]]


def audience_offer(*, also: Mapping[str, Any]) -> Offer:
    """Give the words of the base, and those of the filter ``also`` that would otherwise be lost on saving."""
    messengers = messenger_words()
    known = {code for code, _name in messengers}
    return Offer(
        segments=_joined(segment_words(), also.get("segments", [])),
        sources=_joined(source_words(), also.get("sources", [])),
        messengers=messengers + [(code, code) for code in also.get("messengers", []) if code not in known],
    )


def _joined(found: list[str], also: list[str]) -> list[str]:
    return found + [word for word in also if word not in found]
