"""People whose operator lets no mailings through: their figure on the page of a campaign, and who can be written to."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consents.enums import Channel
from notify.campaigns.barred import barred_count, barred_reach, channels_instead
from notify.campaigns.people import BARRED_IN, FAILED_IN
from notify.campaigns.reading import campaign_read, campaign_spec
from notify.campaigns.spec import NAME_LIMIT
from notify.channel_settings import channels_connected
from notify.enums import StepCondition
from notify.types import CampaignSpec, StepSpec
from portal.audit.permissions import Right, has_right
from portal.cache.kept import kept
from portal.client import number_asked
from portal.models import User

STEP: Final = "barred"
FAILED: Final = "failed"
"""What the address of a new campaign names the people by whom another one has not reached."""
LABEL: Final[str | Promise] = gettext_lazy("Оператор не пропускает СМС")


def barred_facts(campaign: Any, *, user: User, is_live: bool) -> dict[str, Any]:
    """Return how many people a campaign over SMS has not reached for that reason, and how many each channel would.

    A campaign over another channel can be begun with exactly these people once this one is over: until then there may
    be more of them.
    """
    step = _barred_step(campaign)
    if step is None:
        return {"barred": None}
    (count, reach), _counted_at = kept(f"staff.barred.{campaign.pk}.{is_live}", lambda: _counted(step))
    if not count:
        return {"barred": None}
    may_write = has_right(user, Right.DRAFT_CAMPAIGN) and not is_live
    ways = [
        {"by": channel.spec.by, "count": reached, "url": _begin_url(campaign.pk, channel) if may_write else ""}
        for channel, reached in reach.items()
    ]
    url = reverse("staff:campaign_people", args=[campaign.pk, STEP])
    return {"barred": {"count": count, "url": url, "ways": ways, "is_live": is_live}}


def _counted(step: Any) -> tuple[int, dict[Channel, int]]:
    count = barred_count(campaign_id=step.campaign_id)
    return count, barred_reach(step=step) if count else {}


def instead_words(campaign: Any, *, customer_ids: Collection[int]) -> dict[int, list[str | Promise]]:
    """Return over which other channels each of some people can be written to, after a verb: «по почте»."""
    step = _barred_step(campaign) or campaign.steps.all()[0]
    found = channels_instead(step=step, customer_ids=customer_ids)
    return {customer_id: [channel.spec.by for channel in channels] for customer_id, channels in found.items()}


def instead_spec(request: HttpRequest) -> CampaignSpec | None:
    """Return what a campaign for the people of another one begins with, if the address asks for that: its copy.

    They are those whose operator lets no SMS through, or whose message was not delivered.
    """
    if (failed := number_asked(request.GET.get(FAILED, ""))) is not None:
        spec = campaign_spec(campaign_read(campaign_id=failed))
        name = _("%(name)s: ещё раз") % {"name": spec.name}
        return replace(spec, name=name[-NAME_LIMIT:], audience={FAILED_IN: failed})
    asked, code = request.GET.get(STEP, ""), request.GET.get("channel", "")
    number = number_asked(asked)
    if number is None or code not in Channel.values or Channel(code) not in channels_connected():
        return None
    spec = campaign_spec(campaign_read(campaign_id=number))
    name = f"{spec.name}: {Channel(code).spec.short}"[:NAME_LIMIT]
    first = next((step for step in spec.steps if _is_barrable(step.channel)), spec.steps[0])
    return replace(spec, name=name, steps=(_alone(first, channel=code),), audience={BARRED_IN: number})


def _barred_step(campaign: Any) -> Any | None:
    """Return the first step of a campaign that an operator may keep back; None where there is none."""
    return next((step for step in campaign.steps.all() if _is_barrable(step.channel)), None)


def _is_barrable(channel: str) -> bool:
    return Channel(channel).spec.needs_subscriber_consent


def _alone(step: StepSpec, **changes: Any) -> StepSpec:
    """Return a step as the only one of a campaign."""
    return replace(step, condition=StepCondition.EVERYBODY.value, wait_days=0, starts_on=None, **changes)


def _begin_url(campaign_id: int, channel: Channel) -> str:
    return f"{reverse('staff:campaign_new')}?{urlencode({STEP: str(campaign_id), 'channel': channel.value})}"
