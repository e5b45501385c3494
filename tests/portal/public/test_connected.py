"""A channel without a provider is not offered: no code that never comes, no permission that nobody can use."""

import pytest
from pytest_django import Settings

from consents.enums import ContactKind
from consents.models import Customer
from notify.enums import MessageKind
from notify.models import Message
from portal.models import PersonSession
from tests.portal.public.people import Walker, contact_of, customer_make, link_for


@pytest.fixture(autouse=True)
def _mail_alone(settings: Settings) -> None:
    """A server as it is installed: e-mail by SMTP, nothing else."""
    settings.SANDBOX = False


def at_the_choice(customer: Customer) -> Walker:
    """A browser that is asked where to send the code."""
    walker = Walker()
    walker.open_link(link_for(customer))
    return walker


def test_a_code_is_offered_by_mail_alone(customer: Customer) -> None:
    walker = at_the_choice(customer)

    assert "i•••@y•••.ru" in walker.text
    assert "+7 9" not in walker.text

    walker.press("/me/code/send/", contact=str(contact_of(customer, ContactKind.PHONE).uuid))
    assert not Message.objects.filter(kind=MessageKind.CODE).exists()


def test_who_has_a_phone_alone_is_told_that_there_is_no_way(company: None) -> None:
    walker = at_the_choice(customer_make(email=""))

    assert "Отправить код некуда" in walker.text
    assert "Получить код" not in walker.text


def test_the_entrance_asks_for_an_address_whoever_stands_there(customer: Customer) -> None:
    answers = []
    for phone in ("8 916 123-45-12", "8 916 999-99-99"):
        walker = Walker()
        walker.press("/", value=phone)
        answers.append((walker.page.status_code, "Введите адрес электронной почты" in walker.text))

    assert answers == [(400, True)] * 2
    assert not PersonSession.objects.exists()


def test_channels_contacts_and_the_personal_page_offer_mail_alone(customer: Customer) -> None:
    walker = at_the_choice(customer)
    walker.prove(contact_of(customer, ContactKind.EMAIL))

    assert walker.where == "/me/channels/"
    assert "/me/contacts/email/" in walker.text
    assert "/me/contacts/phone/" not in walker.text
    assert walker.get("/me/contacts/phone/").request["PATH_INFO"] == "/me/channels/"

    walker.get("/me/channels/")
    assert 'value="email"' in walker.text
    assert 'value="sms"' not in walker.text
    assert 'value="max"' not in walker.text

    walker.get("/me/home/")
    assert "Электронная почта" in walker.text
    assert "СМС" not in walker.text
    assert "MAX" not in walker.text
