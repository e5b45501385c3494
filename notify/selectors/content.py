"""What a second person approves, as one hash: the words, the conditions, and exactly which people."""

import hashlib
from dataclasses import dataclass
from typing import Any

import rfc8785
from django.db.models import Count

from consents.selectors.audience import IdsSha256
from notify.enums import MessageKind
from notify.errors import CampaignNotFound
from notify.models import Campaign, Message
from notify.selectors.recipients import campaign_audience


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """``size`` people are in it; ``sha256`` changes with any word, any condition and any person."""

    size: int
    sha256: str


def campaign_content(*, campaign_id: int) -> Content:
    """What a launch would be now. Raises `CampaignNotFound`.

    Ask for it before the figures that are shown beside it: a change in between then refuses the launch.
    """
    campaign = Campaign.objects.filter(pk=campaign_id).first()
    if campaign is None:
        raise CampaignNotFound
    return content_now(campaign)


def content_now(campaign: Campaign) -> Content:
    """The same for a campaign that is in memory."""
    return _content(campaign, campaign_audience(campaign).aggregate(size=Count("id"), ids=IdsSha256("id")))


def content_planned(campaign: Campaign) -> Content:
    """What the rows of the plan are: their people in place of the filter's."""
    rows = Message.objects.filter(campaign_id=campaign.pk, kind=MessageKind.CAMPAIGN)
    return _content(campaign, rows.aggregate(size=Count("id"), ids=IdsSha256("customer_id")))


def _content(campaign: Campaign, people: dict[str, Any]) -> Content:
    """SHA-256 over the canonical JSON (RFC 8785) of everything that is approved."""
    content: dict[str, Any] = {
        "campaign": campaign.pk,
        "revision": campaign.revision,
        "channel": campaign.channel,
        "text_kind": campaign.text_kind,
        "legal_basis": campaign.legal_basis,
        "audience": campaign.audience,
        "size": people["size"],
        "people": people["ids"],
        "subject": campaign.subject,
        "text": campaign.text,
        "button": campaign.button,
        "window": [campaign.quiet_from.isoformat(), campaign.quiet_to.isoformat()],
        "link_days": campaign.link_days,
    }
    return Content(size=people["size"], sha256=hashlib.sha256(rfc8785.dumps(content)).hexdigest())
