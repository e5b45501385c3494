"""What each level of proof may see and do: one table, in one place.

A view names its capability; `portal.public.pages` looks the level up here and nowhere else.
"""

import enum
from collections.abc import Mapping
from typing import Final

from consents.enums import ProofLevel


class Capability(enum.StrEnum):
    """What a page lets a visitor do."""

    SEE_MASKS = "see_masks"
    REFUSE = "refuse"
    DENY = "deny"
    CANCEL_CHANGE = "cancel_change"
    ASK_CODE = "ask_code"
    FINISH = "finish"
    SEE_OWN = "see_own"
    CONFIRM = "confirm"
    CONSENT = "consent"
    WITHDRAW = "withdraw"
    CHOOSE_CHANNELS = "choose_channels"
    LINK_ACCOUNT = "link_account"
    ASK_CODE_TO_NEW = "ask_code_to_new"
    CHANGE_CONTACT = "change_contact"


NEEDED: Final[Mapping[Capability, ProofLevel]] = {
    Capability.SEE_MASKS: ProofLevel.LINK,
    Capability.REFUSE: ProofLevel.LINK,
    Capability.DENY: ProofLevel.LINK,
    # The link itself went to the old contact: holding it is the proof.
    Capability.CANCEL_CHANGE: ProofLevel.LINK,
    Capability.ASK_CODE: ProofLevel.LINK,
    Capability.FINISH: ProofLevel.LINK,
    Capability.SEE_OWN: ProofLevel.KNOWN_CONTACT,
    Capability.CONFIRM: ProofLevel.KNOWN_CONTACT,
    Capability.CONSENT: ProofLevel.KNOWN_CONTACT,
    # By purpose and channel the states must be seen first; refusing everything needs no proof (REFUSE).
    Capability.WITHDRAW: ProofLevel.KNOWN_CONTACT,
    Capability.CHOOSE_CHANNELS: ProofLevel.KNOWN_CONTACT,
    Capability.LINK_ACCOUNT: ProofLevel.KNOWN_CONTACT,
    Capability.ASK_CODE_TO_NEW: ProofLevel.KNOWN_CONTACT,
    Capability.CHANGE_CONTACT: ProofLevel.NEW_CONTACT,
}


def is_allowed(capability: Capability, level: ProofLevel) -> bool:
    """Return whether a level suffices for a capability."""
    return level >= NEEDED[capability]
