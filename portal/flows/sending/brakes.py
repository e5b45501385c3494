"""Campaigns that were paused by themselves: a row in the journal, and a letter to whoever wrote and launched them."""

from functools import partial

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from consents.apart import apart
from notify import tasks
from notify.messages.staff_letters import staff_letter_send
from notify.outbox.brake import BrakeView, brake_take, brakes_untold
from portal.audit.actor import StaffActor
from portal.audit.acts import AuditedAction
from portal.audit.record import action_record
from portal.models import User
from portal.operations.nudges import nudge
from portal.ui.sending.brake_words import HINT, brake_words

WAY_IN = "portal.tell_of_brakes"


def tell_of_brakes() -> int:
    """Write down and tell of every campaign that was paused by itself since the last time; return how many."""
    told = sum(
        apart(f"telling of the brake of campaign {number}", partial(_tell_of, number), broken=False)
        for number in brakes_untold()
    )
    if told:
        nudge(tasks.send_transactional)
    return told


@transaction.atomic
def _tell_of(campaign_id: int) -> bool:
    brake = brake_take(campaign_id=campaign_id)
    if brake is None:
        return False
    details = {"trouble": brake.reason.value, "provider": brake.provider, "answer": brake.error_code}
    action_record(
        StaffActor(user=None, way_in=WAY_IN), AuditedAction.CAMPAIGN_BRAKED, "campaign", campaign_id, details=details
    )
    for person in User.objects.filter(pk__in=brake.staff_ids, is_active=True).order_by("pk"):
        _tell(person, brake)
    return True


def _tell(person: User, brake: BrakeView) -> None:
    name = brake.name
    url = settings.SITE_URL + reverse("staff:campaign", args=[brake.campaign_id])
    staff_letter_send(
        address=person.email,
        subject=_("Кампания остановилась сама: %(name)s") % {"name": name},
        text="\n\n".join(
            [
                _("Кампания «%(name)s» приостановлена: дальше сообщения не уходят.") % {"name": name},
                brake_words(brake),
                str(HINT),
                url,
            ]
        ),
        request_key=f"brake:{brake.campaign_id}:{brake.times}:{person.pk}",
    )
