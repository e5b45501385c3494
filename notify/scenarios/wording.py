"""A scenario's text filled for one person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from consents.documents.company_reading import CompanyView
from consents.normalise.names import address_name, name_key
from notify.messages.rendering import UNNAMED, Values
from notify.scenarios.spec import FLAGS, NUMBER, PERSONAL_PAGE, STATUS, compiled, values_named

UNKNOWN_VALUE: Final = "нет данных"
"""What is printed for a value that the text names and the company's answer has not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Whom a text is filled for, and in whose name. ``personal_page`` is an address, or a place for a link."""

    name: str
    company: str
    support_phone: str
    personal_page: str


def addressee(*, name: str, company: CompanyView | None, page: str) -> Addressee:
    """Return whom a text is filled for; a company without a support phone is reached as its notices say."""
    reach = (company.support_phone or company.dpo_email) if company else ""
    return Addressee(name=name, company=company.short_name if company else "", support_phone=reach, personal_page=page)


def text_filled(
    name: str, text: str, *, is_status: bool, to: Addressee, values: Mapping[str, str] | None = None
) -> str:
    """Return one text of a scenario, by its name, for ``to``. Values of a look-up are printed as they came."""
    spoken = address_name(to.name)
    found = {name_key(key): value for key, value in (values or {}).items()}
    named = {key: found.get(name_key(key)) or UNKNOWN_VALUE for key in (NUMBER, STATUS, *values_named(text))}
    fields = {
        "имя": spoken or UNNAMED,
        "компания": to.company,
        "телефон поддержки": to.support_phone,
    }
    safe = {key: value.replace("((", "( (") for key, value in (named | fields).items()}
    flags = frozenset(FLAGS) if spoken else frozenset[str]()
    return compiled(name, text, is_status=is_status).render(Values(safe | {PERSONAL_PAGE: to.personal_page}, flags))
