"""Copies of recipients as one member of staff may see them: a look at a person is a look, and it is written down."""

from django.http import HttpRequest

from notify.campaigns.reading import SAMPLE, campaign_spec, spec_previews
from notify.types import Preview
from portal.audit.acts import Act
from portal.audit.permissions import Right, has_right
from portal.audit.record import acting_user, recorded
from portal.ui.words import initials


def samples_looked_at(
    request: HttpRequest, *, campaign_id: int, number: int, limit: int = SAMPLE
) -> tuple[list[Preview], int]:
    """Return the samples of a campaign and the number of the one looked at, which is recorded in the same transaction.

    A number beyond the samples is the last one. Names are whole only for those who see customers whole.
    """
    name_shown = str if has_right(acting_user(request), Right.SEE_CUSTOMER_FULL) else initials
    spec = campaign_spec(campaign_id=campaign_id)
    with recorded(request, Act.CAMPAIGN_PREVIEWED, object_kind="campaign", object_id=campaign_id) as note:
        previews = spec_previews(spec=spec, limit=limit, name_shown=name_shown)
        number = min(number, len(previews) - 1)
        note.details["customer_id"] = previews[number].customer_id
    return previews, number
