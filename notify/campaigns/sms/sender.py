"""What the author of an SMS campaign should know of the sender's name under which it would leave."""

from typing import Final

from consents.enums import Channel
from notify.campaigns.sms.parts import sample_texts
from notify.channels.registry import carriers_of
from notify.channels.setup import Provider
from notify.enums import TextKind, Traffic
from notify.models import CampaignStep
from notify.outbox.carriers import carriers_ready
from notify.provider_setups import providers_set_up
from notify.sender_names.coverage import Uncovered, uncovered

TRAFFIC: Final = {TextKind.SERVICE: Traffic.SERVICE, TextKind.ADVERTISING: Traffic.ADVERTISING}


def campaign_carrier(channel: str) -> Provider | None:
    """Return who would carry the next messages; None without a provider."""
    providers = providers_set_up()
    ready = [one.provider for one in carriers_ready(channel, providers)]
    return next(iter(ready or carriers_of(channel, providers)), None)


def sender_uncovered(step: CampaignStep) -> Uncovered | None:
    """Return what the registry of names lacks for a step; None for another channel, and where it lacks nothing."""
    if not Channel(step.channel).spec.is_in_segments:
        return None
    carrier = campaign_carrier(step.channel)
    if carrier is None:
        return None
    return uncovered(provider=carrier.name, traffic=TRAFFIC[TextKind(step.text_kind)], texts=sample_texts(step))
