"""Models of the notify room. Private to it: the portal enters by services and selectors."""

from notify.models.campaign import Campaign, Touchpoint
from notify.models.channel import ChannelSetting
from notify.models.link import Link, MaxDialogue, MaxLinkToken
from notify.models.message import DeliveryReport, InboundPayload, Message

__all__ = [
    "Campaign",
    "ChannelSetting",
    "DeliveryReport",
    "InboundPayload",
    "Link",
    "MaxDialogue",
    "MaxLinkToken",
    "Message",
    "Touchpoint",
]
