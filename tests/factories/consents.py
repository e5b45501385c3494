"""Customers, contacts, texts and answers of the consents room.

Ready-made rows go straight into the tables; whatever has rules of its own (publishing, answering) goes by the service.
"""

from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import factory
from django.utils import timezone

from consents.answers.signature_rules import rules_accept
from consents.documents.editions import BLOCKING
from consents.documents.publishing import documents_install_defaults
from consents.documents.reading import document_public, edition_sha256, editions_in_force
from consents.enums import (
    ActorKind,
    Channel,
    ContactKind,
    ContactOrigin,
    DocumentKind,
    DocumentStatus,
    EventKind,
    LineType,
    ProofLevel,
    ProofMethod,
    Purpose,
    StopReason,
    StopScope,
)
from consents.ledger import append as ledger
from consents.models import (
    Company,
    ContactPoint,
    Customer,
    Document,
    Edition,
    Messenger,
    Sender,
    Stop,
)
from consents.types import Actor, AppendedEvent, Circumstances, RenderedDocument
from consents.words import PURPOSE_OF
from tests.factories.rows import RowFactory


class CustomerFactory(RowFactory[Customer]):
    """Somebody from a customer file, without contacts."""

    class Meta:
        model = Customer

    source = "crm"
    external_id = factory.Sequence(lambda n: f"К-{n:06d}")
    name = "Ёлкина Алёна Петровна"
    name_key = factory.LazyAttribute(lambda row: row.name.lower().replace("ё", "е"))
    city = "Омск"
    time_zone = "Asia/Omsk"


class ContactPointFactory(RowFactory[ContactPoint]):
    """A mobile number from the file; `email`, `max`, `vk` and `app` make the other kinds, `confirmed` proves it."""

    class Meta:
        model = ContactPoint

    class Params:
        email = factory.Trait(
            kind=ContactKind.EMAIL, line_type="", country="", value=factory.Sequence(lambda n: f"lena{n}@yandex.ru")
        )
        max = factory.Trait(
            kind=ContactKind.MAX,
            line_type="",
            country="",
            origin=ContactOrigin.MAX,
            value=factory.Sequence(lambda n: str(5_000_000 + n)),
            max_chat_id=factory.Sequence(lambda n: 9_000_000 + n),
            confirmed_at=factory.LazyFunction(timezone.now),
        )
        vk = factory.Trait(
            kind=Channel("vk").kind,
            line_type="",
            country="",
            origin=ContactOrigin.LINKED,
            value=factory.Sequence(lambda n: str(6_000_000 + n)),
            max_chat_id=factory.Sequence(lambda n: 6_000_000 + n),
            confirmed_at=factory.LazyFunction(timezone.now),
        )
        app = factory.Trait(
            kind=Channel("app").kind,
            line_type="",
            country="",
            origin=ContactOrigin.COMPANY,
            value=factory.SelfAttribute("customer.external_id"),
            max_chat_id=0,
            confirmed_at=factory.LazyFunction(timezone.now),
        )
        confirmed = factory.Trait(confirmed_at=factory.LazyFunction(timezone.now))

    customer = factory.SubFactory(CustomerFactory)
    kind = ContactKind.PHONE
    value = factory.Sequence(lambda n: f"+7916{n:07d}")
    line_type = LineType.MOBILE
    country = "RU"


class CompanyFactory(RowFactory[Company]):
    """A company with whole requisites."""

    class Meta:
        model = Company

    name = "Общество с ограниченной ответственностью «Ромашка»"
    short_name = "Ромашка"
    inn = "7700000000"
    ogrn = "1027700000000"
    address = "101000, Москва, Тестовая улица, дом 1"
    website = "romashka.example"
    dpo_title = "Ответственный за персональные данные"
    dpo_email = "dpo@romashka.example"
    dpo_phone = "8 800 000-00-01"
    support_phone = "8 800 000-00-00"


class SenderFactory(RowFactory[Sender]):
    """Who sends for the company over one channel."""

    class Meta:
        model = Sender
        django_get_or_create = ("channel",)

    channel = Channel.SMS
    name = "АО «Связной путь»"
    address = "190000, Санкт-Петербург, Морская улица, дом 2"
    inn = "7800000000"
    contract = "№ 17 от 01.02.2026"


class DocumentFactory(RowFactory[Document]):
    """The place of a text: consent to service messages."""

    class Meta:
        model = Document
        django_get_or_create = ("kind", "channel")

    kind = DocumentKind.PD_SERVICE
    channel = ""
    purpose = Purpose.SERVICE


