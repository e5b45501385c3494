"""Customers and answers for tests of the ledger."""

from hashlib import sha256
from itertools import count
from typing import Any
from uuid import UUID

from consents.enums import (
    ActorKind,
    Channel,
    ContactKind,
    DocumentKind,
    EventKind,
    ProofLevel,
    ProofMethod,
    Purpose,
)
from consents.ledger import append as ledger
from consents.models import ContactPoint, Customer
from consents.types import Actor, AppendedEvent, Circumstances, RenderedDocument

_numbers = count(1)

NO_EDITION = 10**9
"""Of texts that these tests make up: no stored edition has this number."""
TEXT = "Согласие на сервисные сообщения (редакция № 1)\n1. Кто соглашается. Ёлкина Алёна, +7 916 123-45-12."


def customer_with_phone(name: str = "Ёлкина Алёна") -> tuple[Customer, ContactPoint]:
    """Store a customer with a phone of their own."""
    number = next(_numbers)
    customer = Customer.objects.create(source="тест", external_id=f"К-{number}", name=name, name_key=name.lower())
    phone = ContactPoint.objects.create(
        customer=customer, kind=ContactKind.PHONE, value=f"+7916{number:07d}", line_type="mobile"
    )
    return customer, phone


def document(text: str = TEXT, **changes: Any) -> RenderedDocument:
    """Return a rendered text for service messages."""
    values: dict[str, Any] = {
        "edition_id": NO_EDITION,
        "kind": DocumentKind.PD_SERVICE,
        "purpose": Purpose.SERVICE,
        "title": "Согласие на сервисные сообщения",
        "number": 1,
        "published_on": "2026-11-01",
        "paragraphs": (("", text),),
        "text": text,
        "sha256": sha256(text.encode()).hexdigest(),
        "checkbox": "Текст прочитан, разрешаю",
        "template_sha256": "ab" * 32,
        "company_id": 1,
    }
    return RenderedDocument(**values | changes)


def circumstances(key: str = "", **changes: Any) -> Circumstances:
    """Return the circumstances of a customer who entered a code from an SMS."""
    values: dict[str, Any] = {
        "actor": Actor(kind=ActorKind.CUSTOMER),
        "level": ProofLevel.KNOWN_CONTACT,
        "method": ProofMethod.LINK_SMS_CODE,
        "request_key": key or f"key-{next(_numbers)}",
        "touchpoint": "campaign:1/email",
        "ip": "192.0.2.7",
        "user_agent": "Mozilla/5.0 (Ё)",
        "page": "/me/consent/",
        "button": "Разрешаю",
        "box_default": "пусто",
        "zone": "Asia/Omsk",
        "extra": {"code_entered_at": "2026-11-24T09:15:00Z"},
    }
    return Circumstances(**values | changes)


def answer(
    customer: Customer,
    contact: UUID | None = None,
    kind: EventKind = EventKind.GRANTED,
    key: str = "",
    **changes: Any,
) -> AppendedEvent:
    """Record one answer about service messages by SMS."""
    values: dict[str, Any] = {
        "customer_id": customer.pk,
        "kind": kind,
        "circumstances": circumstances(key),
        "purpose": Purpose.SERVICE,
        "channel": Channel.SMS,
        "contact_uuid": contact,
        "document": document() if kind == EventKind.GRANTED else None,
    }
    return ledger.append(**values | changes)


def answers(count: int) -> list[AppendedEvent]:
    """Record so many answers of as many customers."""
    events = []
    for _ in range(count):
        customer, phone = customer_with_phone()
        events.append(answer(customer, phone.uuid))
    return events
