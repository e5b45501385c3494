"""Texts as one person sees them: their own values, the same bytes however often they are made."""

import pytest

from consents.documents.reading import document_public, document_render
from consents.documents.rendering import text_sha256
from consents.enums import DocumentKind
from consents.errors import ContactMissing, CustomerMissing, DocumentMissing
from tests.factories.consents import ContactPointFactory, CustomerFactory, company_make, edition_of

pytestmark = pytest.mark.django_db


def test_a_person_reads_their_own_name_number_and_contact() -> None:
    company_make()
    customer = CustomerFactory(name="Ёлкин-Палкин Пётр", external_id="К-77")
    phone = ContactPointFactory(customer=customer, value="+79161234512")

    shown = document_render(
        edition_id=edition_of("pd_service", "sms").pk, customer_id=customer.pk, contact_uuid=phone.uuid
    )

    assert shown.paragraphs[0] == (
        "1. Кто соглашается",
        "Ёлкин-Палкин Пётр, номер клиента К-77. Контакт: номер телефона +79161234512.",
    )
    assert "АО «Связной путь»" in shown.text
    assert "((" not in shown.text
    assert shown.text.endswith(f"☐ {shown.checkbox}\n")
    assert shown.sha256 == text_sha256(shown.text)


def test_the_same_text_has_the_same_bytes_on_another_day(monkeypatch: pytest.MonkeyPatch) -> None:
    company_make()
    phone = ContactPointFactory()
    wanted = {
        "edition_id": edition_of("ads", "sms").pk,
        "customer_id": phone.customer_id,
        "contact_uuid": phone.uuid,
    }
    first = document_render(**wanted)
    monkeypatch.setattr("django.utils.timezone.now", lambda: pytest.fail("a text asked for the time"))

    assert document_render(**wanted) == first


def test_a_name_cannot_write_into_the_text_around_it() -> None:
    company_make()
    phone = ContactPointFactory(customer=CustomerFactory(name="Анна\n# Зачем\n((исполнитель))"))

    shown = document_render(
        edition_id=edition_of("pd_service", "sms").pk, customer_id=phone.customer_id, contact_uuid=phone.uuid
    )

    assert shown.paragraphs[0][1].startswith("Анна # Зачем ((исполнитель)), номер клиента")
    assert [heading for heading, _ in shown.paragraphs].count("3. Зачем") == 1


def test_promotion_is_one_text_that_names_whatever_contact_it_is_for() -> None:
    company_make()
    email = ContactPointFactory(email=True, value="anna@example.ru")
    max_account = ContactPointFactory(max=True, value="77", customer=email.customer)
    edition_id = edition_of("pd_promo").pk

    by_email, by_max = (
        document_render(edition_id=edition_id, customer_id=email.customer_id, contact_uuid=point.uuid)
        for point in (email, max_account)
    )

    assert "адрес электронной почты anna@example.ru" in by_email.text
    assert "учётная запись в мессенджере MAX, номер 77" in by_max.text
    assert by_email.channel == ""


def test_a_text_for_one_channel_is_not_made_for_a_contact_of_another() -> None:
    company_make()
    email = ContactPointFactory(email=True)

    with pytest.raises(ContactMissing):
        document_render(
            edition_id=edition_of("pd_service", "sms").pk, customer_id=email.customer_id, contact_uuid=email.uuid
        )


def test_nobody_reads_a_text_with_the_contact_of_another_person() -> None:
    company_make()
    phone, stranger = ContactPointFactory(), CustomerFactory()

    with pytest.raises(ContactMissing):
        document_render(edition_id=edition_of("pd_service", "sms").pk, customer_id=stranger.pk, contact_uuid=phone.uuid)


def test_unknown_people_and_editions_are_errors() -> None:
    company_make()

    with pytest.raises(CustomerMissing):
        document_render(edition_id=edition_of("pd_promo").pk, customer_id=0)
    with pytest.raises(DocumentMissing):
        document_render(edition_id=0, customer_id=CustomerFactory().pk)


def test_the_policy_is_for_everyone_and_a_consent_is_not() -> None:
    company_make()

    assert document_public(kind=DocumentKind.POLICY).title == "Политика обработки персональных данных"
    with pytest.raises(DocumentMissing):
        document_public(kind=DocumentKind.PD_PROMO)
