"""New contacts: proven by two codes, told to the old one, and taken back within a day."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from consents.customers.contacts import ContactChange, contact_add_or_change, contact_change_cancel
from consents.enums import ContactKind, EventKind, ProofLevel, Purpose, StateValue
from consents.errors import ChangeClosed, CodeNotForContact, ProofTooWeak
from consents.models import ConsentEvent, ConsentState, ContactPoint, Customer, Verification
from consents.verification.confirming import code_enter, code_for_sending, code_issue
from tests.consents.gate import gate_reason
from tests.factories.consents import ContactPointFactory, CustomerFactory, answer_make, circumstances_make

pytestmark = pytest.mark.django_db

NEW_PHONE = "+79035556677"


def proven(customer: Customer, value: str = NEW_PHONE, *, is_new: bool = True) -> Verification:
    """A code to this value, entered rightly just now."""
    kind = ContactKind.EMAIL if "@" in value else ContactKind.PHONE
    code = code_issue(
        customer_id=customer.pk,
        kind=kind,
        target_value=value,
        is_new_contact=is_new,
        session_key="s",
        lock_key="link:1",
    )
    sent = code_for_sending(verification_uuid=code.verification_uuid)
    assert sent is not None
    assert code_enter(verification_uuid=code.verification_uuid, session_key="s", code=sent[0]).outcome == "ok"
    return Verification.objects.get(uuid=code.verification_uuid)


def change(customer: Customer, value: str = NEW_PHONE, **changes: Any) -> ContactChange:
    how = circumstances_make(**({"level": ProofLevel.NEW_CONTACT} | changes))
    return contact_add_or_change(
        customer_id=customer.pk, verification_uuid=proven(customer, value).uuid, circumstances=how
    )


def cancel(contact: ContactPoint, **changes: Any) -> Any:
    return contact_change_cancel(
        customer_id=contact.customer_id,
        contact_point_id=contact.pk,
        circumstances=circumstances_make(level=ProofLevel.LINK, **changes),
    )


def current(customer: Customer) -> set[str]:
    return set(customer.contact_points.filter(is_current=True).values_list("value", flat=True))


def kinds() -> list[str]:
    return list(ConsentEvent.objects.order_by("id").values_list("kind", flat=True))


def test_a_first_contact_of_its_kind_is_added_and_confirmed() -> None:
    customer = CustomerFactory()

    done = change(customer, "anna@example.ru")

    point = ContactPoint.objects.get(pk=done.contact_id)
    assert current(customer) == {"anna@example.ru"}
    assert done.replaced_id is None
    assert point.confirmed_at is not None
    assert point.origin == "person"
    assert kinds() == [EventKind.CONTACT_CONFIRMED, EventKind.CONTACT_ADDED]


def test_a_changed_contact_keeps_the_old_one_and_says_whom_to_tell() -> None:
    old = ContactPointFactory(confirmed=True)

    done = change(old.customer)

    old.refresh_from_db()
    assert current(old.customer) == {NEW_PHONE}
    assert done.replaced_id == old.pk
    assert old.replaced_by_id == done.contact_id
    assert old.closed_at is not None
    assert kinds() == [EventKind.CONTACT_CONFIRMED, EventKind.CONTACT_CHANGED]


def test_a_new_phone_knows_its_line_and_country() -> None:
    done = change(CustomerFactory())

    assert ContactPoint.objects.filter(pk=done.contact_id, line_type="mobile", country="RU").exists()


def test_the_old_value_and_the_code_are_kept_as_evidence() -> None:
    old = ContactPointFactory(confirmed=True)
    change(old.customer)

    changed = ConsentEvent.objects.select_related("evidence").get(kind=EventKind.CONTACT_CHANGED)
    confirmed = ConsentEvent.objects.select_related("evidence").get(kind=EventKind.CONTACT_CONFIRMED)
    assert changed.evidence.personal["replaced_contact"] == old.value
    assert changed.evidence.personal["contact"] == NEW_PHONE
    assert "code_entered_at" in confirmed.evidence.personal


def test_a_contact_is_not_changed_below_level_two() -> None:
    old = ContactPointFactory(confirmed=True)

    with pytest.raises(ProofTooWeak):
        change(old.customer, level=ProofLevel.KNOWN_CONTACT)

    assert current(old.customer) == {old.value}


def test_a_contact_is_not_changed_by_a_code_asked_for_by_another_person() -> None:
    old = ContactPointFactory(confirmed=True)
    stranger = CustomerFactory()

    with pytest.raises(CodeNotForContact):
        contact_add_or_change(
            customer_id=old.customer_id,
            verification_uuid=proven(stranger).uuid,
            circumstances=circumstances_make(level=ProofLevel.NEW_CONTACT),
        )


def test_a_code_for_a_contact_on_file_does_not_change_contacts() -> None:
    old = ContactPointFactory(confirmed=True)

    with pytest.raises(CodeNotForContact):
        contact_add_or_change(
            customer_id=old.customer_id,
            verification_uuid=proven(old.customer, is_new=False).uuid,
            circumstances=circumstances_make(level=ProofLevel.NEW_CONTACT),
        )


def test_the_same_change_sent_twice_is_one_change() -> None:
    old = ContactPointFactory(confirmed=True)
    code = proven(old.customer)
    how = circumstances_make(level=ProofLevel.NEW_CONTACT)
    both = [
        contact_add_or_change(customer_id=old.customer_id, verification_uuid=code.uuid, circumstances=how)
        for _ in range(2)
    ]

    assert [done.replaced_id for done in both] == [old.pk, None]
    assert ConsentEvent.objects.count() == 2


def test_consent_does_not_move_to_the_new_value() -> None:
    old = ContactPointFactory(confirmed=True)
    answer_make(old)

    done = change(old.customer)

    assert ConsentState.objects.get().contact_point == old
    reason = gate_reason(
        customer_id=old.customer_id,
        contact_point_id=done.contact_id,
        channel="sms",
        purpose=Purpose.SERVICE,
        legal_basis="consent",
    )
    assert reason == "no_consent"


def test_the_owner_of_the_old_contact_takes_a_change_back() -> None:
    old = ContactPointFactory(confirmed=True)
    answer_make(old)
    done = change(old.customer)
    answer_make(ContactPoint.objects.get(pk=done.contact_id))

    event = cancel(old)

    assert current(old.customer) == {old.value}
    old.refresh_from_db()
    assert (old.replaced_by, old.closed_at) == (None, None)
    assert kinds()[-2:] == [EventKind.CONTACT_RESTORED, EventKind.WITHDRAWN]
    assert ConsentState.objects.get().value == StateValue.WITHDRAWN
    stored = ConsentEvent.objects.select_related("evidence").get(pk=event.id)
    assert stored.contact == old.uuid
    assert stored.evidence.personal["closed_contacts"] == NEW_PHONE


def test_what_was_allowed_for_the_old_contact_holds_again_when_it_is_back() -> None:
    old = ContactPointFactory(confirmed=True)
    answer_make(old)
    change(old.customer)

    cancel(old)

    reason = gate_reason(
        customer_id=old.customer_id,
        contact_point_id=old.pk,
        channel="sms",
        purpose=Purpose.SERVICE,
        legal_basis="consent",
    )
    assert reason == ""


def test_a_change_is_taken_back_past_a_second_change() -> None:
    old = ContactPointFactory(confirmed=True)
    change(old.customer)
    change(old.customer, "+79035556688")

    cancel(old)

    assert current(old.customer) == {old.value}
    assert ContactPoint.objects.filter(is_current=False, closed_at__isnull=False).count() == 2


def test_taking_back_twice_with_one_key_is_one_event_and_with_another_is_too_late() -> None:
    old = ContactPointFactory(confirmed=True)
    change(old.customer)

    first, second = cancel(old, request_key="k"), cancel(old, request_key="k")

    assert first.uuid == second.uuid
    with pytest.raises(ChangeClosed):
        cancel(old)


def test_the_same_request_takes_a_further_change_back_too_with_an_event_of_its_own() -> None:
    old = ContactPointFactory(confirmed=True)
    change(old.customer)
    first = cancel(old, request_key="k")
    change(old.customer, "+79035556688")

    further = cancel(old, request_key="k")

    assert further.is_new
    assert further.uuid != first.uuid
    assert current(old.customer) == {old.value}
    assert cancel(old, request_key="k").is_new is False
    assert kinds().count(EventKind.CONTACT_RESTORED) == 2


def test_after_a_day_a_change_stands() -> None:
    old = ContactPointFactory(confirmed=True)
    change(old.customer)
    ContactPoint.objects.filter(pk=old.pk).update(closed_at=timezone.now() - timedelta(hours=24, seconds=1))

    with pytest.raises(ChangeClosed):
        cancel(old)

    assert current(old.customer) == {NEW_PHONE}


def test_without_naming_the_contact_the_last_change_is_taken_back() -> None:
    phone = ContactPointFactory(confirmed=True)
    change(phone.customer)

    contact_change_cancel(customer_id=phone.customer_id, circumstances=circumstances_make(level=ProofLevel.LINK))

    assert current(phone.customer) == {phone.value}


def test_one_person_cannot_take_back_the_change_of_another() -> None:
    old = ContactPointFactory(confirmed=True)
    change(old.customer)

    with pytest.raises(ChangeClosed):
        contact_change_cancel(
            customer_id=CustomerFactory().pk, contact_point_id=old.pk, circumstances=circumstances_make()
        )


def test_a_value_that_comes_back_is_the_same_contact_point() -> None:
    old = ContactPointFactory(confirmed=True)
    change(old.customer)

    done = change(old.customer, old.value)

    assert done.contact_id == old.pk
    assert current(old.customer) == {old.value}
