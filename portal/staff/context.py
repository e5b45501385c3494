"""What every page of staff needs besides its own values."""

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from consents.outside.epochs import epoch_current
from notify.dialogues.reading import COUNTED, waiting_count
from portal.accounts.mfa_adapter import passkey_address, passkeys_work
from portal.accounts.sessions import OWN_PAGES
from portal.audit.permissions import RIGHTS, Right, has_right
from portal.audit.request_actor import staff_user
from portal.models import User
from portal.models.user import Role
from portal.staff.help.topics import PLACES, TOPICS
from portal.staff.navigation import nav_for, visitor_nav
from portal.ui.words import count_word

SANDBOX_PAGES: Final = "/sandbox/"


def staff(request: HttpRequest) -> dict[str, Any]:
    """Return navigation, role and the band of the sandbox for a logged-in person; nothing for pages of customers."""
    if not request.path.startswith(OWN_PAGES):
        return {}
    context: dict[str, Any] = {
        "sandbox": settings.SANDBOX,
        "mail_leaves": settings.MAIL_LEAVES,
        "sandbox_url": reverse("sandbox:home") if settings.SANDBOX else "",
        "passkeys_work": passkeys_work(request),
        "passkey_address": passkey_address(request),
    }
    user = staff_user(request) if hasattr(request, "user") else None
    if user is None:
        return context | ({"nav": visitor_nav()} if request.path.startswith(SANDBOX_PAGES) else {})
    return context | {
        "nav": SimpleLazyObject(lambda: nav_for(user, request.path, counts=_counts(user))),
        "user_role": user.get_role_display(),
        "rights": RIGHTS[Role(user.role)],
        "help_url": _help_url(request, user),
        "held": epoch_current().is_held,
    }


def _help_url(request: HttpRequest, user: User) -> str:
    """Return the section of help that tells of this page; empty where none does, or another role's."""
    match = request.resolver_match
    found = PLACES.get(match.url_name or "") if match and match.namespace == "staff" else None
    if found is None or not has_right(user, TOPICS[found[0]]):
        return ""
    name, place = found
    return f"{reverse('staff:help_topic', args=[name])}#part-{place}"


def _counts(user: User) -> dict[str, str]:
    """Return the figures beside links of the navigation, by route."""
    if not has_right(user, Right.ANSWER_CUSTOMERS):
        return {}
    return {"staff:inbox": count_word(waiting_count(), limit=COUNTED)}
