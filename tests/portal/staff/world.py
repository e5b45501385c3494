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
from notify.dialogues.ready_answers import ready_answer_create
from notify.enums import CampaignState, MessageState
from notify.models import Campaign, ChannelContract, Dialogue, Message, ProviderSetup
from notify.provider_setups import setup_create
from notify.providers.order import setup_switch
from notify.scenarios.editing import ready_add, scenario_publish
from notify.scenarios.reading import scenario_view
from notify.sender_names.registry import sender_name_create, template_add
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
from tests.factories.dialogues import customer_writes
from tests.factories.notify import CampaignFactory, campaign_running, contract_make, image_make
from tests.factories.providers import sender_fields
from tests.factories.staff import user_make
from tests.fakes.loft_kind import loft_fields

NOBODY = "http://127.0.0.1:9"


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
    pictured: Campaign
    """A draft over MAX with a picture."""
    review: Campaign
    running: Campaign
    paused: Campaign
    unknown: Message
    edition: Edition
    edition_draft: int
    export: ExportJob
    contract: ChannelContract
    upload: UUID
    scenario: str
    scenario_draft: str
    scenario_digest: str
    dialogue: Dialogue
    ready_answer: int
    provider: str
    """A set-up that is on and of which nobody answers."""
    provider_off: str
    sender_name: int
    template: int


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
    in_force, draft, *_ = ready_add(author_id=people[Role.MARKETING].pk)
    scenario_publish(code=in_force, digest=scenario_view(code=in_force).latest.digest)
    return World(
        people=people,
        author=author,
        customer=customer,
        contact=contact,
        event=event.uuid,
        receipt=receipt.uuid,
        stop=StopFactory(customer=None, kind="phone", value=contact.value, reason="bounced", scope="advertising"),
        draft=CampaignFactory(created_by=people[Role.MARKETING], audience=audience),
        pictured=_pictured(people[Role.MARKETING]),
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
        scenario=in_force,
        scenario_draft=draft,
        scenario_digest=scenario_view(code=draft).latest.digest,
        dialogue=customer_writes(contact.value),
        ready_answer=ready_answer_create(title="Часы работы", text="Мы работаем с 9 до 21.", place=1),
        provider=setup_create(kind="loft", title="Голубятня на крыше", fields=loft_fields(NOBODY)),
        provider_off=_off(setup_create(kind="loft", title="", fields=loft_fields(NOBODY))),
        **_sender_name(),
    )


def _pictured(author: User) -> Campaign:
    draft: Campaign = CampaignFactory(created_by=author, channel="max", subject="")
    image_make(draft)
    return draft


def _off(name: str) -> str:
    setup_switch(name=name, is_on=False)
    return name


def _sender_name() -> dict[str, int]:
    """A name of a sender with a template, by a provider that is set up and off."""
    setup = setup_create(kind="smsru", title="СМС", fields={"api_id": "key", "sender": "Romashka"})
    ProviderSetup.objects.filter(name=setup).update(is_on=False)
    number = sender_name_create(fields=sender_fields(provider=setup))
    return {
        "sender_name": number,
        "template": template_add(sender_name_id=number, text="Проверьте контакты: %w", is_approved=True),
    }


def _upload(user: User) -> UUID:
    """A file of one customer that waits for its start."""
    file = BytesIO("customer_id;name;phone\nК-000777;Иванов Иван;+79161112233\n".encode())
    job_id = import_receive(file_name="клиенты.csv", stream=file, source="crm", created_by_id=user.pk)
    import_examine(job_id=job_id)
    return import_card(job_id=job_id).job.uuid
