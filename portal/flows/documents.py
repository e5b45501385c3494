"""What staff do with texts, and with the company and senders that texts name: the act and its row in the journal."""

from collections.abc import Iterable, Mapping
from typing import IO, Any

from django.db import transaction

from consents.documents import publishing
from consents.documents.company_reading import company_current, senders
from consents.documents.editions import edition_source, edition_to_begin_with
from consents.documents.fields import CompanyDetails
from consents.documents.logo import logo_delete, logo_store
from consents.enums import DocumentStatus
from notify.messages.logo_file import logo_read
from portal.audit.actor import StaffActor
from portal.audit.acts import AuditedAction
from portal.audit.record import action_record, recorded
from portal.ui.brand import brand_forget


def draft_document(*, actor: StaffActor, kind: str, fields: Mapping[str, Any]) -> int:
    """Write the next edition, or go on with its draft, and return its id; ``fields`` are those of `edition_draft`.

    Raises DraftChanged.
    """
    before = edition_to_begin_with(kind=kind)
    act = AuditedAction.DOCUMENT_CHANGED if before.status == DocumentStatus.DRAFT else AuditedAction.DOCUMENT_DRAFTED
    with recorded(actor, act, "document") as note:
        note.object_id = edition_id = publishing.edition_draft(kind=kind, author_id=actor.user_id, **fields)
        note.is_new = edition_source(edition_id=edition_id).stamp != before.stamp
    return edition_id


def discard_draft(*, actor: StaffActor, edition_id: int, shown: str) -> None:
    """Throw away the draft that was looked at. Raises DraftChanged, DocumentMissing."""
    with recorded(actor, AuditedAction.DOCUMENT_DISCARDED, "document", edition_id) as note:
        source = edition_source(edition_id=edition_id)
        note.details |= {"number": source.number, "body_sha256": source.body_sha256}
        publishing.edition_discard(edition_id=edition_id, shown=shown)


@transaction.atomic
def publish_document(*, actor: StaffActor, edition_id: int, shown: str) -> None:
    """Put the draft that was looked at in force for good; a repeat records nothing.

    Raises DraftChanged, DocumentIncomplete, CompanyMissing, DocumentMissing.
    """
    is_new = edition_source(edition_id=edition_id).status == DocumentStatus.DRAFT
    number = publishing.edition_publish(edition_id=edition_id, shown=shown)
    if is_new:
        details = {"number": number, "body_sha256": edition_source(edition_id=edition_id).body_sha256}
        action_record(actor, AuditedAction.DOCUMENT_PUBLISHED, "document", edition_id, details=details)


def refresh_documents(*, actor: StaffActor) -> int:
    """Publish anew the texts that name the company or its senders as they were; return how many."""
    with recorded(actor, AuditedAction.DOCUMENT_PUBLISHED, "document") as note:
        note.details["refreshed"] = count = publishing.documents_refresh(author_id=actor.user_id)
        note.is_new = bool(count)
    return count


def save_company(*, actor: StaffActor, details: CompanyDetails, changed: Iterable[str]) -> None:
    """Save new requisites beside the old ones; ``changed`` names the fields that differ, for the journal.

    A new installation has no text at all: drafts of the default ones are left for the DPO to read and publish.
    """
    with recorded(actor, AuditedAction.COMPANY_CHANGED, "company", details={"changed": sorted(changed)}) as note:
        before = company_current()
        note.object_id = company_id = publishing.company_save(details=details)
        note.is_new = before is None or before.id != company_id
        publishing.documents_draft_defaults()
    brand_forget()


def save_logo(*, actor: StaffActor, file: IO[bytes]) -> None:
    """Keep the logo of a file in place of the one before. Raises `ImageRefused`."""
    logo = logo_read(file)
    facts = {"sha256": logo.sha256, "size": len(logo.content)}
    with recorded(actor, AuditedAction.LOGO_CHANGED, "company", details=facts):
        logo_store(content=logo.content, sha256=logo.sha256, width=logo.width, height=logo.height)
    brand_forget()


def remove_logo(*, actor: StaffActor) -> None:
    """Take the logo away; a repeat does nothing."""
    with recorded(actor, AuditedAction.LOGO_CHANGED, "company", details={"sha256": ""}) as note:
        note.is_new = logo_delete()
    brand_forget()


def save_sender(*, actor: StaffActor, channel: str, fields: Mapping[str, str]) -> None:
    """Name who sends over one channel by contract; ``fields`` are those of `sender_save`."""
    details = {"contract": fields["contract"]}
    with recorded(actor, AuditedAction.SENDER_CHANGED, "channel", channel, details=details) as note:
        before = senders()
        publishing.sender_save(channel=channel, **fields)
        note.is_new = senders() != before
