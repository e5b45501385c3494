"""Texts as people see them: rendered with one person's values, for everyone, or as a sample for staff.

Nothing in a rendered text depends on the moment of rendering, so the page that shows it and the request that answers
it get the same bytes unless the person, the contact or the edition has changed in between.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from consents.documents.checks import ANSWERED_KINDS
from consents.documents.company_reading import company_values_now
from consents.documents.fields import person_values, sample_values, senders_for
from consents.documents.rendering import (
    document_text,
    fill,
    fill_lines,
    numbered,
    paragraphs_of,
    summary_of,
    text_sha256,
)
from consents.enums import Channel, DocumentKind, DocumentStatus
from consents.errors import ContactMissing, CustomerMissing, DocumentMissing, EditionAltered
from consents.models import ContactPoint, Customer, Edition
from consents.types import RenderedDocument


def document_render(
    *, edition_id: int, customer_id: int, contacts: Mapping[Channel, UUID] | None = None
) -> RenderedDocument:
    """Return an edition with one person's own values and the contacts that it is about, by channel.

    Each must be a current contact of theirs. Raises DocumentMissing, CustomerMissing, ContactMissing, EditionAltered.
    """
    asked = contacts or {}
    version = edition(edition_id)
    customer, points = person_read(customer_id=customer_id, contacts=asked)
    if len(points) != len(asked):
        raise ContactMissing("no such contact for this text")
    return document_of(version, customer, points)


def person_read(*, customer_id: int, contacts: Mapping[Channel, UUID]) -> tuple[Customer, dict[Channel, ContactPoint]]:
    """Return a customer with the named contacts, but those that are not current or not of their channel's kind.

    Raises CustomerMissing.
    """
    current = ContactPoint.objects.select_related("customer").filter(
        customer_id=customer_id, uuid__in=contacts.values(), is_current=True, closed_at=None
    )
    by_uuid = {point.uuid: point for point in current}
    points = {
        channel: by_uuid[wanted]
        for channel, wanted in contacts.items()
        if wanted in by_uuid and by_uuid[wanted].kind == channel.kind
    }
    found = next(iter(by_uuid.values()), None)
    customer = found.customer if found else Customer.objects.filter(pk=customer_id).first()
    if customer is None:
        raise CustomerMissing(f"no customer {customer_id}")
    return customer, points


def document_of(version: Edition, customer: Customer, points: Mapping[Channel, ContactPoint]) -> RenderedDocument:
    """Return an edition with these values. Raises DocumentMissing for a draft, which is shown to nobody.

    Raises EditionAltered when the stored edition is not the one that was published.
    """
    if version.status == DocumentStatus.DRAFT:
        raise DocumentMissing(f"edition {version.pk} was never in force")
    person: dict[str, str] = {}
    if version.document.kind in ANSWERED_KINDS:
        person = person_values(
            name=customer.name,
            external_id=customer.external_id,
            contacts={channel: point.value for channel, point in points.items()},
        )
        person |= senders_for(version.company_values, points)
    return _published(version, person)


def document_public(*, kind: DocumentKind | str) -> RenderedDocument:
    """Return the edition in force of a text that is the same for everyone. Raises DocumentMissing, EditionAltered."""
    version = editions_in_force().filter(document__kind=kind).first()
    if version is None or version.document.kind in ANSWERED_KINDS:
        raise DocumentMissing(f"no {kind} in force")
    return _published(version, {})


def document_preview(*, edition_id: int, channels: Iterable[Channel]) -> RenderedDocument:
    """Return any edition with sample values of these channels, a draft with the company as it stands now.

    Raises DocumentMissing, CompanyMissing, PlaceholderUnknown.
    """
    version = edition(edition_id)
    company = version.company_values
    if version.status == DocumentStatus.DRAFT:
        _, company = edition_company(version)
    return _render(version, sample_values(channels), company)


def editions_in_force() -> QuerySet[Edition]:
    """Return the editions in force, with their documents. Those of a single channel, as they once were, are over."""
    return Edition.objects.select_related("document", "company").filter(
        status=DocumentStatus.PUBLISHED, language="ru", document__channel=""
    )


def edition_sha256(version: Edition) -> str:
    """Return the fingerprint of an edition: a hash in hex of its words, its term and the values of the company."""
    whole = {
        "title": version.title,
        "body": version.body,
        "checkbox": version.checkbox,
        "valid_days": version.valid_days,
        "company": version.company_values,
    }
    return sha256(json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def edition_stamp(version: Edition) -> str:
    """Return what tells one saved state of an edition from the next: its id with the fingerprint."""
    return f"{version.pk}:{version.body_sha256}"


def edition_as_published(*, edition_id: int) -> str:
    """Return the fingerprint that a draft would have if it were published now, company included.

    Raises DocumentMissing, CompanyMissing.
    """
    version = edition(edition_id)
    _, version.company_values = edition_company(version)
    return edition_sha256(version)


def edition_is_whole(version: Edition) -> bool:
    """Return whether a published edition still has the words and the company values that its fingerprint is of."""
    return edition_sha256(version) == version.body_sha256


def edition_is_stale(version: Edition) -> bool:
    """Return whether an edition in force has other company values than it would get if published today."""
    _, values = edition_company(version)
    return bool(version.company_values != values)


def editions_refreshed() -> list[Edition]:
    """Return the editions in force that `documents_refresh` would publish anew: stale, and without an open draft."""
    drafted = set(Edition.objects.filter(status=DocumentStatus.DRAFT).values_list("document_id", flat=True))
    return [row for row in editions_in_force() if row.document_id not in drafted and edition_is_stale(row)]


def edition_company(version: Edition) -> tuple[int, dict[str, str]]:
    """Return the requisites' id and the company values that this edition would get now. Raises CompanyMissing."""
    return company_values_now(
        text=f"{version.title}\n{version.body}\n{version.checkbox}",
        valid_days=version.valid_days,
    )


