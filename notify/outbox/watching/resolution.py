"""Doubtful messages, settled by a person. Nothing is ever sent again from here."""

from typing import Literal

from django.db import transaction
from django.db.models.functions import Now

from notify.errors import MessageNotFound
from notify.models import Message
from notify.outbox.state import message_move_check


@transaction.atomic
def message_resolve(*, campaign_id: int, message_id: int, outcome: Literal["accepted", "failed"]) -> bool:
    """Record what became of an ``unknown`` message of a campaign, as a person found out elsewhere.

    Who it was is for the caller to record. False when it already stands so. Raises `MoveRefused` for a message that is
    not in doubt, `MessageNotFound` for one of another campaign.
    """
    message = Message.objects.select_for_update().filter(pk=message_id, campaign_id=campaign_id).first()
    if message is None:
        raise MessageNotFound
    if message.state == outcome:
        return False
    message_move_check(message.state, outcome)
    moment = {"accepted": "accepted_at", "failed": "finished_at"}[outcome]
    Message.objects.filter(pk=message_id).update(state=outcome, error_code="settled", **{moment: Now()})
    return True
