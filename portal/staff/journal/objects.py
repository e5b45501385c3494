"""What acts of the journal are about: the page of the object, and its name in place of a number."""

from collections.abc import Iterable, Mapping
from typing import Final

from django.urls import NoReverseMatch, reverse

from notify.campaigns.reading import campaigns_listed
from portal.audit.permissions import Right, has_right
from portal.models import StaffAction, User

PAGES: Final[Mapping[str, tuple[str, Right]]] = {
    "campaign": ("campaign", Right.READ_CAMPAIGNS),
    "document": ("document", Right.READ_DOCUMENTS),
    "import": ("import", Right.IMPORT_CUSTOMERS),
    "dialogue": ("dialogue", Right.ANSWER_CUSTOMERS),
    "scenario": ("scenario", Right.READ_SCENARIOS),
    "user": ("user", Right.READ_SETTINGS),
    "provider": ("provider", Right.READ_SETTINGS),
    "sender_name": ("sender_name", Right.MANAGE_CHANNELS),
}
"""Kind of object -> the page with its id in the address, and the right to open it."""


def object_url(kind: str, ident: str, *, user: User) -> str:
    """Return the page of an object; empty where there is none, or this person may not open it."""
    if kind == "customer" and ident.isdecimal():
        if has_right(user, Right.READ_REGISTER):
            return reverse("staff:person", args=[ident])
        return reverse("staff:customer", args=[ident]) if has_right(user, Right.SEE_CUSTOMER_MASKED) else ""
    name, right = PAGES.get(kind, ("", Right.READ_JOURNAL))
    if not name or not has_right(user, right):
        return ""
    try:
        return reverse(f"staff:{name}", args=[ident])
    except NoReverseMatch:
        return ""


def object_names(rows: Iterable[StaffAction]) -> dict[tuple[str, str], str]:
    """Return the names of members of staff and campaigns that these acts are about, by kind and id."""
    ids: dict[str, set[str]] = {}
    for row in rows:
        if row.object_id.isdecimal():
            ids.setdefault(row.object_kind, set()).add(row.object_id)
    people = User.objects.filter(pk__in=ids.get("user", ())).values_list("pk", "name")
    campaigns = campaigns_listed().filter(pk__in=ids.get("campaign", ())).values_list("pk", "name")
    return {("user", str(pk)): name for pk, name in people} | {("campaign", str(pk)): name for pk, name in campaigns}