def edition(edition_id: int) -> Edition:
    """Return an edition with its document and requisites. Raises DocumentMissing."""
    version = Edition.objects.select_related("document", "company").filter(pk=edition_id).first()
    if version is None:
        raise DocumentMissing(f"no edition {edition_id}")
    return version


def _published(version: Edition, person: Mapping[str, str]) -> RenderedDocument:
    if not edition_is_whole(version):
        raise EditionAltered(f"edition {version.pk} was changed after it was published")
    return _render(version, person, version.company_values)


def _render(version: Edition, person: Mapping[str, str], company: Mapping[str, str]) -> RenderedDocument:
    values = {**company, **person}
    title, checkbox = fill(version.title, values), fill(version.checkbox, values)
    filled = tuple((heading, fill_lines(text, values)) for heading, text in paragraphs_of(version.body))
    summary, rest = summary_of(filled)
    paragraphs = numbered(rest)
    published_on = _day(version.published_at, version.company.time_zone if version.company else "Europe/Moscow")
    edition_line = f"Редакция № {version.number}" + (f" от {published_on}" if published_on else ", черновик")
    text = document_text(title=title, edition=edition_line, summary=summary, paragraphs=paragraphs, checkbox=checkbox)
    return RenderedDocument(
        edition_id=version.pk,
        kind=DocumentKind(version.document.kind),
        purpose=version.document.purpose,
        title=title,
        number=version.number,
        published_on=published_on,
        edition_line=edition_line,
        summary=summary,
        paragraphs=paragraphs,
        text=text,
        sha256=text_sha256(text),
        checkbox=checkbox,
        template_sha256=version.body_sha256,
        company_id=version.company_id,
        language=version.language,
    )


def _day(moment: datetime | None, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone)).strftime("%d.%m.%Y") if moment else ""
