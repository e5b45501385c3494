"""The company's logo: how the company looks today. No text and no event names it, so none but the newest is kept."""

from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Subquery
from django.db.models.functions import JSONObject, Left

from consents.models import CompanyLogo

_FACTS: Final = JSONObject(version=Left("sha256", 12), width="width", height="height")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoView:
    """The logo without its content; ``version`` changes with it."""

    version: str
    width: int
    height: int


def logo_view() -> LogoView | None:
    """Return the logo; None without one."""
    facts = CompanyLogo.objects.order_by("-id").values_list(_FACTS, flat=True).first()
    return None if facts is None else LogoView(**facts)


def logo_facts() -> Subquery:
    """Return the fields of a `LogoView` as an expression, for who reads the company in the same query."""
    return Subquery(CompanyLogo.objects.order_by("-id").values(facts=_FACTS)[:1])


def logo_content() -> bytes | None:
    """Return the logo as PNG; None without one."""
    content = CompanyLogo.objects.order_by("-id").values_list("content", flat=True).first()
    return None if content is None else bytes(content)


@transaction.atomic
def logo_store(*, content: bytes, sha256: str, width: int, height: int) -> None:
    """Keep a PNG as the logo in place of the one before."""
    CompanyLogo.objects.all().delete()
    CompanyLogo.objects.create(content=content, sha256=sha256, width=width, height=height)


def logo_delete() -> bool:
    """Take the logo away; return whether there was one."""
    return CompanyLogo.objects.all().delete()[0] > 0
