"""Texts as one person sees them: their own values, the same bytes however often they are made."""

from typing import Any

import pytest
from django.utils import timezone

from consents.documents.publishing import documents_refresh, sender_save
from consents.documents.reading import document_public, document_render
from consents.documents.rendering import text_sha256
from consents.enums import Channel, DocumentKind
from consents.errors import ContactMissing, CustomerMissing, DocumentMissing
from tests.factories.consents import ContactPointFactory, CustomerFactory, company_make, contacts_named, edition_of

pytestmark = pytest.mark.django_db


def test_a_person_reads_their_own_name_number_and_contacts() -> None:
    company_make()
    customer = CustomerFactory(name="Ёлкин-Палкин Пётр", external_id="К-77")
    phone = ContactPointFactory(customer=customer, value="+79161234512")
    email = ContactPointFactory(email=True, customer=customer, value="petr@example.ru")

    shown = document_render(
        edition_id=edition_of("pd_service").pk, customer_id=customer.pk, contacts=contacts_named(phone, email)
    )

    contacts = "СМС на номер +79161234512; почта petr@example.ru"
    assert shown.paragraphs[0] == (
        "1. Кто соглашается",
        "Я, Ёлкин-Палкин Пётр, номер клиента К-77, свободно, своей волей и в своём интересе даю это согласие.",
    )
    assert dict(shown.paragraphs)["4. Куда писать"].startswith(f"Только сюда: {contacts}. Это и согласие абонента")
    assert (
        f"Куда: {contacts}."
        in document_render(
            edition_id=edition_of("ads").pk, customer_id=customer.pk, contacts=contacts_named(phone, email)
        ).summary
    )
    assert "АО «Связной путь»" in shown.text
    assert "((" not in shown.text
    assert shown.text.endswith(f"☐ {shown.checkbox}\n")
    assert shown.sha256 == text_sha256(shown.text)


def test_the_short_lines_stand_on_top_of_the_text_and_are_part_of_its_hash() -> None:
    company_make()
    phone = ContactPointFactory()

    shown = document_render(
        edition_id=edition_of("pd_service").pk, customer_id=phone.customer_id, contacts=contacts_named(phone)
    )

    assert shown.edition_line == f"Редакция № 1 от {shown.published_on}"
    assert len(shown.summary) == 4
    assert "Сколько: до отзыва." in shown.summary
    head = "\n\n".join([shown.title, shown.edition_line, "\n".join(shown.summary), "1. Кто соглашается\n"])
    assert shown.text.startswith(head)
    assert not any("Коротко" in heading for heading, _ in shown.paragraphs)


def test_a_reader_is_told_the_senders_of_the_channels_that_were_chosen() -> None:
    company_make()
    for channel, name in (("sms", "АО «Связной путь»"), ("email", "ООО «Почта»"), ("max", "ПАО «Бот»")):
        sender_save(channel=channel, name=name, address="Пермь", contract="№ 9")
    documents_refresh()
    phone = ContactPointFactory()
    email = ContactPointFactory(email=True, customer=phone.customer)

    by_phone, by_both = (
        document_render(
            edition_id=edition_of("ads").pk, customer_id=phone.customer_id, contacts=contacts_named(*points)
        )
        for points in ([phone], [phone, email])
    )

    assert dict(by_phone.paragraphs)["6. Кто отправляет"].startswith("По поручению оператора: АО «Связной путь», ")
    assert "ООО «Почта»" not in by_phone.text
    assert "ООО «Почта»" in by_both.text
    assert "АО «Связной путь»" in by_both.text
    assert "ПАО «Бот»" not in by_both.text
    assert "ПАО «Бот»" in document_public(kind=DocumentKind.POLICY).text


def test_the_same_text_has_the_same_bytes_on_another_day(monkeypatch: pytest.MonkeyPatch) -> None:
    company_make()
    phone = ContactPointFactory()
    wanted: dict[str, Any] = {
        "edition_id": edition_of("ads").pk,
        "customer_id": phone.customer_id,
        "contacts": contacts_named(phone),
    }
    first = document_render(**wanted)
    monkeypatch.setattr("django.utils.timezone.now", lambda: pytest.fail("a text asked for the time"))

    assert document_render(**wanted) == first


def test_a_name_cannot_write_into_the_text_around_it() -> None:
    company_make()
    phone = ContactPointFactory(customer=CustomerFactory(name="Анна\n# Зачем\n((исполнитель))"))

    shown = document_render(
        edition_id=edition_of("pd_service").pk, customer_id=phone.customer_id, contacts=contacts_named(phone)
    )

    assert shown.paragraphs[0][1].startswith("Я, Анна # Зачем ((исполнитель)), номер клиента")
    assert [heading for heading, _ in shown.paragraphs].count("3. Зачем") == 1


def test_one_text_names_whatever_contacts_it_is_for() -> None:
    company_make()
    email = ContactPointFactory(email=True, value="anna@example.ru")
    max_account = ContactPointFactory(max=True, value="77", customer=email.customer)
    edition_id = edition_of("pd_promo").pk

    by_email, by_max = (
        document_render(edition_id=edition_id, customer_id=email.customer_id, contacts=contacts_named(point)).text
        for point in (email, max_account)
    )

    assert "почта anna@example.ru" in by_email
    assert "MAX" not in by_email
    assert "MAX, служебный номер профиля 77" in by_max
    assert "anna@example.ru" not in by_max


def test_a_text_is_not_made_for_a_channel_that_its_contact_is_not_of() -> None:
    company_make()
    email = ContactPointFactory(email=True)

    with pytest.raises(ContactMissing):
        document_render(
            edition_id=edition_of("pd_service").pk, customer_id=email.customer_id, contacts={Channel.SMS: email.uuid}
        )


@pytest.mark.parametrize("changes", [{"is_current": False}, {"closed_at": timezone.now()}])
def test_a_text_is_not_made_when_one_of_its_contacts_is_over(changes: dict[str, Any]) -> None:
    company_make()
    phone = ContactPointFactory()
    email = ContactPointFactory(email=True, customer=phone.customer, **changes)

    with pytest.raises(ContactMissing):
        document_render(
            edition_id=edition_of("pd_service").pk,
            customer_id=phone.customer_id,
            contacts=contacts_named(phone, email),
        )


def test_nobody_reads_a_text_with_the_contact_of_another_person() -> None:
    company_make()
    phone, stranger = ContactPointFactory(), CustomerFactory()

    with pytest.raises(ContactMissing):
        document_render(edition_id=edition_of("pd_service").pk, customer_id=stranger.pk, contacts=contacts_named(phone))


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
