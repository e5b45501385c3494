"""The rules of the signature: accepted with a tick and a proof, refused and left with neither."""

from typing import Any

import pytest

from consents.answers.preferences import AnswerState
from consents.answers.signature_rules import rules_accept, rules_leave, rules_refuse
from consents.documents.publishing import edition_draft, edition_publish
from consents.documents.reading import document_public
from consents.enums import DocumentKind, EventKind, ProofLevel
from consents.errors import BoxNotTicked, DocumentChanged, ProofTooWeak
from consents.ledger.tree.proofs import consent_basis
from consents.models import ConsentEvent, ConsentState, Customer
from consents.types import AppendedEvent, Circumstances
from tests.consents.answers.test_recording import stored
from tests.consents.tampering import as_superuser
from tests.factories.consents import (
    ContactPointFactory,
    CustomerFactory,
    circumstances_make,
    company_make,
    edition_of,
    rules_accept_make,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer() -> Customer:
    company_make()
    return CustomerFactory()


def shown_sha256() -> str:
    return document_public(kind=DocumentKind.PEP_RULES).sha256


def refuse(customer: Customer, *, text_sha256: str = "", circumstances: Circumstances | None = None) -> AppendedEvent:
    return rules_refuse(
        customer_id=customer.pk,
        edition_id=edition_of("pep_rules").pk,
        text_sha256=text_sha256 or shown_sha256(),
        circumstances=circumstances or circumstances_make(),
    )


def test_rules_are_accepted_once_with_their_text(customer: Customer) -> None:
    row = stored(rules_accept_make(customer))

    assert row.kind == EventKind.RULES_ACCEPTED
    assert row.document_version == edition_of("pep_rules").pk
    assert row.evidence.personal["text"].startswith("Правила простой электронной подписи")
    assert AnswerState(customer.pk).accepted_rules == edition_of("pep_rules").pk
    assert not ConsentState.objects.exists()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"box_ticked": False}, BoxNotTicked),
        ({"text_sha256": "0" * 64}, DocumentChanged),
        ({"circumstances": circumstances_make(level=ProofLevel.LINK)}, ProofTooWeak),
    ],
)
def test_rules_need_a_tick_a_proof_and_their_own_words(
    customer: Customer, changes: dict[str, Any], error: type[Exception]
) -> None:
    values: dict[str, Any] = {
        "customer_id": customer.pk,
        "text_sha256": shown_sha256(),
        "circumstances": circumstances_make(),
        "box_ticked": True,
    }

    with pytest.raises(error):
        rules_accept(**(values | changes))

    assert not ConsentEvent.objects.exists()


def test_a_no_to_the_rules_is_recorded_with_their_text(customer: Customer) -> None:
    how = circumstances_make()
    first, again = (refuse(customer, circumstances=how) for _ in range(2))

    row = stored(first)
    assert (first.is_new, again.is_new) == (True, False)
    assert (row.kind, row.document_version) == (EventKind.RULES_REFUSED, edition_of("pep_rules").pk)
    assert row.evidence.personal["box"] == "empty"
    assert row.evidence.personal["text"].startswith("Правила простой электронной подписи")


def test_a_no_is_recorded_whatever_rules_were_shown(customer: Customer) -> None:
    other = refuse(customer, text_sha256="0" * 64)
    as_superuser("UPDATE consents_edition SET body = body || ' и всё' WHERE id = %s", edition_of("pep_rules").pk)
    altered = refuse(customer, text_sha256="1" * 64)

    for event in (other, altered):
        personal = stored(event).evidence.personal
        assert personal["shown_version"] == str(edition_of("pep_rules").pk)
        assert "text" not in personal


def test_rules_that_were_left_stand_behind_no_later_consent(customer: Customer) -> None:
    phone = ContactPointFactory(customer=customer, confirmed=True)
    accepted = edition_of("pep_rules")
    rules_accept_make(customer)
    assert consent_basis(customer_id=customer.pk, contact_uuid=phone.uuid)["rules_version"] == str(accepted.pk)

    left = refuse(customer)

    assert stored(left).evidence.personal["rules_version"] == str(accepted.pk)
    assert AnswerState(customer.pk).accepted_rules is None
    assert "rules_version" not in consent_basis(customer_id=customer.pk, contact_uuid=phone.uuid)


def test_a_later_no_is_one_of_its_own_also_with_the_key_of_an_earlier_one(customer: Customer) -> None:
    how = circumstances_make()
    first = refuse(customer, circumstances=how)
    rules_accept_make(customer)
    second, again = (refuse(customer, circumstances=how) for _ in range(2))

    assert (first.is_new, second.is_new, again.is_new) == (True, True, False)
    assert AnswerState(customer.pk).accepted_rules is None


def test_each_demand_to_leave_the_rules_is_recorded_and_its_repeat_is_not(customer: Customer) -> None:
    how = circumstances_make()

    def leave(by: Circumstances) -> bool:
        (event,) = rules_leave(customer_id=customer.pk, circumstances=by)
        return event.is_new

    assert [leave(how), leave(how), leave(circumstances_make())] == [True, False, True]
    rules_accept_make(customer)
    assert [leave(how), leave(how)] == [True, False]


def test_new_rules_are_not_accepted_by_who_accepted_the_old_ones(customer: Customer) -> None:
    rules_accept_make(customer)
    old = edition_of("pep_rules")

    edition_publish(
        edition_id=edition_draft(kind="pep_rules", title="Новые правила", body=old.body, checkbox=old.checkbox)
    )

    answers = AnswerState(customer.pk)
    assert answers.accepted_rules == old.pk != answers.rules
