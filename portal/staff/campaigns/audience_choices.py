"""Choices of the audience filter, with words of a stored filter that the base no longer holds."""

from collections.abc import Mapping
from typing import Any, TypedDict

from consents.reach.audience_words import messenger_words, segment_words, source_words


class Offer(TypedDict):
    """The choices of the editor."""

    segments: list[str]
    sources: list[str]
    messengers: list[tuple[str, str]]


def audience_offer(*, also: Mapping[str, Any]) -> Offer:
    """Return the words of the base, and those of the filter ``also``, which would be lost on saving otherwise."""
    messengers = messenger_words()
    known = {code for code, _name in messengers}
    return Offer(
        segments=_joined(segment_words(), also.get("segments", [])),
        sources=_joined(source_words(), also.get("sources", [])),
        messengers=messengers + [(code, code) for code in also.get("messengers", []) if code not in known],
    )


def _joined(found: list[str], also: list[str]) -> list[str]:
    return found + [word for word in also if word not in found]
