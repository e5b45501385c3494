"""People of a campaign whose operator lets no mailings through, and the channels over which they can be written to."""

from collections.abc import Collection

from consents.enums import Channel
from consents.reach.barring import channels_open
from notify.campaigns.people import BARRED_IN, barred_rows
from notify.campaigns.recipients import step_forecast, step_ground
from notify.channel_settings import channels_connected
from notify.contracts import contract_refusal
from notify.models import Campaign, CampaignStep


def barred_count(*, campaign_id: int) -> int:
    """Return how many people a campaign has not reached for that reason, as it stands now."""
    return barred_rows(campaign_id=campaign_id).count()


def barred_reach(*, step: CampaignStep) -> dict[Channel, int]:
    """Return how many of them the message of a step would reach over each other channel; one of nobody is left out."""
    campaign = Campaign(
        audience={BARRED_IN: step.campaign_id}, send_from=step.campaign.send_from, send_until=step.campaign.send_until
    )
    found = {}
    for channel in _other_channels(step):
        instead = CampaignStep(
            campaign=campaign,
            channel=channel.value,
            text_kind=step.text_kind,
            legal_basis=step.legal_basis,
            subscriber_consent=step.subscriber_consent,
        )
        found[channel] = step_forecast(instead).will_send
    return {channel: count for channel, count in found.items() if count}


def channels_instead(*, step: CampaignStep, customer_ids: Collection[int]) -> dict[int, tuple[Channel, ...]]:
    """Return the other channels over which the message of a step would reach each of some people, those of one page."""
    others = [
        channel for channel in _other_channels(step) if not contract_refusal(channel=channel, kind=step.text_kind)
    ]
    return channels_open(customer_ids=customer_ids, channels=others, ground=step_ground(step))


def _other_channels(step: CampaignStep) -> list[Channel]:
    own, connected = Channel(step.channel).kind, channels_connected()
    return [channel for channel in Channel if channel in connected and channel.kind != own]
