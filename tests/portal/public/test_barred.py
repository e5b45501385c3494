"""Whose operator lets no mailings through is told so and offered the other channels; codes by SMS go on."""

import re

import pytest

from consents.enums import StopReason
from consents.models import Customer, Stop
from notify.enums import MessageKind
from notify.models import Message
from tests.factories.consents import StopFactory
from tests.portal.public.people import (
    Walker,
    answered,
    code_now,
    contact_of,
    customer_make,
    half_an_hour_later,
    link_for,
    walked_to_level_one,
)

WARNING = "СМС до вас не дойдут."
TAG = "Оператор не пропускает СМС"


@pytest.fixture
def barred(customer: Customer) -> Customer:
    """The customer has forbidden mailings at the operator."""
    bar(customer)
    return customer


def bar(customer: Customer) -> Stop:
    """The provider has told that nothing comes through to the number."""
    phone = contact_of(customer)
    stop: Stop = StopFactory(customer=None, kind="phone", value=phone.value, reason=StopReason.BARRED)
    return stop


def card(page: str, channel: str) -> str:
    """The box of a channel."""
    found = re.search(rf'<input type="checkbox" id="channel_{channel}"[^>]*>', page)
    assert found
    return found[0]


def row(page: str, channel: str) -> str:
    """The switch of service messages on a channel."""
    service = page.partition("Сервисные сообщения")[2].partition("</section>")[0]
    return next(one for one in service.split("<li>") if channel in one)


def test_a_code_by_sms_still_goes_there(barred: Customer) -> None:
    walker = Walker()
    walker.open_link(link_for(barred))
    assert "СМС на номер" in walker.text

    walker.press("/me/code/send/", contact=str(contact_of(barred).uuid))

    assert Message.objects.get(kind=MessageKind.CODE).channel == "sms"
    walker.press("/me/code/enter/", code=code_now())
    assert walker.where == "/me/channels/"


def test_the_channels_say_why_and_propose_the_others(barred: Customer) -> None:
    walker = walked_to_level_one(barred)

    assert WARNING in walker.text
    number = "+7\N{NO-BREAK SPACE}916\N{NO-BREAK SPACE}123\N{NON-BREAKING HYPHEN}45\N{NON-BREAKING HYPHEN}12"
    assert f"На номере {number} включён запрет рассылок у оператора." in walker.text
    assert "Выберите другой канал: MAX, почта." in walker.text
    assert TAG in walker.text
    assert ("disabled" in card(walker.text, "sms"), "disabled" in card(walker.text, "email")) == (True, False)


def test_nobody_else_reads_of_it(customer: Customer) -> None:
    walker = walked_to_level_one(customer)

    assert WARNING not in walker.text
    assert "disabled" not in card(walker.text, "sms")


def test_sms_cannot_be_chosen_even_by_a_form_of_ones_own(barred: Customer) -> None:
    walker = walked_to_level_one(barred)

    walker.choose("sms")
    assert walker.page.status_code == 400

    walker.choose("sms", "email")
    assert walker.where == "/me/code/"


def test_another_number_is_taken_as_ever(barred: Customer) -> None:
    walker = walked_to_level_one(barred)
    half_an_hour_later()
    walker.press("/me/contacts/phone/", value="8 926 765-43-21")
    walker.press("/me/code/enter/", code=code_now())

    walker.get("/me/channels/")

    assert WARNING not in walker.text
    assert "disabled" not in card(walker.text, "sms")


def test_a_company_without_another_channel_says_what_is_left(company: None, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = customer_make(email="")
    bar(customer)
    monkeypatch.setattr("portal.public.views.channels.channels_connected", lambda: frozenset({"sms"}))

    walker = walked_to_level_one(customer)

    assert "Другого канала у нас пока нет. Снять запрет можно у оператора, потом сообщите нам." in walker.text


def test_the_personal_page_asks_for_no_yes_and_takes_a_no(customer: Customer) -> None:
    bar(customer)
    walker = walked_to_level_one(customer)

    walker.get("/me/home/")

    sms, mail = row(walker.text, "СМС"), row(walker.text, "Электронная почта")
    assert "не доходит" in sms
    assert "У оператора включён запрет рассылок." in sms
    assert ("Разрешить" in sms, "Разрешить" in mail) == (False, True)
    assert "Не писать сюда" in sms
    assert "У оператора" not in mail
    assert walker.text.count("У оператора включён запрет рассылок.") == 1


def test_a_yes_of_before_the_ban_does_not_read_as_if_it_worked(customer: Customer) -> None:
    walker = answered(customer)
    walker.get("/me/home/")
    assert "включено" in row(walker.text, "СМС")

    bar(customer)
    walker.get("/me/home/")

    sms = row(walker.text, "СМС")
    assert ("включено" in sms, "не доходит" in sms, "Выключить" in sms) == (False, True, True)


def test_a_no_stays_a_no_on_the_page(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.choose("sms")
    walker.answer("refuse")
    bar(customer)

    walker.get("/me/home/")

    assert "отказ" in row(walker.text, "СМС")


def test_the_contacts_name_it_beside_the_number(barred: Customer) -> None:
    walker = walked_to_level_one(barred)

    walker.get("/me/contacts/")

    assert walker.text.count(TAG) == 1
    assert "наши СМС не доходят, и код может не прийти" in walker.text


def test_a_ban_that_was_lifted_is_over(customer: Customer) -> None:
    stop = bar(customer)
    Stop.objects.filter(pk=stop.pk).update(lifted_at=stop.created_at)

    assert WARNING not in walked_to_level_one(customer).text
