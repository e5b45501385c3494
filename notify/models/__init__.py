"""Models of the notify room. Private to it: the portal enters by services and selectors."""

from notify.models.campaign import Campaign, CampaignBrake, CampaignStep, Touchpoint
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
from notify.models.image import CampaignImage
from notify.models.link import AccountDialogue, AccountLinkToken, Link, StaffMaxToken
from notify.models.message import DeliveryReport, InboundPayload, Message
from notify.models.price import CampaignPrice
from notify.models.provider import ProviderSetup, ProviderState, SoftFault
from notify.models.sender_name import SenderName, SenderTemplate
from notify.models.tally import LinkTally, MessageTally

__all__ = [
    "AccountDialogue",
    "AccountLinkToken",
    "Campaign",
    "CampaignBrake",
    "CampaignImage",
    "CampaignPrice",
    "CampaignStep",
    "ChannelContract",
    "ChannelSetting",
    "DeliveryReport",
    "Dialogue",
    "DialogueNote",
    "InboundMessage",
    "InboundPayload",
    "Link",
    "LinkTally",
    "Message",
    "MessageTally",
    "ProviderSetup",
    "ProviderState",
    "ReadyAnswer",
    "Reply",
    "Scenario",
    "ScenarioVersion",
    "SenderName",
    "SenderTemplate",
    "SoftFault",
    "StaffMaxToken",
    "Touchpoint",
]
