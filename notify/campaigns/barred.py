"""People of a campaign whose operator lets no mailings through, and the channels over which they can be written to."""

from collections.abc import Collection

from consents.enums import Channel, Purpose
from consents.reach.barring import channels_open
from consents.reach.eligibility import Ground
from notify.campaigns.people import BARRED_IN, barred_rows
from notify.campaigns.recipients import campaign_forecast
from notify.channel_settings import channels_connected
from notify.contracts import contract_refusal
from notify.models import Campaign


def barred_count(*, campaign_id: int) -> int:
    """Return how many people a campaign has not reached for that reason, as it stands now."""
    return barred_rows(campaign_id=campaign_id).count()


def barred_reach(*, campaign: Campaign) -> dict[Channel, int]:
    """Return how many of them the same message would reach over each other channel; a channel of nobody is left out."""
    found = {}
    for channel in _other_channels(campaign):
        instead = Campaign(
            channel=channel.value,
            text_kind=campaign.text_kind,
            legal_basis=campaign.legal_basis,
            subscriber_consent=campaign.subscriber_consent,
            audience={BARRED_IN: campaign.pk},
            send_from=campaign.send_from,
            send_until=campaign.send_until,
        )
        found[channel] = campaign_forecast(instead).will_send
    return {channel: count for channel, count in found.items() if count}


def channels_instead(*, campaign: Campaign, customer_ids: Collection[int]) -> dict[int, tuple[Channel, ...]]:
    """Return the other channels over which the same message would reach each of some people, those of one page."""
    others = [
        channel
        for channel in _other_channels(campaign)
        if not contract_refusal(channel=channel, kind=campaign.text_kind)
    ]
    ground = Ground(
        purpose=Purpose(campaign.text_kind),
        legal_basis=campaign.legal_basis,
        subscriber_consent=campaign.subscriber_consent,
    )
    return channels_open(customer_ids=customer_ids, channels=others, ground=ground)


def _other_channels(campaign: Campaign) -> list[Channel]:
    own, connected = Channel(campaign.channel).kind, channels_connected()
    return [channel for channel in Channel if channel in connected and channel.kind != own]
