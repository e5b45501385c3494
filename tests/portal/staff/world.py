"""One small company in which every page of the console has something to show."""

from dataclasses import dataclass
from io import BytesIO
from uuid import UUID

from consents.documents.publishing import edition_draft
from consents.enums import DocumentKind, Purpose
from consents.importing.listing import import_card
from consents.importing.running import import_examine
from consents.importing.runs import import_receive
from consents.models import ContactPoint, Customer, Edition, Stop
from consents.receipts.issuing import receipt_issue
from notify.campaigns.lifecycle import campaign_submit
from notify.enums import CampaignState, MessageState
from notify.models import Campaign, ChannelContract, Message
from portal.exports.jobs import export_make, export_request
from portal.exports.kinds import ExportKind
from portal.models import ExportJob, User
from portal.models.user import Role
from tests.factories.consents import (
    ContactPointFactory,
    CustomerFactory,
    StopFactory,
    answer_make,
    company_make,
)
from tests.factories.notify import CampaignFactory, campaign_running, contract_make
from tests.factories.staff import user_make


@dataclass(slots=True, kw_only=True)
class World:
    """Names what the pages are about."""

    people: dict[str, User]
    author: User
    customer: Customer
    contact: ContactPoint
    event: UUID
    receipt: UUID
    stop: Stop
    draft: Campaign
    review: Campaign
    running: Campaign
    paused: Campaign
    unknown: Message
    edition: Edition
    edition_draft: int
    export: ExportJob
    contract: ChannelContract
    upload: UUID


def world_make() -> World:
    """Build it through the services wherever they have rules."""
    company_make()
    people = {role.value: user_make(role) for role in Role}
    author = user_make(Role.MARKETING)
    customer = CustomerFactory(segment="ядро")
    contact = ContactPointFactory(customer=customer, confirmed=True)
    ContactPointFactory(customer=customer, email=True)
    event = answer_make(contact, Purpose.SERVICE)
    receipt = receipt_issue(customer_id=customer.pk, event_ids=[event.id], request_key="once")
    audience = {"customer_ids": [customer.pk]}
    review = CampaignFactory(created_by=author, audience=audience)
    campaign_submit(campaign_id=review.pk)
    review.refresh_from_db()
    running = campaign_running([customer])
    unknown = running.messages.get()
    Message.objects.filter(pk=unknown.pk).update(state=MessageState.UNKNOWN)
    job_id = export_request(
        kind=ExportKind.PERSON,
        filters={"customer_id": customer.pk},
        reason="проверка по запросу",
        requested_by_id=people[Role.DPO].pk,
    )
    export_make(job_id=job_id)
    edition = Edition.objects.get(document__kind=DocumentKind.POLICY)
    return World(
        people=people,
        author=author,
        customer=customer,
        contact=contact,
        event=event.uuid,
        receipt=receipt.uuid,
        stop=StopFactory(customer=None, kind="phone", value=contact.value, reason="bounced", scope="advertising"),
        draft=CampaignFactory(created_by=people[Role.MARKETING], audience=audience),
        review=review,
        running=running,
        paused=CampaignFactory(state=CampaignState.PAUSED, launched_by=author, planned_count=0),
        unknown=unknown,
        edition=edition,
        edition_draft=edition_draft(
            kind=DocumentKind.POLICY, title=edition.title, body=edition.body + "\nЕщё строка.\n"
        ),
        export=ExportJob.objects.get(pk=job_id),
        contract=contract_make(),
        upload=_upload(people[Role.MARKETING]),
    )


def _upload(user: User) -> UUID:
    """A file of one customer that waits for its start."""
    file = BytesIO("customer_id;name;phone\nК-000777;Иванов Иван;+79161112233\n".encode())
    job_id = import_receive(file_name="клиенты.csv", stream=file, source="crm", created_by_id=user.pk)
    import_examine(job_id=job_id)
    return import_card(job_id=job_id).job.uuid
