"""Campaigns with people, staff and messages, made through the database in as few statements as possible."""

from dataclasses import replace
from datetime import date, time, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import factory
from django.db import connection
from django.utils import timezone
from PIL import Image

from consents.enums import Channel, ContactKind, SubscriberConsent
from consents.models import Company, ContactPoint, Customer
from notify.campaigns.drafts import STEP_FIELDS
from notify.campaigns.images import image_store
from notify.contracts import contract_zone
from notify.enums import CampaignState, ContractKind, MessageKind, MessageState
from notify.messages.image_file import OWN_LIMITS, image_read
from notify.models import Campaign, CampaignImage, CampaignStep, ChannelContract, Message, Touchpoint
from notify.types import CAMPAIGN_PRIORITY, CampaignSpec, StepSpec
from tests.factories.rows import RowFactory
from tests.factories.staff import StaffFactory

KIND = {Channel.EMAIL: ContactKind.EMAIL, Channel.SMS: ContactKind.PHONE, Channel.MAX: ContactKind.MAX}


class StepFactory(RowFactory[CampaignStep]):
    """A letter to everybody."""

    class Meta:
        model = CampaignStep

    position = 1
    channel = Channel.EMAIL
    subject = "Выберите, где вам писать"
    text = "Здравствуйте, ((имя))!\n\nПроверьте контакты: ((ссылка))"
    subscriber_consent = SubscriberConsent.CONTRACT
    contract_clause = "Договор обслуживания, пункт 4.2"
    contract_date = date(2026, 2, 1)


class CampaignFactory(RowFactory[Campaign]):
    """A draft of one step that may be sent at any hour, unless the test says otherwise.

    Fields of a step are those of its first one.
    """

    class Meta:
        model = Campaign

    name = factory.Sequence(lambda n: f"Кампания {n}")
    send_from = time(0)
    send_until = time(0)
    created_by = factory.SubFactory(StaffFactory)

    @classmethod
    def _create(cls, model_class: type[Campaign], *args: Any, **fields: Any) -> Campaign:
        of_step = {name: fields.pop(name) for name in STEP_FIELDS if name in fields}
        campaign = model_class.objects.create(*args, **fields)
        StepFactory(campaign=campaign, **of_step)
        return campaign


def step_of(campaign: Campaign | int, position: int = 1) -> CampaignStep:
    """One step of a campaign."""
    number = campaign if isinstance(campaign, int) else campaign.pk
    return CampaignStep.objects.select_related("campaign").get(campaign_id=number, position=position)


def campaign_update(campaign_id: int, **fields: object) -> None:
    """Write into a campaign and its first step past the services."""
    of_step = {name: fields.pop(name) for name in STEP_FIELDS if name in fields}
    if fields:
        Campaign.objects.filter(pk=campaign_id).update(**fields)
    if of_step:
        CampaignStep.objects.filter(campaign_id=campaign_id, position=1).update(**of_step)


def touchpoint_make(campaign: Campaign | None, kind: str = Channel.EMAIL) -> Touchpoint:
    """Where the links of a campaign's first step are counted; of the general entrance without one."""
    step = step_of(campaign) if campaign else None
    found, _ = Touchpoint.objects.get_or_create(campaign=campaign, step=step, kind=kind, label="")
    return found


def operator_make() -> Company:
    """The company whose requisites the letters carry."""
    return Company.objects.create(
        name="Общество с ограниченной ответственностью «Ромашка»",
        short_name="Ромашка",
        inn="7700000000",
        ogrn="1027700000000",
        address="101000, Москва, Тестовая улица, дом 1",
        website="romashka.example",
        dpo_title="Ответственный",
        dpo_email="dpo@romashka.example",
        support_phone="8 800 000-00-00",
    )


def people_make(
    count: int,
    *,
    channel: str = Channel.EMAIL,
    zone: str = "Europe/Moscow",
    word: str = "ok",
    segment: str = "",
    name: str = "Пётр Ёлкин",
) -> list[Customer]:
    """``count`` customers with one current contact each; ``word`` begins the address (a fake's behaviour)."""
    stamp = uuid4().hex[:8]
    customers = Customer.objects.bulk_create(
        Customer(source="test", external_id=f"{stamp}-{at}", name=name, time_zone=zone, segment=segment or stamp)
        for at in range(count)
    )
    ContactPoint.objects.bulk_create(
        ContactPoint(
            customer=person,
            kind=KIND[Channel(channel)],
            value=_value(channel, word, person.pk),
            line_type="mobile" if channel == Channel.SMS else "",
            max_chat_id=person.pk if channel == Channel.MAX else None,
        )
        for person in customers
    )
    return customers


