"""Noes that a restore has lost, recorded again from the lines outside the database. A repeat records none twice."""

from collections import Counter
from collections.abc import Iterable
from functools import partial
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from consents.answers.signature_rules import rules_leave
from consents.answers.withdrawing import contacts_deny
from consents.apart import apart
from consents.enums import ActorKind, ContactKind, EventKind, ProofMethod, StopHolder, StopReason, StopScope
from consents.ledger.grants import customer_lock, no_record
from consents.models import ConsentEvent, ContactPoint, Customer, RestoredNo
from consents.outside.files import Line
from consents.outside.noes import personal_of
from consents.reach.stopping import address_stop, customer_stop
from consents.types import Actor, Circumstances

KNOWN: Final = "known"
RECORDED: Final = "recorded"
MISSING: Final = "missing"
BROKEN: Final = "broken"
_AT_ONCE: Final = 1000


def noes_restore(noes: Iterable[Line]) -> Counter[str]:
    """Record each no whose event is not in the ledger, of everybody who is known; return counts.

    ``known`` stood already, ``missing`` are of people who are not here now: they are kept and recorded once they are.
    ``broken`` could not be recorded, which is logged: they are kept too, and tried again with those.
    """
    counts: Counter[str] = Counter()
    rest = iter(noes)
    while batch := [*islice(rest, _AT_ONCE)]:
        named = {uuid: no for no in batch if (uuid := _uuid_of(no)) is not None}
        counts[BROKEN] += len(batch) - len(named)
        stands = {*ConsentEvent.objects.filter(uuid__in=named).values_list("uuid", flat=True)}
        stands |= {*RestoredNo.objects.filter(lost__in=named).values_list("lost", flat=True)}
        counts[KNOWN] += len(stands)
        counts.update(_record_apart(no) for uuid, no in named.items() if uuid not in stands)
    return +counts


def noes_waiting_count() -> int:
    """Count the noes of people who have not been here since the restore."""
    return RestoredNo.objects.filter(done_at=None).count()


def noes_waiting_record() -> int:
    """Record the noes that waited for people who are here by now; return how many."""
    waiting = RestoredNo.objects.filter(done_at=None).order_by("lost")
    lines = waiting.values_list("line", flat=True).iterator(chunk_size=500)
    return sum(_record_apart(line) == RECORDED for line in lines)


def _uuid_of(no: Line) -> UUID | None:
    """Return the name of a no; None for what is none, which is logged: there is nothing to keep it by."""
    return apart("reading a no back", lambda: UUID(no["uuid"]), None)


def _record_apart(no: Line) -> str:
    """Keep a no and record it; one that breaks stays among those that wait, and stops no other."""
    named = f"recording no {no.get('uuid')} again"
    is_kept = apart(named, partial(_keep, no), broken=False)
    return apart(named, partial(_record, no), BROKEN) if is_kept else BROKEN


def _keep(no: Line) -> bool:
    with transaction.atomic():
        RestoredNo.objects.get_or_create(lost=no["uuid"], defaults={"line": no})
    return True


@transaction.atomic
def _record(no: Line) -> str:
    """Record one no as of its person; a stop of an address of everybody's needs none."""
    kept = RestoredNo.objects.select_for_update().get(pk=no["uuid"])
    if kept.done_at is not None:
        return KNOWN
    personal, how = personal_of(no), _circumstances(no)
    if no.get("stop_holder") == StopHolder.ADDRESS and not personal.get("contact"):
        return MISSING
    if no.get("stop_holder") == StopHolder.ADDRESS:
        _stop_address(no, personal, how)
    else:
        customers = _customers(no, personal)
        if not customers:
            return MISSING
        for customer in customers:
            customer_lock(customer.pk)
            _again(no, personal, customer, how)
    RestoredNo.objects.filter(pk=kept.pk).update(done_at=Now(), line={})
    return RECORDED


def _stop_address(no: Line, personal: dict[str, str], how: Circumstances) -> None:
    address_stop(
        kind=ContactKind(personal["contact_kind"]),
        value=personal["contact"],
        reason=StopReason(no["stop_reason"]),
        scope=StopScope(no["stop_scope"]),
        circumstances=how,
    )


def _customers(no: Line, personal: dict[str, str]) -> list[Customer]:
    """Return whose no it is: the customer of the line, or those who were loaded anew under their number since."""
    same = list(Customer.objects.filter(subject=no["subject"], erased_at=None))
    if same or not personal.get("external_id"):
        return same
    again = Customer.objects.filter(external_id=personal["external_id"], erased_at=None)
    if personal.get("contact"):
        again = again.filter(contact_points__kind=personal["contact_kind"], contact_points__value=personal["contact"])
    return list(again.distinct())


def _again(no: Line, personal: dict[str, str], customer: Customer, how: Circumstances) -> None:
    contact = _contact(no, personal, customer)
    match EventKind(no["kind"]):
        case EventKind.REFUSED | EventKind.WITHDRAWN:
            no_record(
                customer_id=customer.pk,
                purpose=no["purpose"],
                channel=no["channel"],
                circumstances=how,
                contact_uuid=contact.uuid if contact else None,
            )
        case EventKind.CONTACT_DENIED:
            if contact is not None:
                contacts_deny(customer_id=customer.pk, contact_uuids=[contact.uuid], circumstances=how)
        case EventKind.RULES_REFUSED:
            rules_leave(customer_id=customer.pk, circumstances=how)
        case _:
            _stop(no, personal, customer, how)


def _stop(no: Line, personal: dict[str, str], customer: Customer, how: Circumstances) -> None:
    stop: dict[str, Any] = {
        "customer_id": customer.pk,
        "scope": StopScope(no["stop_scope"]),
        "reason": StopReason(no["stop_reason"]),
        "circumstances": how,
    }
    if no.get("stop_holder") == StopHolder.CONTACT and personal.get("contact"):
        address_stop(kind=ContactKind(personal["contact_kind"]), value=personal["contact"], **stop)
    else:
        customer_stop(**stop)


def _contact(no: Line, personal: dict[str, str], customer: Customer) -> ContactPoint | None:
    """Return the contact that the no names, of this customer; the same one under a new name where it came anew."""
    own = ContactPoint.objects.filter(customer=customer)
    named = own.filter(uuid=UUID(no["contact"])).first() if no.get("contact") else None
    if named is None and personal.get("contact"):
        named = own.filter(kind=personal["contact_kind"], value=personal["contact"]).first()
    return named


def _circumstances(no: Line) -> Circumstances:
    """Return how the no came about, as its line has it; when it was asked for goes to the evidence."""
    return Circumstances(
        actor=Actor(kind=ActorKind(no.get("actor_kind", ActorKind.SYSTEM)), ident=no.get("actor", "")),
        level=int(no.get("level", 0)),
        method=no.get("method", ProofMethod.SYSTEM),
        request_key=f"restored|{no['uuid']}",
        touchpoint=no.get("touchpoint", ""),
        extra={"asked_at": no["occurred_at"]} if no.get("occurred_at") else {},
    )
