"""Models of the notify room. Private to it: the portal enters by services and selectors."""

from notify.models.campaign import Campaign, Touchpoint
from notify.models.channel import ChannelContract, ChannelSetting
from notify.models.dialogue import (
    Dialogue,
    DialogueNote,
    InboundMessage,
    ReadyAnswer,
    Reply,
    Scenario,
    ScenarioVersion,
)
from notify.models.link import Link, MaxDialogue, MaxLinkToken
from notify.models.message import DeliveryReport, InboundPayload, Message
from notify.models.provider import ProviderSetup, ProviderState, SoftFault

__all__ = [
    "Campaign",
    "ChannelContract",
    "ChannelSetting",
    "DeliveryReport",
    "Dialogue",
    "DialogueNote",
    "InboundMessage",
    "InboundPayload",
    "Link",
    "MaxDialogue",
    "MaxLinkToken",
    "Message",
    "ProviderSetup",
    "ProviderState",
    "ReadyAnswer",
    "Reply",
    "Scenario",
    "ScenarioVersion",
    "SoftFault",
    "Touchpoint",
]
