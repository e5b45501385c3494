"""Answers to texts: what a yes stands on, what a no does without, and what is kept of both."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from consents.answers.recording import consent_answer, document_shown, rules_accept
from consents.documents.publishing import edition_draft, edition_publish, sender_save
from consents.documents.reading import document_public, document_render
from consents.enums import ActorKind, Channel, DocumentKind, EventKind, ProofLevel, StateValue
from consents.errors import (
    BoxNotTicked,
    ContactMissing,
    ContactUnconfirmed,
    DocumentChanged,
    DocumentMissing,
    EditionAltered,
    EventInvalid,
    ProofTooWeak,
    RulesMissing,
)
from consents.models import ConsentEvent, ConsentState, ContactPoint, Customer
from consents.types import Actor, AppendedEvent
from consents.verification.confirming import code_enter, code_for_sending, code_issue, contact_confirm
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
def phone() -> ContactPoint:
    """A proven phone of somebody who has accepted the rules, in a company with all texts in force."""
    company_make()
    contact = ContactPointFactory(confirmed=True)
    rules_accept_make(contact.customer)
    return contact


def answer(contact: ContactPoint, decision: Any = "granted", **changes: Any) -> AppendedEvent:
    version = edition_of("pd_service", "sms")
    values: dict[str, Any] = {
        "customer_id": contact.customer_id,
        "edition_id": version.pk,
        "channel": Channel.SMS,
        "contact_uuid": contact.uuid,
        "decision": decision,
        "circumstances": circumstances_make(),
        "box_ticked": decision == "granted",
    } | changes
    if "text_sha256" not in values:
        values["text_sha256"] = document_render(
            edition_id=values["edition_id"], customer_id=contact.customer_id, contact_uuid=contact.uuid
        ).sha256
    return consent_answer(**values)


def answers() -> int:
    return ConsentEvent.objects.filter(kind__in=[EventKind.GRANTED, EventKind.REFUSED]).count()


def test_a_yes_is_one_event_and_moves_the_state(phone: ContactPoint) -> None:
    event = answer(phone)

    state = ConsentState.objects.get()
    assert (state.purpose, state.channel, state.value) == ("service", "sms", StateValue.GRANTED)
    assert state.contact_point == phone
    assert state.event_id == event.id


def test_a_yes_keeps_the_text_as_it_was_shown_and_what_it_stands_on(phone: ContactPoint) -> None:
    version = edition_of("pd_service", "sms")
    shown = document_render(edition_id=version.pk, customer_id=phone.customer_id, contact_uuid=phone.uuid)

    stored = ConsentEvent.objects.select_related("evidence").get(pk=answer(phone).id)

    kept = stored.evidence.personal
    assert stored.document_version == version.pk
    assert stored.document_sha256 == version.body_sha256
    assert stored.operator_profile == version.company_id
    assert (kept["text"], kept["text_sha256"], kept["checkbox"]) == (shown.text, shown.sha256, shown.checkbox)
    assert (kept["box"], kept["box_default"], kept["button"]) == ("ticked", "unticked", "Разрешаю")
    assert (kept["contact"], kept["name"]) == (phone.value, "Ёлкина Алёна Петровна")
    assert kept["processor"] == "АО «Связной путь»"
    assert kept["processor"] in kept["text"]
    assert "152-ФЗ" in kept["legal_basis"]
    assert kept["rules_version"] == str(edition_of("pep_rules").pk)


def test_a_yes_keeps_how_its_contact_was_proven(phone: ContactPoint) -> None:
    code = code_issue(
        customer_id=phone.customer_id,
        kind=phone.kind,
        target_value=phone.value,
        is_new_contact=False,
        session_key="s",
        lock_key="link:1",
    )
    sent = code_for_sending(verification_uuid=code.verification_uuid)
    assert sent is not None
    code_enter(verification_uuid=code.verification_uuid, session_key="s", code=sent[0])
    proven = contact_confirm(
        customer_id=phone.customer_id,
        contact_uuid=phone.uuid,
        verification_uuid=code.verification_uuid,
        circumstances=circumstances_make(),
    )

    kept = ConsentEvent.objects.select_related("evidence").get(pk=answer(phone).id).evidence.personal

    assert kept["contact_event"] == str(proven.uuid)
    assert kept["code_tries"] == "1"
    assert kept["verification"] == str(code.verification_uuid)
    assert kept["code_issued_at"] < kept["code_entered_at"]


def test_an_answer_that_is_sent_again_is_one_event(phone: ContactPoint) -> None:
    how = circumstances_make()

    first, second = answer(phone, circumstances=how), answer(phone, circumstances=how)

    assert (first.is_new, second.is_new) == (True, False)
    assert first.uuid == second.uuid
    assert answers() == 1


def test_an_empty_box_is_no_yes(phone: ContactPoint) -> None:
    with pytest.raises(BoxNotTicked):
        answer(phone, box_ticked=False)

    assert answers() == 0


def test_a_link_alone_is_no_yes(phone: ContactPoint) -> None:
    with pytest.raises(ProofTooWeak):
        answer(phone, circumstances=circumstances_make(level=ProofLevel.LINK))

    assert answers() == 0


def test_a_yes_for_a_contact_that_nobody_has_proven_is_refused(phone: ContactPoint) -> None:
    ContactPoint.objects.update(confirmed_at=None)

    with pytest.raises(ContactUnconfirmed):
        answer(phone)

    assert answers() == 0


def test_a_proven_phone_does_not_let_a_yes_for_letters_through(phone: ContactPoint) -> None:
    email = ContactPointFactory(email=True, customer=phone.customer)

    with pytest.raises(ContactUnconfirmed):
        answer(email, edition_id=edition_of("pd_service", "email").pk, channel=Channel.EMAIL)


def test_a_yes_without_a_contact_is_refused(phone: ContactPoint) -> None:
    version = edition_of("pd_service", "max")
    sha256 = document_render(edition_id=version.pk, customer_id=phone.customer_id).sha256

    with pytest.raises(ContactMissing):
        answer(phone, edition_id=version.pk, channel=Channel.MAX, contact_uuid=None, text_sha256=sha256)


@pytest.mark.parametrize("spoil", ["closed", "of another person"])
def test_a_yes_for_a_contact_that_is_not_theirs_now_is_refused(phone: ContactPoint, spoil: str) -> None:
    sha256 = document_render(
        edition_id=edition_of("pd_service", "sms").pk, customer_id=phone.customer_id, contact_uuid=phone.uuid
    ).sha256
    if spoil == "closed":
        ContactPoint.objects.update(is_current=False, closed_at=timezone.now())
    changes = {} if spoil == "closed" else {"contact_uuid": ContactPointFactory(confirmed=True).uuid}

    with pytest.raises((ContactMissing, DocumentChanged)):
        answer(phone, text_sha256=sha256, **changes)

    assert answers() == 0


def test_a_yes_without_the_rules_of_the_signature_is_refused(phone: ContactPoint) -> None:
    stranger = ContactPointFactory(confirmed=True)

    with pytest.raises(RulesMissing):
        answer(stranger)

    assert answers() == 0


def test_new_rules_are_to_be_accepted_before_the_next_yes(phone: ContactPoint) -> None:
    rules = edition_of("pep_rules")
    edition_publish(
        edition_id=edition_draft(kind="pep_rules", title="Новые правила", body=rules.body, checkbox=rules.checkbox)
    )

    with pytest.raises(RulesMissing):
        answer(phone)
    rules_accept_make(phone.customer)
    answer(phone)


def test_a_spoken_yes_that_staff_record_needs_neither_code_nor_rules(phone: ContactPoint) -> None:
    stranger = ContactPointFactory(confirmed=True)
    by_staff = circumstances_make(actor=Actor(kind=ActorKind.STAFF, ident="7"), level=0, method="staff")

    assert answer(stranger, circumstances=by_staff).is_new


def republish(body_end: str = "") -> None:
    version = edition_of("pd_service", "sms")
    edition_publish(
        edition_id=edition_draft(
            kind="pd_service",
            channel="sms",
            title=version.title,
            body=version.body + body_end,
            checkbox=version.checkbox,
        )
    )


def test_a_yes_to_a_text_that_was_replaced_meanwhile_is_asked_again(phone: ContactPoint) -> None:
    old = edition_of("pd_service", "sms")
    republish("\nЕщё одно условие.")

    with pytest.raises(DocumentChanged):
        answer(phone, edition_id=old.pk)

    assert answers() == 0


def test_a_yes_to_other_words_than_those_in_force_is_asked_again(phone: ContactPoint) -> None:
    with pytest.raises(DocumentChanged):
        answer(phone, text_sha256="0" * 64)


def test_a_person_renamed_while_reading_reads_again(phone: ContactPoint) -> None:
    sha256 = document_render(
        edition_id=edition_of("pd_service", "sms").pk, customer_id=phone.customer_id, contact_uuid=phone.uuid
    ).sha256
    Customer.objects.filter(pk=phone.customer_id).update(name="Иванова Алёна Петровна")

    with pytest.raises(DocumentChanged):
        answer(phone, text_sha256=sha256)


def test_a_new_sender_does_not_change_what_is_being_answered(phone: ContactPoint) -> None:
    sha256 = document_render(
        edition_id=edition_of("pd_service", "sms").pk, customer_id=phone.customer_id, contact_uuid=phone.uuid
    ).sha256
    sender_save(channel="sms", name="ПАО «Другой»", address="Пермь", contract="№ 9")

    assert answer(phone, text_sha256=sha256).is_new


def test_a_draft_cannot_be_answered(phone: ContactPoint) -> None:
    version = edition_of("pd_service", "sms")
    draft = edition_draft(kind="pd_service", channel="sms", title="Черновик", body=version.body, checkbox="Да")

    with pytest.raises(DocumentMissing):
        answer(phone, edition_id=draft)


def test_a_text_about_one_channel_is_no_answer_for_another(phone: ContactPoint) -> None:
    with pytest.raises(EventInvalid):
        answer(phone, channel=Channel.EMAIL)


def test_the_policy_is_not_answered(phone: ContactPoint) -> None:
    with pytest.raises(EventInvalid):
        answer(phone, edition_id=edition_of("policy").pk)


def test_a_no_is_an_event_of_its_own(phone: ContactPoint) -> None:
    stored = ConsentEvent.objects.select_related("evidence").get(pk=answer(phone, "refused").id)

    assert stored.kind == EventKind.REFUSED
    assert stored.evidence.personal["box"] == "empty"
    assert "Согласие на обработку" in stored.evidence.personal["text"]
    assert ConsentState.objects.get().value == StateValue.REFUSED


def test_a_no_needs_neither_code_nor_proven_contact_nor_rules() -> None:
    company_make()
    phone = ContactPointFactory()

    event = answer(phone, "refused", circumstances=circumstances_make(level=ProofLevel.LINK))

    assert event.is_new


def test_a_no_to_a_text_that_was_replaced_is_kept_and_says_what_was_shown(phone: ContactPoint) -> None:
    old = edition_of("pd_service", "sms")
    sha256 = document_render(edition_id=old.pk, customer_id=phone.customer_id, contact_uuid=phone.uuid).sha256
    republish("\nЕщё одно условие.")

    stored = ConsentEvent.objects.select_related("evidence").get(
        pk=answer(phone, "refused", edition_id=old.pk, text_sha256=sha256).id
    )

    assert stored.evidence.personal["shown_sha256"] == sha256
    assert stored.evidence.personal["shown_version"] == str(old.pk)
    assert "text" not in stored.evidence.personal


def test_an_altered_edition_takes_a_no_and_says_so_and_takes_no_yes(phone: ContactPoint) -> None:
    version = edition_of("pd_service", "sms")
    sha256 = document_render(edition_id=version.pk, customer_id=phone.customer_id, contact_uuid=phone.uuid).sha256
    as_superuser("UPDATE consents_edition SET body = body || ' и всё' WHERE id = %s", version.pk)

    with pytest.raises(EditionAltered):
        answer(phone, text_sha256=sha256)
    stored = ConsentEvent.objects.select_related("evidence").get(pk=answer(phone, "refused", text_sha256=sha256).id)

    kept = stored.evidence.personal
    assert answers() == 1
    assert (kept["edition_state"], kept["shown_version"], kept["shown_sha256"]) == ("altered", str(version.pk), sha256)
    assert "text" not in kept
    assert stored.document_version is None


def test_a_no_after_a_yes_ends_it(phone: ContactPoint) -> None:
    answer(phone)
    answer(phone, "refused")

    assert ConsentState.objects.get().value == StateValue.REFUSED


def test_a_yes_to_promotion_holds_a_year_and_one_to_service_until_taken_back(phone: ContactPoint) -> None:
    answer(phone)
    answer(phone, edition_id=edition_of("pd_promo").pk)

    ends = dict(ConsentState.objects.values_list("purpose", "valid_until"))
    assert ends["service"] is None
    assert abs(ends["promotion"] - timezone.now() - timedelta(days=365)) < timedelta(minutes=1)


def test_an_answer_about_promotion_is_for_one_channel_and_one_contact(phone: ContactPoint) -> None:
    email = ContactPointFactory(email=True, confirmed=True, customer=phone.customer)
    for contact, channel in ((phone, Channel.SMS), (email, Channel.EMAIL)):
        answer(contact, edition_id=edition_of("pd_promo").pk, channel=channel)

    assert set(ConsentState.objects.values_list("channel", "contact_point_id")) == {
        ("sms", phone.pk),
        ("email", email.pk),
    }


def test_rules_are_accepted_once_with_their_text() -> None:
    company_make()
    customer = CustomerFactory()

    event = rules_accept_make(customer)

    stored = ConsentEvent.objects.select_related("evidence").get(pk=event.id)
    assert stored.kind == EventKind.RULES_ACCEPTED
    assert stored.document_version == edition_of("pep_rules").pk
    assert stored.evidence.personal["text"].startswith("Правила простой электронной подписи")
    assert not ConsentState.objects.exists()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"box_ticked": False}, BoxNotTicked),
        ({"text_sha256": "0" * 64}, DocumentChanged),
        ({"circumstances": circumstances_make(level=ProofLevel.LINK)}, ProofTooWeak),
    ],
)
def test_rules_need_a_tick_a_proof_and_their_own_words(changes: dict[str, Any], error: type[Exception]) -> None:
    company_make()
    values: dict[str, Any] = {
        "customer_id": CustomerFactory().pk,
        "text_sha256": document_public(kind=DocumentKind.PEP_RULES).sha256,
        "circumstances": circumstances_make(),
        "box_ticked": True,
    }

    with pytest.raises(error):
        rules_accept(**(values | changes))

    assert not ConsentEvent.objects.exists()


def put_off(contact: ContactPoint, **changes: Any) -> AppendedEvent:
    version = edition_of("pd_service", "sms")
    text = document_render(edition_id=version.pk, customer_id=contact.customer_id, contact_uuid=contact.uuid)
    values: dict[str, Any] = {
        "customer_id": contact.customer_id,
        "edition_id": version.pk,
        "channel": Channel.SMS,
        "contact_uuid": contact.uuid,
        "text_sha256": text.sha256,
        "circumstances": circumstances_make(),
    }
    return document_shown(**(values | changes))


def test_a_text_that_was_put_off_leaves_a_trace_and_no_state(phone: ContactPoint) -> None:
    how = circumstances_make()
    for _ in range(2):
        put_off(phone, circumstances=how)

    assert ConsentEvent.objects.filter(kind=EventKind.SHOWN).count() == 1
    assert not ConsentState.objects.exists()


def test_no_other_text_is_kept_as_put_off_than_the_one_that_was_shown(phone: ContactPoint) -> None:
    with pytest.raises(DocumentChanged):
        put_off(phone, text_sha256="0" * 64)

    assert not ConsentEvent.objects.filter(kind=EventKind.SHOWN).exists()
