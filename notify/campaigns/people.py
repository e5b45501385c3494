"""Whom the filter of a campaign means: what the room below knows of people, and what another campaign came to.

``barred_in`` is the number of a campaign: its people whom it did not reach because they have forbidden mailings at
their operator. ``failed_in`` likewise: its people whose message the provider surely has not: another campaign to
them writes to nobody twice. The other keys are those of `consents.reach.audience`.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from django.db.models import QuerySet

from consents.enums import Channel
from consents.reach import audience
from notify.models import Message
from notify.outbox.watching.reading import people_rows

BARRED_IN: Final = "barred_in"
FAILED_IN: Final = "failed_in"
_STAGES: Final = {BARRED_IN: "barred", FAILED_IN: "failed"}
"""Key of a filter -> stage of `people_rows`."""


def people(filter: Mapping[str, Any], *, channels: Collection[Channel]) -> QuerySet[Any]:
    """Return everybody whom a filter finds now. Raises AudienceInvalid."""
    return _within(audience.audience(_of_people(filter), channels=channels), filter)


def people_bound(filter: Mapping[str, Any]) -> QuerySet[Any]:
    """Return everybody among whom a filter can find its people while they go on answering. Raises AudienceInvalid."""
    return _within(audience.audience_bound(_of_people(filter)), filter)


def people_problems(filter: object) -> tuple[tuple[str, str], ...]:
    """Return all that is wrong with a filter as (code, key); empty when it can be used."""
    if not isinstance(filter, Mapping):
        return audience.audience_problems(filter)
    own = tuple(("not_a_campaign", key) for key in _STAGES if not _is_fit(filter.get(key)))
    return (*audience.audience_problems(_of_people(filter)), *own)


def barred_rows(*, campaign_id: int) -> QuerySet[Message]:
    """Return the messages of a campaign that do not arrive because their owners have forbidden mailings."""
    return people_rows(stage="barred", campaign_id=campaign_id)


def _of_people(filter: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in filter.items() if key not in _STAGES}


def _is_fit(number: object) -> bool:
    return number is None or (isinstance(number, int) and not isinstance(number, bool) and 0 < number < 2**63)


def _within(found: QuerySet[Any], filter: Mapping[str, Any]) -> QuerySet[Any]:
    for key, stage in _STAGES.items():
        if filter.get(key) is not None:
            found = found.filter(pk__in=people_rows(stage=stage, campaign_id=filter[key]).values("customer_id"))
    return found
