"""How many parts one SMS of a step takes, and the most that an installation lets a step have."""

from typing import Final

from django.utils import translation

from consents.enums import Channel
from consents.reach.recipients import RecipientRow
from notify.conf import notify_conf
from notify.errors import TooManyParts
from notify.messages.composing import sample_link, text_of
from notify.messages.sms_segments import sms_parts
from notify.messages.transactional import LANGUAGE
from notify.models import CampaignStep

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


def sample_texts(step: CampaignStep) -> list[str]:
    """Return the text as two made-up people would get it: one with everything, one of whom nothing is known."""
    text, link = text_of(step), sample_link(step.channel)
    with translation.override(LANGUAGE):
        return [text.compose(reference="", address="", person=person, link=link).text for person in (None, _NOBODY)]


def has_too_many_parts(step: CampaignStep) -> bool:
    """Return whether an SMS of a step has more parts than the setting allows; False for another channel."""
    if not Channel(step.channel).spec.is_in_segments:
        return False
    return max(len(sms_parts(text)) for text in sample_texts(step)) > notify_conf().sms_parts_most


def parts_check(step: CampaignStep) -> None:
    """Raise `TooManyParts` for an SMS of more parts than the setting allows."""
    if has_too_many_parts(step):
        raise TooManyParts
