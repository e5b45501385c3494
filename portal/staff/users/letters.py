"""Letters about accounts: to whoever is touched, and to the DPO when somebody gains rights over people.

They are planned like any message: no page waits for a mail server.
"""

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from consents.documents.company_reading import company_current
from portal.audit.permissions import Right, holders, rights_gained
from portal.audit.request_actor import acting_user
from portal.models import User


def person_told(request: HttpRequest, person: User, notice: str) -> None:
    """Write to the person whose way in has been touched: an administrator who takes over an account is noticed."""
    get_adapter().send_notification_mail(f"account/email/{notice}", person, {"changed_by": acting_user(request).name})


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
    for email in to:
        get_adapter().send_notification_mail("account/email/rights_gained", person, context, email=email)
