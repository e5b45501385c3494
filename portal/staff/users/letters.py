"""Letters about accounts: to whoever is touched, and to the DPO when somebody gains rights over people."""

import logging

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from consents.documents.company_reading import company_current
from portal.audit.permissions import Right, holders, rights_gained
from portal.audit.request_actor import acting_user
from portal.models import User

logger = logging.getLogger(__name__)


def person_told(request: HttpRequest, person: User, notice: str) -> None:
    """Write to the person whose way in has been touched: an administrator who takes over an account is noticed."""
    try:
        get_adapter().send_notification_mail(
            f"account/email/{notice}", person, {"changed_by": acting_user(request).name}
        )
    except OSError as error:
        logger.warning("notice %s to user %d not sent: %s", notice, person.pk, type(error).__name__)
        messages.warning(request, _("Письмо сотруднику не ушло: почтовый сервер недоступен. Сообщите ему сами."))


def dpo_told(request: HttpRequest, person: User, *, was: str | None) -> None:
    """Write to every DPO when an account gains rights over people: by being made, switched on, or by another role.

    ``was`` is the role before, None where there was no account that works. Where the person is the only DPO, the
    address of the company's DPO is written to.
    """
    if not rights_gained(old=was, new=person.role):
        return
    context = {"person": person, "changed_by": acting_user(request).name, "is_new": was is None}
    others = [user for user in User.objects.filter(pk__in=holders(Right.SIGN_AS_DPO)) if user.pk != person.pk]
    company = company_current()
    to = [user.email for user in others] or ([company.dpo_email] if company else [])
    try:
        for email in to:
            get_adapter().send_notification_mail("account/email/rights_gained", person, context, email=email)
    except OSError as error:
        logger.warning("notice of rights of user %d not sent: %s", person.pk, type(error).__name__)
        messages.warning(
            request,
            _("Письмо ответственному за персональные данные не ушло: почтовый сервер недоступен. Сообщите ему сами."),
        )
