"""A one-time code in MAX: offered when the DPO and a contract allow it, to an account that is linked and open."""

import pytest

from consents.enums import ContactKind, EventKind
from consents.models import ConsentEvent, ContactPoint, Customer, Verification
from notify.channel_settings import codes_switch
from notify.models import Message
from tests.factories.consents import ContactPointFactory
from tests.factories.notify import contract_make
from tests.portal.public.people import Walker, code_now, link_for

pytestmark = pytest.mark.django_db
OFFER = "Сообщение в"


@pytest.fixture
def account(customer: Customer) -> ContactPoint:
    return ContactPointFactory(customer=customer, max=True)


@pytest.fixture
def allowed() -> None:
    codes_switch(channel="max", is_on=True)
    contract_make("authorization")


def opened(customer: Customer) -> Walker:
    walker = Walker()
    walker.open_link(link_for(customer))
    return walker


def test_without_the_switch_it_is_not_offered_and_not_sent(customer: Customer, account: ContactPoint) -> None:
    contract_make("authorization", "service")
    walker = opened(customer)

    assert OFFER not in walker.text
    walker.press("/me/code/send/", contact=str(account.uuid))
    assert "Выберите, куда прислать код" in walker.text
    assert not Verification.objects.exists()


@pytest.mark.usefixtures("allowed")
def test_a_right_code_from_max_opens_the_page_and_is_written_down(customer: Customer, account: ContactPoint) -> None:
    walker = opened(customer)
    assert OFFER in walker.text
    assert account.value not in walker.text

    walker.press("/me/code/send/", contact=str(account.uuid))
    assert "Мы отправили код в" in walker.text
    assert Message.objects.get().channel == "max"
    walker.press("/me/code/enter/", code=code_now())

    assert walker.where == "/me/channels/"
    event = ConsentEvent.objects.get(kind=EventKind.CONTACT_CONFIRMED)
    assert (event.channel, event.method, event.contact) == ("max", "link+max_code", account.uuid)


@pytest.mark.usefixtures("allowed")
def test_an_account_whose_dialogue_is_over_takes_no_code(customer: Customer, account: ContactPoint) -> None:
    ContactPoint.objects.filter(pk=account.pk).update(max_chat_id=None)

    assert OFFER not in opened(customer).text


@pytest.mark.usefixtures("allowed")
def test_nobody_types_an_account_of_max_in(customer: Customer) -> None:
    walker = opened(customer)
    walker.prove(ContactPoint.objects.get(customer=customer, kind=ContactKind.PHONE))

    walker.get("/me/channels/")
    assert "/me/contacts/max/" not in walker.text
    walker.get("/me/contacts/")
    assert "/me/contacts/max/" not in walker.text
