"""Whom the filter of a campaign means: what the room below knows of people, and what another campaign came to.

``barred_in`` is the number of a campaign: its people whom it did not reach because they have forbidden mailings at
their operator. The other keys are those of `consents.reach.audience`.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from django.db.models import QuerySet

from consents.enums import Channel
from consents.reach import audience
from notify.models import Message
from notify.outbox.watching.reading import people_rows

BARRED_IN: Final = "barred_in"


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
    number = filter.get(BARRED_IN)
    is_fit = number is None or (isinstance(number, int) and not isinstance(number, bool) and 0 < number < 2**63)
    own = () if is_fit else (("not_a_campaign", BARRED_IN),)
    return (*audience.audience_problems(_of_people(filter)), *own)


def barred_rows(*, campaign_id: int) -> QuerySet[Message]:
    """Return the messages of a campaign that do not arrive because their owners have forbidden mailings."""
    return people_rows(step="barred", campaign_id=campaign_id)


def _of_people(filter: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in filter.items() if key != BARRED_IN}


def _within(found: QuerySet[Any], filter: Mapping[str, Any]) -> QuerySet[Any]:
    number = filter.get(BARRED_IN)
    return found if number is None else found.filter(pk__in=barred_rows(campaign_id=number).values("customer_id"))