def _value(channel: str, word: str, number: int) -> str:
    if channel == Channel.EMAIL:
        return f"{word}-{number}@example.ru"
    return f"+79{number:09d}" if channel == Channel.SMS else str(1_000_000 + number)


def campaign_running(people: list[Customer], **fields: object) -> Campaign:
    """A campaign that has been launched and planned without passing the services."""
    campaign = CampaignFactory(
        state=CampaignState.RUNNING,
        launched_by=StaffFactory(),
        audience={"customer_ids": [person.pk for person in people]},
        planned_count=len(people),
        **fields,
    )
    step = step_of(campaign)
    Touchpoint.objects.create(campaign=campaign, step=step, kind=step.channel)
    now = timezone.now()
    contacts = {
        contact.customer_id: contact.pk
        for contact in ContactPoint.objects.filter(
            customer__in=people, kind=KIND[Channel(step.channel)], is_current=True
        )
    }
    Message.objects.bulk_create(
        Message(
            campaign=campaign,
            step=step,
            kind=MessageKind.CAMPAIGN,
            channel=step.channel,
            customer=person,
            contact_point_id=contacts.get(person.pk),
            priority=CAMPAIGN_PRIORITY,
            state=MessageState.PLANNED,
            not_before=now,
            created_at=now,
        )
        for person in people
    )
    return campaign


def contact_of(message: Message) -> ContactPoint:
    """Whom a message goes to."""
    assert message.contact_point is not None
    return message.contact_point


def picture_make(*, size: tuple[int, int] = (60, 40), ending: str = "PNG", colour: str = "teal") -> bytes:
    """A picture as somebody uploads it."""
    target = BytesIO()
    Image.new("RGB", size, colour).save(target, ending)
    return target.getvalue()


def image_make(campaign: Campaign, **how: Any) -> CampaignImage:
    """A picture of a campaign, past its life cycle."""
    image_store(step_id=step_of(campaign).pk, image=image_read(BytesIO(picture_make(**how)), limits=OWN_LIMITS))
    return CampaignImage.objects.get(step__campaign=campaign)


def contract_today() -> date:
    """The day of the database, as contracts count days."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (statement_timestamp() AT TIME ZONE %s)::date", [contract_zone()])
        today: date = cursor.fetchone()[0]
    return today


def contract_make(
    *kinds: str, channel: str = Channel.MAX, since: int = -1, until: int | None = None, number: str = "№ 1"
) -> ChannelContract:
    """A contract with a platform for these kinds, service messages if none are named.

    ``since`` and ``until`` are its first and its last day, counted from today; without ``until`` it has no end.
    """
    today = contract_today()
    return ChannelContract.objects.create(
        channel=channel,
        number=number,
        signed_on=today,
        valid_from=today + timedelta(days=since),
        valid_until=None if until is None else today + timedelta(days=until),
        kinds=list(kinds or [ContractKind.SERVICE.value]),
    )


def spec_make(**fields: Any) -> CampaignSpec:
    """A spec of one step that can be saved; fields of a step are those of its only one."""
    defaults: dict[str, Any] = {
        "name": "Переезд",
        "channel": "email",
        "subject": "Выберите, где вам писать",
        "text": "Здравствуйте, ((имя))!\n\n((ссылка))",
        "subscriber_consent": "contract",
        "contract_clause": "Договор обслуживания, пункт 4.2",
        "contract_date": date(2026, 2, 1),
        "send_from": time(0),
        "send_until": time(0),
    }
    every = defaults | fields
    step = StepSpec(**{name: every.pop(name) for name in STEP_FIELDS if name in every})
    return CampaignSpec(**({"steps": (step,)} | every))


def step_spec_make(**fields: Any) -> StepSpec:
    """A step that can be saved as one of a campaign."""
    return replace(spec_make().steps[0], **fields)
