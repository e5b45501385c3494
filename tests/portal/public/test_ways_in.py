"""The same flow by two ways in: pages through a browser, and plain calls with values, as an API or a bot makes them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from consents.customers.contacts_read import contact_of as contact_read
from consents.documents.reading import document_render
from consents.enums import ActorKind, ContactKind, ProofLevel
from consents.models import ConsentEvent, ConsentState, Customer, Receipt
from consents.types import Actor, Circumstances
from portal import flows
from portal.flows.answer_invitation import InvitationState, Step, record_answer
from portal.flows.change_preferences import choose_channels
from portal.flows.code_process import CodeProcess, CodeTarget
from portal.flows.sign_in import SignIn, answer_sign_ins
from portal.flows.verify_contact import KnownContactCode, target_of
from portal.models import PersonSession
from portal.visits import session
from portal.visits.evidence import now_iso
from portal.visits.session import VisitorSession
from portal.visits.shown import Shown
from tests.portal.public.people import Walker, answered, code_now, contact_of, customer_make, link_for, newest_link


def told(visitor: VisitorSession, key: str) -> Circumstances:
    """How an act came about that no page had part in."""
    return Circumstances(
        actor=Actor(kind=ActorKind.CUSTOMER), level=visitor.level, method=visitor.method, request_key=key
    )


def entered(process: CodeProcess) -> VisitorSession:
    """Enter the code that was sent last."""
    proof = process.verify(code=code_now(), circumstances=told(process.visitor, f"code-{code_now()}"))
    assert (proof.check.outcome, bool(proof.key)) == ("ok", True)
    return proof.visitor


def signed_in(customer: Customer) -> VisitorSession:
    """Sign in with the number on file, without a page."""
    visitor, key = session.session_start(customer_id=None)
    SignIn(visitor).initiate(CodeTarget(kind=ContactKind.PHONE, value=contact_of(customer).value))
    answer_sign_ins()
    waiting = session.session_read(key=key)
    assert waiting is not None
    return entered(SignIn(waiting))


def confirmed_by_link(customer: Customer) -> VisitorSession:
    """Confirm the number on file in a visit by a link, without a page."""
    link_for(customer)
    visitor, _ = session.session_start(customer_id=customer.pk, link_id=newest_link().pk)
    contact = contact_read(customer_id=customer.pk, contact_uuid=contact_of(customer).uuid)
    assert contact is not None
    return entered(KnownContactCode(KnownContactCode(visitor, customer.pk).initiate(target_of(contact)), customer.pk))


def shown_somewhere(visitor: VisitorSession, state: InvitationState) -> Shown:
    """The first text to ask, shown by whatever means."""
    asked = state.ask[0]
    text = document_render(edition_id=asked.edition_id, customer_id=state.answers.customer_id, contacts=asked.contacts)
    return Shown(
        edition_id=asked.edition_id,
        purpose=asked.purpose,
        contacts=asked.contacts,
        sha256=text.sha256,
        captions={"grant": "Разрешаю"},
        language="ru",
        key=f"answer-{visitor.session_id}",
        shown_at=now_iso(),
    )


def row_of(customer: Customer) -> dict[str, Any]:
    """What a visit has become."""
    row = PersonSession.objects.get(customer_id=customer.pk)
    return {"level": row.level, "method": row.method, "keys": sorted(row.progress), "has_link": row.link_id is not None}


def ledger_of(customer: Customer) -> list[tuple[Any, ...]]:
    """What the ledger says of a customer, without who, when and from where."""
    columns = ("kind", "purpose", "channel", "level", "method", "actor_kind", "document", "document_version")
    return list(ConsentEvent.objects.filter(subject=customer.subject).order_by("id").values_list(*columns))


def other(customer: Customer) -> Customer:
    """Somebody else with a number of their own."""
    return customer_make(phone="+79160000001", email="other@yandex.ru", external_id=f"{customer.external_id}-2")


def test_no_journey_knows_of_requests_and_answers() -> None:
    sources = {path.name: path.read_text(encoding="utf-8") for path in Path(flows.__path__[0]).glob("*.py")}

    assert "answer_invitation.py" in sources
    assert [name for name, text in sources.items() if "django.http" in text or "HttpRe" in text] == []


def test_a_code_at_the_entrance(customer: Customer) -> None:
    walker = Walker()
    walker.press("/", value=contact_of(customer).value)
    answer_sign_ins()
    walker.press("/me/code/enter/", code=code_now())
    called = other(customer)

    visitor = signed_in(called)

    assert (visitor.level, visitor.customer_id) == (ProofLevel.KNOWN_CONTACT, called.pk)
    assert row_of(called) == row_of(customer)
    assert ledger_of(called) == ledger_of(customer)
    assert contact_of(called).confirmed_at is not None


def test_a_code_by_a_link(customer: Customer) -> None:
    walker = Walker()
    walker.open_link(link_for(customer))
    walker.prove(contact_of(customer))
    called = other(customer)

    confirmed_by_link(called)

    assert row_of(called) == row_of(customer)
    assert ledger_of(called) == ledger_of(customer)


def test_an_answer_from_the_code_to_the_receipt(customer: Customer) -> None:
    answered(customer)
    called = other(customer)

    visitor = choose_channels(visitor=confirmed_by_link(called), channels=["sms"])
    state = InvitationState(visitor, called.pk)
    assert state.step == Step.CONSENT
    shown = shown_somewhere(visitor, state)
    visitor = record_answer(
        visitor=visitor,
        customer_id=called.pk,
        seen=shown,
        decision="granted",
        box_ticked=True,
        circumstances=replace(told(visitor, shown.key), shown_at=shown.shown_at),
    )

    assert ledger_of(called) == ledger_of(customer)
    states = ConsentState.objects.order_by("customer_id").values_list("purpose", "channel", "value")
    assert list(states) == [("service", "sms", "granted")] * 2
    receipts = {one.customer_id: len(one.event_ids) for one in Receipt.objects.all()}
    assert receipts[called.pk] == receipts[customer.pk]
    assert visitor.progress.receipt == str(Receipt.objects.get(customer=called).uuid)
    assert row_of(called) == row_of(customer)