class EditionFactory(RowFactory[Edition]):
    """A short draft, for tests that are not about its words."""

    class Meta:
        model = Edition

    document = factory.SubFactory(DocumentFactory)
    number = factory.Sequence(lambda n: n + 1)
    title = "Согласие"
    body = "# Кто соглашается\n((имя)), ((контакты))."
    checkbox = "Текст прочитан. Разрешаю."
    valid_days = None
    company_values = factory.LazyFunction(dict)
    body_sha256 = factory.LazyAttribute(edition_sha256)


class MessengerFactory(RowFactory[Messenger]):
    """A foreign messenger of the law's list."""

    class Meta:
        model = Messenger
        django_get_or_create = ("code",)

    code = "whatsapp"
    name = "WhatsApp"
    foreign_since = date(2023, 3, 1)


class StopFactory(RowFactory[Stop]):
    """A person who wants no message at all."""

    class Meta:
        model = Stop

    customer = factory.SubFactory(CustomerFactory)
    scope = StopScope.ALL
    reason = StopReason.REFUSED_ALL


def circumstances_make(**changes: Any) -> Circumstances:
    """A customer who has entered a code from an SMS and presses a button; every call is a request of its own."""
    values: dict[str, Any] = {
        "actor": Actor(kind=ActorKind.CUSTOMER),
        "level": ProofLevel.KNOWN_CONTACT,
        "method": ProofMethod.LINK_SMS_CODE,
        "request_key": uuid4().hex,
        "touchpoint": "campaign:1/email",
        "ip": "192.0.2.7",
        "user_agent": "Mozilla/5.0",
        "page": "/me/consent/",
        "button": "Разрешаю",
        "box_default": "unticked",
        "zone": "Asia/Omsk",
    }
    return Circumstances(**(values | changes))


def company_make(**details: str) -> Company:
    """A company with senders for every channel and all default texts in force."""
    profile = CompanyFactory(**details)
    for channel in Channel:
        SenderFactory(channel=channel)
    documents_install_defaults()
    return profile


def launch_ready_make() -> None:
    """A company, and the texts in force without which no campaign is launched: as few rows as the gate asks for."""
    company = CompanyFactory()
    for kind in BLOCKING:
        document = DocumentFactory(kind=kind, purpose=Purpose.SERVICE if kind == DocumentKind.PD_SERVICE else "")
        EditionFactory(document=document, company=company, status=DocumentStatus.PUBLISHED, published_at=timezone.now())


def edition_of(kind: DocumentKind | str) -> Edition:
    """The edition in force of one text."""
    return editions_in_force().get(document__kind=kind)


def contacts_named(*points: ContactPoint) -> dict[Channel, UUID]:
    """These contacts as a text names them, each by the channel that writes to it."""
    return {ContactKind(point.kind).channel: point.uuid for point in points}


def rules_accept_make(customer: Customer) -> AppendedEvent:
    """The customer accepts the rules of the signature in force."""
    return rules_accept(
        customer_id=customer.pk,
        text_sha256=document_public(kind=DocumentKind.PEP_RULES).sha256,
        circumstances=circumstances_make(),
        box_ticked=True,
    )


def answer_make(
    contact: ContactPoint,
    purpose: Purpose | str = Purpose.SERVICE,
    *,
    channel: Channel | str = "",
    kind: EventKind = EventKind.GRANTED,
    valid_until: datetime | None = None,
) -> AppendedEvent:
    """An answer in the ledger for this contact's channel, past the texts and their rules."""
    channel = channel or ContactKind(contact.kind).channel
    return ledger.append(
        customer_id=contact.customer_id,
        kind=kind,
        circumstances=circumstances_make(),
        purpose=purpose,
        channel=channel,
        contact_uuid=contact.uuid,
        document=_text(purpose) if kind == EventKind.GRANTED else None,
        valid_until=valid_until,
    )


def _text(purpose: Purpose | str) -> RenderedDocument:
    text = "Согласие\n"
    return RenderedDocument(
        edition_id=1,
        kind=next(kind for kind, of in PURPOSE_OF.items() if of == purpose),
        purpose=purpose,
        title="Согласие",
        number=1,
        published_on="24.11.2026",
        paragraphs=(("", "Согласие"),),
        text=text,
        sha256=sha256(text.encode()).hexdigest(),
        checkbox="Разрешаю",
        template_sha256="ab" * 32,
        company_id=1,
    )
