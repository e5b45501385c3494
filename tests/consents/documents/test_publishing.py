"""Editions of texts: drafted, checked, frozen, replaced; and the company that they name."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from consents.documents.company_reading import senders
from consents.documents.defaults import DEFAULT_TEXTS, DefaultText
from consents.documents.editions import (
    BLOCKING,
    edition_source,
    edition_to_begin_with,
    editions,
    texts_missing,
    texts_stale,
)
from consents.documents.fields import CompanyDetails
from consents.documents.publishing import (
    company_save,
    documents_install_defaults,
    documents_refresh,
    edition_draft,
    edition_publish,
    sender_save,
)
from consents.documents.reading import document_preview, document_public, document_render
from consents.enums import Channel, DocumentKind, DocumentStatus, Purpose
from consents.errors import CompanyMissing, DocumentIncomplete, DocumentMissing
from consents.models import Company, Document, Edition, Sender
from tests.factories.consents import (
    CompanyFactory,
    ContactPointFactory,
    DocumentFactory,
    EditionFactory,
    company_make,
    contacts_named,
    edition_of,
)

pytestmark = pytest.mark.django_db

DETAILS = CompanyDetails(
    name="ООО «Ромашка»",
    short_name="Ромашка",
    inn="7700000000",
    address="Москва",
    website="romashka.example",
    dpo_title="Юрист",
    dpo_email="dpo@romashka.example",
)
SERVICE = next(text for text in DEFAULT_TEXTS if text.kind == DocumentKind.PD_SERVICE)


def draft_of(text: DefaultText = SERVICE, **changes: Any) -> int:
    values = {"title": text.title, "body": text.body, "checkbox": text.checkbox} | changes
    return edition_draft(kind=text.kind, valid_days=text.valid_days, **values)


def test_a_new_company_has_all_texts_in_force_and_a_repeat_adds_none() -> None:
    CompanyFactory()

    assert documents_install_defaults() == len(DEFAULT_TEXTS)
    assert documents_install_defaults() == 0
    assert {row.status for row in editions()} == {DocumentStatus.PUBLISHED}


def test_a_text_has_the_purpose_of_its_kind_and_no_other() -> None:
    CompanyFactory()
    documents_install_defaults()

    assert set(Document.objects.values_list("kind", "purpose")) == {
        (DocumentKind.PD_SERVICE, Purpose.SERVICE),
        (DocumentKind.PD_PROMO, Purpose.PROMOTION),
        (DocumentKind.ADS, Purpose.ADVERTISING),
        (DocumentKind.PEP_RULES, ""),
        (DocumentKind.POLICY, ""),
    }


def test_no_text_is_published_for_a_company_that_nobody_has_entered() -> None:
    with pytest.raises(CompanyMissing):
        documents_install_defaults()

    assert not Edition.objects.exists()


def test_a_new_edition_takes_the_place_of_the_one_in_force() -> None:
    company_make()
    first = edition_of("pd_service")

    second_id = draft_of(title="Новое название")
    assert edition_publish(edition_id=second_id) == 2

    first.refresh_from_db()
    assert first.status == DocumentStatus.RETIRED
    assert edition_of("pd_service").pk == second_id


def test_publishing_twice_changes_nothing() -> None:
    company_make()
    edition_id = draft_of(title="Новое название")
    edition_publish(edition_id=edition_id)
    published_at = edition_of("pd_service").published_at

    assert edition_publish(edition_id=edition_id) == 2
    assert edition_of("pd_service").published_at == published_at


def test_a_retired_edition_never_comes_back() -> None:
    company_make()
    first = edition_of("pd_service")
    edition_publish(edition_id=draft_of())

    with pytest.raises(DocumentMissing):
        edition_publish(edition_id=first.pk)


def test_the_database_refuses_to_change_what_is_published() -> None:
    company_make()

    with pytest.raises(DatabaseError), transaction.atomic():
        Edition.objects.filter(pk=edition_of("pd_service").pk).update(body="# Кто соглашается\nвсе")


def test_a_text_has_one_draft_that_is_rewritten() -> None:
    company_make()

    first, second = draft_of(title="Раз"), draft_of(title="Два")

    assert first == second
    assert Edition.objects.get(pk=first).title == "Два"
    assert Edition.objects.get(pk=first).number == 2


def test_a_draft_with_faults_stays_a_draft_and_all_faults_are_told() -> None:
    company_make()
    edition_id = draft_of(body="# Зачем\n((возраст))", checkbox="")

    with pytest.raises(DocumentIncomplete) as caught:
        edition_publish(edition_id=edition_id)

    codes = {code for code, _ in caught.value.problems}
    assert codes == {"checkbox_missing", "placeholder_unknown", "placeholder_missing", "heading_missing"}
    assert Edition.objects.get(pk=edition_id).status == DocumentStatus.DRAFT


def test_a_change_of_the_company_or_its_sender_does_not_touch_a_published_text() -> None:
    company_make()
    version = edition_of("pd_service")
    phone = ContactPointFactory()
    before = document_render(edition_id=version.pk, customer_id=phone.customer_id, contacts=contacts_named(phone))

    company_save(details=DETAILS)
    sender_save(channel="sms", name="ПАО «Другой»", address="Пермь", contract="№ 9")

    after = document_render(edition_id=version.pk, customer_id=phone.customer_id, contacts=contacts_named(phone))
    assert after == before


def test_texts_that_name_the_company_as_it_was_are_told_and_published_anew() -> None:
    company_make()
    assert not any(row.is_stale for row in editions())

    sender_save(channel="sms", name="ПАО «Другой»", address="Пермь", contract="№ 9")
    stale = {row.kind for row in editions() if row.is_stale}

    assert stale == set(DocumentKind) - {DocumentKind.PEP_RULES}
    assert documents_refresh() == len(stale)
    assert documents_refresh() == 0
    assert "ПАО «Другой»" in document_public(kind="policy").text
    assert edition_of("pd_service").number == 2
    assert edition_of("pep_rules").number == 1


def test_a_text_with_an_open_draft_is_not_refreshed_behind_its_author() -> None:
    company_make()
    draft_of(title="В работе")
    company_save(details=DETAILS)

    assert documents_refresh() == len(DEFAULT_TEXTS) - 1
    assert edition_of("pd_service").number == 1


def test_the_same_requisites_once_more_add_no_row() -> None:
    first = company_save(details=DETAILS)

    assert company_save(details=DETAILS) == first
    assert company_save(details=replace(DETAILS, address="Тверь")) != first
    assert Company.objects.count() == 2


def test_what_no_text_names_makes_no_text_stale() -> None:
    company_make()
    profile = Company.objects.get()
    same = CompanyDetails(**{name: getattr(profile, name) for name in CompanyDetails.__slots__})

    company_save(details=replace(same, accent="#000000", support_phone="8 800 000-11-11"))

    assert not any(row.is_stale for row in editions())


def test_a_sender_of_a_channel_is_replaced_by_the_next() -> None:
    sender_save(channel="sms", name="АО «Путь»", address="Тверь", contract="№ 1")
    sender_save(channel="sms", name="  АО\n«Путь-2» ", address="Тверь", contract="№ 2")

    assert (
        sender_save(channel="sms", name="АО «Путь-2»", address="Тверь", contract="№ 2")
        == Sender.objects.latest("id").pk
    )
    assert [row.name for row in Sender.objects.order_by("id")] == ["АО «Путь»", "АО «Путь-2»"]
    assert next(row.name for row in senders() if row.channel == "sms") == "АО «Путь-2»"


def test_the_hash_of_an_edition_tells_every_part_of_it() -> None:
    company_make()
    hashes = {edition_of("pd_service").body_sha256}
    for name, value in (("title", "Другое"), ("checkbox", "Другое"), ("body", SERVICE.body + "\nещё")):
        edition_publish(edition_id=draft_of(SERVICE, **{name: value}))
        hashes.add(edition_of("pd_service").body_sha256)
    sender_save(channel="sms", name="ПАО «Другой»", address="Пермь", contract="№ 9")
    edition_publish(edition_id=draft_of(body=SERVICE.body + "\nещё"))
    hashes.add(edition_of("pd_service").body_sha256)

    assert len(hashes) == 5


def test_a_text_of_one_channel_as_each_once_had_is_kept_and_asked_no_more() -> None:
    CompanyFactory()
    old = EditionFactory(
        document=DocumentFactory(channel="sms"), status=DocumentStatus.PUBLISHED, published_at=timezone.now()
    )
    assert DocumentKind.PD_SERVICE in texts_missing()
    with pytest.raises(DocumentMissing):
        edition_to_begin_with(kind="pd_service")

    assert documents_install_defaults() == len(DEFAULT_TEXTS)

    assert [(row.channel, row.is_stale) for row in editions() if row.edition_id == old.pk] == [("sms", False)]
    assert edition_of("pd_service").document.channel == ""
    assert documents_refresh() == texts_stale() == len(texts_missing()) == 0
    assert edition_source(edition_id=old.pk).channel == "sms"


def test_texts_that_are_not_in_force_are_told_by_their_kind() -> None:
    assert texts_missing() == list(DocumentKind)
    company_make()
    assert texts_missing() == []

    Edition.objects.filter(pk__in=[edition_of(kind).pk for kind in ("ads", "policy")]).update(status="retired")

    assert texts_missing() == [DocumentKind.ADS, DocumentKind.POLICY]
    assert BLOCKING & set(texts_missing()) == {DocumentKind.POLICY}


def test_a_preview_of_a_draft_shows_the_company_as_it_is_now() -> None:
    company_make()
    edition_id = draft_of()
    sender_save(channel="sms", name="ПАО «Другой»", address="Пермь", contract="№ 9")

    preview = document_preview(edition_id=edition_id, channels=[Channel.SMS, Channel.EMAIL])

    assert "ПАО «Другой»" in preview.text
    assert "Редакция № 2, черновик" in preview.text
    assert "+79160000000" in preview.text
    assert "anna@example.ru" in preview.text
