"""Models of the notify room. Private to it: the portal enters by services and selectors."""

from notify.models.campaign import Campaign, Touchpoint
from notify.models.channel import ChannelSetting
from notify.models.link import Link, MaxDialogue, MaxLinkToken
from notify.models.message import DeliveryReport, InboundPayload, Message
from notify.models.provider import ProviderSetup, ProviderState, SoftFault

__all__ = [
    "Campaign",
    "ChannelSetting",
    "DeliveryReport",
    "InboundPayload",
    "Link",
    "MaxDialogue",
    "MaxLinkToken",
    "Message",
    "ProviderSetup",
    "ProviderState",
    "SoftFault",
    "Touchpoint",
]
