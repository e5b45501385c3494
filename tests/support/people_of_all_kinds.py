"""Customers for tests that hold two statements of one rule against each other."""

import random
from datetime import timedelta
from functools import partial

from django.utils import timezone

from consents.enums import EventKind, Purpose, StopReason, StopScope
from consents.models import ContactPoint, Customer, Stop
from tests.factories.consents import ContactPointFactory, CustomerFactory, answer_make


def people_of_all_kinds(count: int, seed: int) -> None:
    """Customers with every mix of contacts, answers and stops that the rules know, in any order of time."""
    dice = random.Random(seed)
    shared = [f"shared{number}@example.ru" for number in range(5)]
    for _ in range(count):
        customer = CustomerFactory(
            is_active=dice.random() > 0.1, erased_at=timezone.now() if dice.random() < 0.05 else None
        )
        contacts = contacts_of_all_kinds(dice, customer, shared)
        acts = [partial(answer_of_any_kind, dice, contact) for contact in contacts for _ in range(3)]
        acts += [partial(stop_of_any_kind, dice, contact) for contact in contacts]
        dice.shuffle(acts)
        for act in acts:
            act()


def contacts_of_all_kinds(dice: random.Random, customer: Customer, shared: list[str]) -> list[ContactPoint]:
    contacts = []
    if dice.random() < 0.8:
        contacts.append(ContactPointFactory(customer=customer, line_type=dice.choice(["mobile", "mobile", "fixed"])))
    if dice.random() < 0.7:
        value = {"value": dice.choice(shared)} if dice.random() < 0.3 else {}
        contacts.append(ContactPointFactory(customer=customer, email=True, **value))
    if dice.random() < 0.5:
        contacts.append(ContactPointFactory(customer=customer, max=True, is_current=dice.random() > 0.2))
    for kind in ("vk", "app"):
        if dice.random() < 0.15:
            contacts.append(ContactPointFactory(customer=customer, **{kind: True}))
    return contacts


def answer_of_any_kind(dice: random.Random, contact: ContactPoint) -> None:
    if dice.random() < 0.6:
        kind = dice.choice([EventKind.GRANTED, EventKind.GRANTED, EventKind.REFUSED, EventKind.WITHDRAWN])
        until = timezone.now() + timedelta(days=dice.choice([-1, 1])) if dice.random() < 0.3 else None
        answer_make(contact, dice.choice(list(Purpose)), kind=kind, valid_until=until)


def stop_of_any_kind(dice: random.Random, contact: ContactPoint) -> None:
    if dice.random() < 0.25:
        of_person = dice.random() < 0.5
        is_global = not of_person and dice.random() < 0.5
        row = Stop(
            customer=None if is_global else contact.customer,
            kind="" if of_person else contact.kind,
            value="" if of_person else contact.value,
            scope=dice.choice(list(StopScope)),
            reason=dice.choice(list(StopReason)),
            lifted_at=timezone.now() if dice.random() < 0.2 else None,
        )
        Stop.objects.bulk_create([row], ignore_conflicts=True)
