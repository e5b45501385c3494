"""Answers to texts: what a yes stands on, what a no does without, and what is kept of both."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from consents.answers.recording import consent_answer, document_shown
from consents.answers.withdrawing import consent_withdraw
from consents.documents.publishing import documents_refresh, edition_draft, edition_publish, sender_save
from consents.documents.reading import document_render
from consents.enums import (
    ActorKind,
    Channel,
    EventKind,
    ProofLevel,
    ProofMethod,
    SignatureRules,
    StateValue,
)
from consents.errors import (
    BoxNotTicked,
    ContactMissing,
    ContactUnconfirmed,
    DocumentChanged,
    DocumentMissing,
    EditionAltered,
    EventInvalid,
    ProofTooWeak,
)
from consents.ledger import append as ledger
from consents.models import ConsentEvent, ConsentState, ContactPoint, Customer
from consents.types import Actor, AppendedEvent
from consents.verification.confirming import code_enter, code_for_sending, code_issue, contact_confirm
from tests.consents.tampering import as_superuser
from tests.factories.consents import (
    CompanyFactory,
    ContactPointFactory,
    circumstances_make,
    company_make,
    contacts_named,
    edition_of,
    rules_accept_make,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone() -> ContactPoint:
    """A proven phone of somebody, in a company with all texts in force that does not ask for rules."""
    company_make()
    return ContactPointFactory(confirmed=True)


@pytest.fixture
def email(phone: ContactPoint) -> ContactPoint:
    """A proven address of the same person."""
    return ContactPointFactory(email=True, confirmed=True, customer=phone.customer)


def answer_each(*points: ContactPoint, decision: Any = "granted", **changes: Any) -> tuple[AppendedEvent, ...]:
    values: dict[str, Any] = {
        "customer_id": points[0].customer_id,
        "edition_id": edition_of("pd_service").pk,
        "contacts": contacts_named(*points),
        "decision": decision,
        "circumstances": circumstances_make(),
        "box_ticked": decision == "granted",
    } | changes
    if "text_sha256" not in values:
        values["text_sha256"] = hash_of(*points, edition_id=values["edition_id"])
    return consent_answer(**values)


def answer(contact: ContactPoint, decision: Any = "granted", **changes: Any) -> AppendedEvent:
    (event,) = answer_each(contact, decision=decision, **changes)
    return event


def hash_of(*points: ContactPoint, edition_id: int = 0) -> str:
    """The hash of the text of today, as the page that names these contacts shows it."""
    return document_render(
        edition_id=edition_id or edition_of("pd_service").pk,
        customer_id=points[0].customer_id,
        contacts=contacts_named(*points),
    ).sha256


def answers() -> int:
    return ConsentEvent.objects.filter(kind__in=[EventKind.GRANTED, EventKind.REFUSED]).count()


def stored(event: AppendedEvent) -> ConsentEvent:
    return ConsentEvent.objects.select_related("evidence").get(pk=event.id)


def kept_of(event: AppendedEvent) -> dict[str, str]:
    kept: dict[str, str] = stored(event).evidence.personal
    return kept


def states() -> dict[str, str]:
    """What stands for service messages, by channel."""
    return dict(ConsentState.objects.filter(purpose="service").values_list("channel", "value"))


def test_a_yes_is_one_event_and_moves_the_state(phone: ContactPoint) -> None:
    event = answer(phone)

    state = ConsentState.objects.get()
    assert (state.purpose, state.channel, state.value) == ("service", "sms", StateValue.GRANTED)
    assert state.contact_point == phone
    assert state.event_id == event.id


def test_one_answer_for_two_channels_is_two_events_of_one_text(phone: ContactPoint, email: ContactPoint) -> None:
    events = answer_each(phone, email)

    rows = [stored(event) for event in events]
    assert [(row.kind, row.purpose, row.channel, row.contact) for row in rows] == [
        (EventKind.GRANTED, "service", "sms", phone.uuid),
        (EventKind.GRANTED, "service", "email", email.uuid),
    ]
    assert {row.evidence.personal["text_sha256"] for row in rows} == {hash_of(phone, email)}
    assert [row.evidence.personal["contact"] for row in rows] == [phone.value, email.value]
    assert set(ConsentState.objects.values_list("channel", "contact_point_id", "event_id")) == {
        ("sms", phone.pk, events[0].id),
        ("email", email.pk, events[1].id),
    }


def test_each_channel_of_one_answer_is_withdrawn_by_itself(phone: ContactPoint, email: ContactPoint) -> None:
    by_phone, by_email = answer_each(phone, email)

    ended = consent_withdraw(
        customer_id=phone.customer_id, purpose="service", channel="sms", circumstances=circumstances_make()
    )

    assert stored(ended).answers == by_phone.uuid
    assert states() == {"sms": StateValue.WITHDRAWN, "email": StateValue.GRANTED}
    assert ConsentState.objects.get(channel="email").event_id == by_email.id


def test_an_answer_for_no_channel_at_all_is_none(phone: ContactPoint) -> None:
    for decision in ("granted", "refused"):
        with pytest.raises(EventInvalid):
            answer_each(phone, decision=decision, contacts={})

    assert not ConsentEvent.objects.exists()


def test_a_yes_keeps_the_text_as_it_was_shown_and_what_it_stands_on(phone: ContactPoint) -> None:
    version = edition_of("pd_service")
    shown = document_render(edition_id=version.pk, customer_id=phone.customer_id, contacts=contacts_named(phone))

    row = stored(answer(phone))

    kept = row.evidence.personal
    assert row.document_version == version.pk
    assert row.document_sha256 == version.body_sha256
    assert row.operator_profile == version.company_id
    assert (kept["text"], kept["text_sha256"], kept["checkbox"]) == (shown.text, shown.sha256, shown.checkbox)
    assert (kept["box"], kept["box_default"], kept["button"]) == ("ticked", "unticked", "Разрешаю")
    assert (kept["contact"], kept["name"]) == (phone.value, "Ёлкина Алёна Петровна")
    assert kept["processor"] == "АО «Связной путь»"
    assert kept["processor"] in kept["text"]
    assert "152-ФЗ" in kept["legal_basis"]


def test_the_senders_are_those_of_the_chosen_channels_only(phone: ContactPoint, email: ContactPoint) -> None:
    for channel, name in (("sms", "АО «Связной путь»"), ("email", "ООО «Почта»"), ("max", "ПАО «Бот»")):
        sender_save(channel=channel, name=name, address="Пермь", contract="№ 9")
    documents_refresh()

    both = [kept_of(event) for event in answer_each(phone, email)]
    alone = kept_of(answer(phone))

    assert [kept["processor"] for kept in both] == ["АО «Связной путь»", "ООО «Почта»"]
    assert all("АО «Связной путь»" in kept["text"] and "ООО «Почта»" in kept["text"] for kept in both)
    assert "АО «Связной путь»" in alone["text"]
    assert "ООО «Почта»" not in alone["text"]
    assert not any("ПАО «Бот»" in kept["text"] for kept in (*both, alone))


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

    kept = kept_of(answer(phone))

    assert kept["contact_event"] == str(proven.uuid)
    assert kept["code_tries"] == "1"
    assert kept["verification"] == str(code.verification_uuid)
    assert kept["code_issued_at"] < kept["code_entered_at"]


def test_each_channel_keeps_the_proof_of_its_own_contact(phone: ContactPoint, email: ContactPoint) -> None:
    proofs = {
        point.kind: ledger.append(
            customer_id=point.customer_id,
            kind=EventKind.CONTACT_CONFIRMED,
            circumstances=circumstances_make(method=method),
            contact_uuid=point.uuid,
        )
        for point, method in ((phone, ProofMethod.LINK_SMS_CODE), (email, ProofMethod.LINK_EMAIL_CODE))
    }

    kept = [kept_of(event) for event in answer_each(phone, email)]

    assert [(one["contact_event"], one["contact_method"]) for one in kept] == [
        (str(proofs["phone"].uuid), "link+sms_code"),
        (str(proofs["email"].uuid), "link+email_code"),
    ]


def test_an_answer_that_is_sent_again_is_one_event(phone: ContactPoint) -> None:
    how = circumstances_make()

    first, second = answer(phone, circumstances=how), answer(phone, circumstances=how)

    assert (first.is_new, second.is_new) == (True, False)
    assert first.uuid == second.uuid
    assert answers() == 1


def test_an_answer_for_two_channels_that_is_sent_again_adds_nothing(phone: ContactPoint, email: ContactPoint) -> None:
    how = circumstances_make()

    first = answer_each(phone, email, circumstances=how)
    again = answer_each(phone, email, circumstances=how)
    other_way_round = answer_each(email, phone, circumstances=how)

    assert [event.is_new for event in first] == [True, True]
    assert not any(event.is_new for event in (*again, *other_way_round))
    assert [event.uuid for event in again] == [event.uuid for event in first]
    assert answers() == 2


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
        answer(email)

    assert answers() == 0


@pytest.mark.parametrize("unproven", ["phone", "email"])
def test_a_yes_whose_one_contact_is_unproven_stores_nothing(
    phone: ContactPoint, email: ContactPoint, unproven: str
) -> None:
    ContactPoint.objects.filter(kind=unproven).update(confirmed_at=None)

    with pytest.raises(ContactUnconfirmed):
        answer_each(phone, email)

    assert not ConsentEvent.objects.exists()
    assert not ConsentState.objects.exists()


def test_a_yes_without_a_contact_is_refused(phone: ContactPoint) -> None:
    sha256 = document_render(edition_id=edition_of("pd_service").pk, customer_id=phone.customer_id).sha256

    for contacts in ({Channel.MAX: uuid4()}, {Channel.EMAIL: phone.uuid}):
        with pytest.raises(ContactMissing):
            answer_each(phone, contacts=contacts, text_sha256=sha256)

    assert answers() == 0


@pytest.mark.parametrize("spoil", ["closed", "of another person"])
def test_a_yes_for_a_contact_that_is_not_theirs_now_is_refused(
    phone: ContactPoint, email: ContactPoint, spoil: str
) -> None:
    sha256 = hash_of(phone, email)
    contacts = contacts_named(phone, email)
    if spoil == "closed":
        ContactPoint.objects.filter(pk=email.pk).update(is_current=False, closed_at=timezone.now())
    else:
        contacts[Channel.EMAIL] = ContactPointFactory(email=True, confirmed=True).uuid

    for shown in (sha256, hash_of(phone)):
        with pytest.raises((ContactMissing, DocumentChanged)):
            answer_each(phone, contacts=contacts, text_sha256=shown)

    assert answers() == 0


@pytest.mark.parametrize("rules", SignatureRules.values)
def test_a_yes_goes_through_without_the_rules_of_the_signature(phone: ContactPoint, rules: str) -> None:
    CompanyFactory(signature_rules=rules)

    assert not {"rules_version", "rules_event"} & set(kept_of(answer(phone)))


def test_a_yes_names_the_rules_that_were_accepted_last(phone: ContactPoint) -> None:
    rules = edition_of("pep_rules")
    accepted = rules_accept_make(phone.customer)
    edition_publish(
        edition_id=edition_draft(kind="pep_rules", title="Новые правила", body=rules.body, checkbox=rules.checkbox)
    )

    before = kept_of(answer(phone))
    accepted_anew = rules_accept_make(phone.customer)
    after = kept_of(answer(phone))

    assert (before["rules_version"], before["rules_event"]) == (str(rules.pk), str(accepted.uuid))
    assert (after["rules_version"], after["rules_event"]) == (
        str(edition_of("pep_rules").pk),
        str(accepted_anew.uuid),
    )


def test_a_spoken_yes_that_staff_record_needs_no_code(phone: ContactPoint) -> None:
    by_staff = circumstances_make(actor=Actor(kind=ActorKind.STAFF, ident="7"), level=0, method="staff")

    assert answer(phone, circumstances=by_staff).is_new


def republish(body_end: str = "") -> None:
    version = edition_of("pd_service")
    edition_publish(
        edition_id=edition_draft(
            kind="pd_service",
            title=version.title,
            body=version.body + body_end,
            checkbox=version.checkbox,
        )
    )


def test_a_yes_to_a_text_that_was_replaced_meanwhile_is_asked_again(phone: ContactPoint) -> None:
    old = edition_of("pd_service")
    republish("\nЕщё одно условие.")

    with pytest.raises(DocumentChanged):
        answer(phone, edition_id=old.pk)

    assert answers() == 0


def test_a_yes_to_other_words_than_those_in_force_is_asked_again(phone: ContactPoint) -> None:
    with pytest.raises(DocumentChanged):
        answer(phone, text_sha256="0" * 64)


def test_a_person_renamed_while_reading_reads_again(phone: ContactPoint) -> None:
    sha256 = hash_of(phone)
    Customer.objects.filter(pk=phone.customer_id).update(name="Иванова Алёна Петровна")

    with pytest.raises(DocumentChanged):
        answer(phone, text_sha256=sha256)


def test_a_new_sender_does_not_change_what_is_being_answered(phone: ContactPoint) -> None:
    sha256 = hash_of(phone)
    sender_save(channel="sms", name="ПАО «Другой»", address="Пермь", contract="№ 9")

    assert answer(phone, text_sha256=sha256).is_new


def test_a_draft_cannot_be_answered(phone: ContactPoint) -> None:
    version = edition_of("pd_service")
    draft = edition_draft(kind="pd_service", title="Черновик", body=version.body, checkbox="Да")

    with pytest.raises(DocumentMissing):
        answer(phone, edition_id=draft)


def test_a_text_that_named_one_contact_is_no_yes_for_more(phone: ContactPoint, email: ContactPoint) -> None:
    for points in ([phone, email], [email]):
        with pytest.raises(DocumentChanged):
            answer_each(*points, text_sha256=hash_of(phone))
    with pytest.raises(DocumentChanged):
        answer(phone, text_sha256=hash_of(phone, email))

    assert answers() == 0


def test_the_policy_is_not_answered(phone: ContactPoint) -> None:
    with pytest.raises(EventInvalid):
        answer(phone, edition_id=edition_of("policy").pk)


def test_a_no_is_an_event_of_its_own(phone: ContactPoint) -> None:
    row = stored(answer(phone, "refused"))

    assert row.kind == EventKind.REFUSED
    assert row.evidence.personal["box"] == "empty"
    assert "Согласие на обработку" in row.evidence.personal["text"]
    assert ConsentState.objects.get().value == StateValue.REFUSED


def test_a_no_for_two_channels_is_two_events(phone: ContactPoint, email: ContactPoint) -> None:
    how = circumstances_make()
    events = answer_each(phone, email, decision="refused", circumstances=how)
    again = answer_each(phone, email, decision="refused", circumstances=how)

    assert [(stored(event).kind, stored(event).contact) for event in events] == [
        (EventKind.REFUSED, phone.uuid),
        (EventKind.REFUSED, email.uuid),
    ]
    assert [(event.uuid, event.is_new) for event in again] == [(event.uuid, False) for event in events]
    assert states() == {"sms": StateValue.REFUSED, "email": StateValue.REFUSED}


def test_a_no_is_not_stopped_by_a_contact_that_is_theirs_no_more(phone: ContactPoint, email: ContactPoint) -> None:
    sha256 = hash_of(phone, email)
    ContactPoint.objects.filter(pk=email.pk).update(is_current=False, closed_at=timezone.now())

    rows = [stored(event) for event in answer_each(phone, email, decision="refused", text_sha256=sha256)]

    assert [(row.channel, row.contact) for row in rows] == [("sms", phone.uuid), ("email", None)]
    assert {row.evidence.personal["shown_sha256"] for row in rows} == {sha256}
    assert states() == {"sms": StateValue.REFUSED, "email": StateValue.REFUSED}


def test_a_no_needs_neither_code_nor_proven_contact() -> None:
    company_make()
    phone = ContactPointFactory()

    event = answer(phone, "refused", circumstances=circumstances_make(level=ProofLevel.LINK))

    assert event.is_new


def test_a_no_to_a_text_that_was_replaced_is_kept_and_says_what_was_shown(phone: ContactPoint) -> None:
    old = edition_of("pd_service")
    sha256 = hash_of(phone)
    republish("\nЕщё одно условие.")

    kept = kept_of(answer(phone, "refused", edition_id=old.pk, text_sha256=sha256))

    assert kept["shown_sha256"] == sha256
    assert kept["shown_version"] == str(old.pk)
    assert "text" not in kept


def test_an_altered_edition_takes_a_no_and_says_so_and_takes_no_yes(phone: ContactPoint) -> None:
    version = edition_of("pd_service")
    sha256 = hash_of(phone)
    as_superuser("UPDATE consents_edition SET body = body || ' и всё' WHERE id = %s", version.pk)

    with pytest.raises(EditionAltered):
        answer(phone, text_sha256=sha256)
    row = stored(answer(phone, "refused", text_sha256=sha256))

    kept = row.evidence.personal
    assert answers() == 1
    assert (kept["edition_state"], kept["shown_version"], kept["shown_sha256"]) == ("altered", str(version.pk), sha256)
    assert "text" not in kept
    assert row.document_version is None


def test_a_no_after_a_yes_ends_it(phone: ContactPoint) -> None:
    answer(phone)
    answer(phone, "refused")

    assert ConsentState.objects.get().value == StateValue.REFUSED


def test_a_yes_to_promotion_holds_a_year_and_one_to_service_until_taken_back(phone: ContactPoint) -> None:
    answer(phone)
    answer(phone, edition_id=edition_of("pd_promo").pk)

    ends = dict(ConsentState.objects.values_list("purpose", "valid_until"))
    assert ends["service"] is None
    assert ends["promotion"] is not None
    assert abs(ends["promotion"] - timezone.now() - timedelta(days=365)) < timedelta(minutes=1)


def test_a_term_holds_for_each_channel_of_an_answer(phone: ContactPoint, email: ContactPoint) -> None:
    answer_each(phone, email, edition_id=edition_of("pd_promo").pk)

    ends = dict(ConsentState.objects.values_list("channel", "valid_until"))
    assert set(ends) == {"sms", "email"}
    assert all(end and abs(end - timezone.now() - timedelta(days=365)) < timedelta(minutes=1) for end in ends.values())


def test_an_answer_about_promotion_is_for_each_channel_and_its_contact(
    phone: ContactPoint, email: ContactPoint
) -> None:
    for contact in (phone, email):
        answer(contact, edition_id=edition_of("pd_promo").pk)

    assert set(ConsentState.objects.values_list("channel", "contact_point_id")) == {
        ("sms", phone.pk),
        ("email", email.pk),
    }


def put_off(*points: ContactPoint, **changes: Any) -> tuple[AppendedEvent, ...]:
    values: dict[str, Any] = {
        "customer_id": points[0].customer_id,
        "edition_id": edition_of("pd_service").pk,
        "contacts": contacts_named(*points),
        "text_sha256": hash_of(*points),
        "circumstances": circumstances_make(),
    }
    return document_shown(**(values | changes))


def test_a_text_that_was_put_off_leaves_a_trace_and_no_state(phone: ContactPoint, email: ContactPoint) -> None:
    how = circumstances_make()
    first, again = (put_off(phone, email, circumstances=how) for _ in range(2))

    assert [event.is_new for event in (*first, *again)] == [True, True, False, False]
    assert set(ConsentEvent.objects.values_list("kind", "channel", "contact")) == {
        (EventKind.SHOWN, "sms", phone.uuid),
        (EventKind.SHOWN, "email", email.uuid),
    }
    assert ConsentEvent.objects.count() == 2
    assert not ConsentState.objects.exists()


def test_no_other_text_is_kept_as_put_off_than_the_one_that_was_shown(phone: ContactPoint, email: ContactPoint) -> None:
    with pytest.raises(DocumentChanged):
        put_off(phone, text_sha256="0" * 64)
    with pytest.raises(DocumentChanged):
        put_off(phone, email, text_sha256=hash_of(phone))

    assert not ConsentEvent.objects.filter(kind=EventKind.SHOWN).exists()
