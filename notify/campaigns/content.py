"""What a second person approves, as one hash: words, picture, conditions and the exact set of people."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef

from consents.ledger.canonical import canonical_json
from consents.reach.audience import IdsSha256
from notify.campaigns.drafts import STEP_FIELDS
from notify.campaigns.images import image_shown
from notify.campaigns.people import people_bound
from notify.campaigns.recipients import campaign_audience
from notify.enums import MessageKind
from notify.errors import CampaignNotFound
from notify.models import Campaign, CampaignStep, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """``size`` people are in it now; ``sha256`` changes with any word, any condition and any person who may be meant.

    It stays the same when people leave the audience by answering: a filter for those who have not answered would
    otherwise void every approval.
    """

    size: int
    sha256: str


def campaign_content(*, campaign_id: int) -> Content:
    """Return what a launch would send now, and to whom. Raises `CampaignNotFound`.

    Call it before reading the figures that are shown beside it: a change in between then refuses the launch.
    """
    campaign = Campaign.objects.filter(pk=campaign_id).first()
    if campaign is None:
        raise CampaignNotFound
    return content_now(campaign)


def content_now(campaign: Campaign) -> Content:
    """Return the content of a campaign as it is in memory."""
    return Content(size=campaign_audience(campaign).count(), sha256=_sha256(campaign))


def planned_size(first: CampaignStep) -> int | None:
    """Return how many rows the plan has; None when words, conditions or people are not those that were approved."""
    campaign = first.campaign
    rows = Message.objects.filter(step=first, kind=MessageKind.CAMPAIGN)
    # An anti-join: NOT IN is a hash only while all ids fit into memory, beyond that each is compared with each.
    is_approved = Exists(people_bound(campaign.audience).filter(pk=OuterRef("customer_id")))
    if _sha256(campaign) != campaign.content_sha256 or rows.filter(~is_approved).exists():
        return None
    return rows.count()


def _sha256(campaign: Campaign) -> str:
    """Return the SHA-256 over the canonical JSON (RFC 8785) of everything that is approved."""
    people = people_bound(campaign.audience).aggregate(size=Count("id"), ids=IdsSha256("id"))
    content: dict[str, Any] = {
        "campaign": campaign.pk,
        "revision": campaign.revision,
        "audience": campaign.audience,
        "size": people["size"],
        "people": people["ids"],
        "window": [campaign.send_from.isoformat(), campaign.send_until.isoformat()],
        "steps": [_step_content(step) for step in campaign.steps.order_by("position")],
    }
    return hashlib.sha256(canonical_json(content)).hexdigest()


def _step_content(step: CampaignStep) -> dict[str, Any]:
    content = {name: getattr(step, name) for name in STEP_FIELDS}
    for name in ("contract_date", "starts_on"):
        content[name] = content[name] and content[name].isoformat()
    image = image_shown(step)
    return content | {"image": image.sha256} if image is not None else content
