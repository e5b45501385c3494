"""What each level of proof may see and do: one table, in one place.

A view names its act; `portal.public.pages` looks the level up here and nowhere else.
"""

import enum
from collections.abc import Mapping
from typing import Final

from consents.enums import ProofLevel


class Act(enum.StrEnum):
    """What a person wants of a page."""

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
    LINK_MAX = "link_max"
    ASK_CODE_TO_NEW = "ask_code_to_new"
    CHANGE_CONTACT = "change_contact"


NEEDED: Final[Mapping[Act, ProofLevel]] = {
    Act.SEE_MASKS: ProofLevel.LINK,
    Act.REFUSE: ProofLevel.LINK,
    Act.DENY: ProofLevel.LINK,
    # The link itself went to the old contact: holding it is the proof.
    Act.CANCEL_CHANGE: ProofLevel.LINK,
    Act.ASK_CODE: ProofLevel.LINK,
    Act.FINISH: ProofLevel.LINK,
    Act.SEE_OWN: ProofLevel.KNOWN_CONTACT,
    Act.CONFIRM: ProofLevel.KNOWN_CONTACT,
    Act.CONSENT: ProofLevel.KNOWN_CONTACT,
    # By purpose and channel the states must be seen first; refusing everything needs no proof (REFUSE).
    Act.WITHDRAW: ProofLevel.KNOWN_CONTACT,
    Act.CHOOSE_CHANNELS: ProofLevel.KNOWN_CONTACT,
    Act.LINK_MAX: ProofLevel.KNOWN_CONTACT,
    Act.ASK_CODE_TO_NEW: ProofLevel.KNOWN_CONTACT,
    Act.CHANGE_CONTACT: ProofLevel.NEW_CONTACT,
}


def is_allowed(act: Act, level: ProofLevel) -> bool:
    """Tell whether a level suffices for an act."""
    return level >= NEEDED[act]
