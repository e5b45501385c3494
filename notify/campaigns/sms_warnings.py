"""What the author of an SMS campaign should know of the sender's name under which it would leave."""

from dataclasses import asdict
from typing import Final

from django.utils import translation

from consents.enums import Channel
from consents.reach.recipients import RecipientRow
from notify.channels.registry import carriers_of
from notify.channels.setup import Provider
from notify.enums import TextKind, Traffic
from notify.messages.composing import sample_link, text_of
from notify.messages.transactional import LANGUAGE
from notify.models import Campaign
from notify.outbox.carriers import carriers_ready
from notify.provider_setups import providers_set_up
from notify.sender_names.coverage import Uncovered, uncovered
from notify.types import CampaignSpec

TRAFFIC: Final = {TextKind.SERVICE: Traffic.SERVICE, TextKind.ADVERTISING: Traffic.ADVERTISING}
_NOBODY: Final = RecipientRow(
    contact_point_id=0,
    customer_id=0,
    address="",
    max_chat_id=None,
    contact_confirmed=False,
    name="",
    time_zone="",
    has_foreign_messenger=False,
)
"""Of whom nothing is known: their copy has none of the parts that are for some."""


def campaign_carrier(channel: str) -> Provider | None:
    """Return who would carry the next messages; None without a provider."""
    providers = providers_set_up()
    ready = [one.provider for one in carriers_ready(channel, providers)]
    return next(iter(ready or carriers_of(channel, providers)), None)


def sender_uncovered(*, spec: CampaignSpec) -> Uncovered | None:
    """Return what the registry of names lacks for a campaign; None for another channel, and where it lacks nothing."""
    if not Channel(spec.channel).spec.is_in_segments:
        return None
    carrier = campaign_carrier(spec.channel)
    if carrier is None:
        return None
    return uncovered(provider=carrier.name, traffic=TRAFFIC[TextKind(spec.text_kind)], texts=_texts(spec))


def _texts(spec: CampaignSpec) -> list[str]:
    """Return the text as two made-up people would get it: one with everything, one of whom nothing is known."""
    text, link = text_of(Campaign(**asdict(spec))), sample_link(spec.channel)
    with translation.override(LANGUAGE):
        return [text.compose(reference="", address="", person=person, link=link).text for person in (None, _NOBODY)]
