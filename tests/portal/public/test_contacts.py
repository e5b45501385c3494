"""Contacts: a new one by its own code, a notice to the old one, a day to take it back (level 2)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from consents.customers.contacts_read import contacts_to_tell
from consents.enums import ContactKind, EventKind, LineType
from consents.models import ConsentEvent, ConsentState, ContactPoint, Customer, Verification
from notify.enums import LinkScope, MessageKind, MessageState
from notify.links.issuing import IssuedLink, LinkOrder, links_prepare
from notify.models import Message
from portal.models import PersonSession
from tests.factories.consents import ContactPointFactory
from tests.portal.public.people import (
    Walker,
    code_now,
    contact_of,
    customer_make,
    half_an_hour_later,
    walked_to_level_one,
)

NEW = "8 926 765-43-21"


def changed(customer: Customer) -> Walker:
    """A browser in which the phone has just been changed."""
    walker = walked_to_level_one(customer)
    half_an_hour_later()
    walker.press("/me/contacts/phone/", value=NEW)
    walker.press("/me/code/enter/", code=code_now())
    return walker


def cancel_link(customer: Customer, replaced: ContactPoint | None = None) -> IssuedLink:
    """The link of the notice to the old contact, as its message makes it when it leaves."""
    notices = Message.objects.filter(customer=customer, kind=MessageKind.NOTICE, context__has_key="replaced")
    message = notices.get(**({"context__replaced": str(replaced.pk)} if replaced else {}))
    assert message.context["notice"] in ("contact_changed", "phone_changed")
    lease = uuid4()
    Message.objects.filter(pk=message.pk).update(state=MessageState.CLAIMED, lease=lease)
    order = LinkOrder(message.pk, None, timezone.now() + timedelta(hours=24), LinkScope.CANCEL_CHANGE)
    return links_prepare(orders=[order], channel=message.channel, lease=lease)[message.pk]


def test_own_contacts_are_shown_whole_after_the_code(customer: Customer) -> None:
    walker = walked_to_level_one(customer)

    assert "916" in walker.text
    assert "ivan@yandex.ru" in walker.text


def test_a_new_number_counts_only_after_its_own_code(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    half_an_hour_later()

    walker.press("/me/contacts/phone/", value=NEW)
    assert walker.where == "/me/code/"
    assert contact_of(customer).value == "+79161234512"

    walker.press("/me/code/enter/", code=code_now())
    assert contact_of(customer).value == "+79267654321"
    assert PersonSession.objects.get().level == 2
    assert ConsentEvent.objects.filter(kind=EventKind.CONTACT_CHANGED, level=2).count() == 1


def test_a_change_tells_the_old_contact_at_once(customer: Customer) -> None:
    old = contact_of(customer)

    changed(customer)

    notice = Message.objects.get(kind=MessageKind.NOTICE)
    assert (notice.channel, notice.contact_point_id) == ("sms", old.pk)


def landline_changed(customer: Customer) -> Walker:
    """A browser let in by a code to the e-mail, in which a landline has just been replaced."""
    ContactPoint.objects.filter(customer=customer, kind=ContactKind.PHONE).update(
        value="+74951234567", line_type=LineType.FIXED
    )
    walker = walked_to_level_one(customer, ContactKind.EMAIL)
    half_an_hour_later()
    walker.press("/me/contacts/phone/", value=NEW)
    walker.press("/me/code/enter/", code=code_now())
    return walker


def test_a_change_of_a_landline_tells_every_other_contact_that_takes_messages(customer: Customer) -> None:
    email = contact_of(customer, ContactKind.EMAIL)
    account = ContactPointFactory(customer=customer, max=True)

    landline_changed(customer)

    notices = Message.objects.filter(kind=MessageKind.NOTICE)
    assert set(notices.values_list("channel", "contact_point_id")) == {("email", email.pk), ("max", account.pk)}
    assert {message.context["notice"] for message in notices} == {"phone_changed"}


def test_neither_the_new_number_nor_a_closed_dialogue_is_told_of_a_replaced_landline(company: None) -> None:
    customer = customer_make(phone="", email="")
    old = ContactPointFactory(customer=customer, line_type=LineType.FIXED, is_current=False)
    new = ContactPointFactory(customer=customer)
    ContactPointFactory(customer=customer, max=True, max_chat_id=None)

    assert contacts_to_tell(customer_id=customer.pk, replaced_id=old.pk, new_id=new.pk) == []


def test_a_landline_is_brought_back_by_the_link_that_went_to_the_email(customer: Customer) -> None:
    landline_changed(customer)
    owner = Walker()
    owner.open_link(cancel_link(customer))

    owner.press("/me/cancel/")

    assert owner.where == "/me/cancelled/"
    assert contact_of(customer).value == "+74951234567"
    assert contact_of(customer, ContactKind.EMAIL).value == "ivan@yandex.ru"


def test_adding_where_there_was_none_tells_the_other_contacts(company: None) -> None:
    customer = customer_make(phone="")
    walker = walked_to_level_one(customer, ContactKind.EMAIL)
    half_an_hour_later()

    walker.press("/me/contacts/phone/", value=NEW)
    walker.press("/me/code/enter/", code=code_now())

    notice = Message.objects.get(kind=MessageKind.NOTICE)
    assert (notice.context["notice"], notice.channel) == ("contact_added", "email")
    assert ConsentEvent.objects.filter(kind=EventKind.CONTACT_ADDED).count() == 1


def test_the_old_owner_takes_the_change_back_by_the_link_alone(customer: Customer) -> None:
    changed(customer)
    owner = Walker()

    owner.open_link(cancel_link(customer))
    assert "Вернуть прежний контакт?" in owner.text
    owner.press("/me/cancel/")

    assert owner.where == "/me/cancelled/"
    assert contact_of(customer).value == "+79161234512"
    assert ConsentEvent.objects.filter(kind=EventKind.CONTACT_RESTORED, level=0).count() == 1


def test_taking_a_change_back_ends_every_visit_of_the_customer(customer: Customer) -> None:
    intruder = changed(customer)
    assert intruder.get("/me/contacts/").status_code == 200
    owner = Walker()
    owner.open_link(cancel_link(customer))

    owner.press("/me/cancel/")

    assert intruder.get("/me/contacts/").status_code == 403
    assert not PersonSession.objects.filter(ended_at=None).exists()


def test_a_form_for_a_new_contact_left_open_in_another_tab_adds_it_to_nobody_else(customer: Customer) -> None:
    first = walked_to_level_one(customer)
    mark = first.hidden_of("/me/contacts/phone/", "visit")
    second = walked_to_level_one(customer_make(phone="+79160000001", email="other@yandex.ru"))

    assert second.press("/me/contacts/phone/", value=NEW, visit=mark).status_code == 409
    assert not Verification.objects.filter(is_new_contact=True).exists()


def test_taking_it_back_twice_is_one_event(customer: Customer) -> None:
    changed(customer)
    link = cancel_link(customer)
    for _ in range(2):
        owner = Walker()
        owner.open_link(link)
        owner.press("/me/cancel/")

    assert ConsentEvent.objects.filter(kind=EventKind.CONTACT_RESTORED).count() == 1


def test_after_a_day_it_cannot_be_taken_back(customer: Customer) -> None:
    changed(customer)
    link = cancel_link(customer)
    ContactPoint.objects.exclude(closed_at=None).update(closed_at=timezone.now() - timedelta(hours=25))
    owner = Walker()
    owner.open_link(link)

    owner.press("/me/cancel/")

    assert owner.page.status_code == 409
    assert "Отменить замену уже нельзя" in owner.text
    assert contact_of(customer).value == "+79267654321"


def test_the_consent_for_the_old_number_does_not_move_to_the_new_one(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.choose("sms")
    walker.answer("grant")
    half_an_hour_later()

    walker.press("/me/contacts/phone/", value=NEW)
    walker.press("/me/code/enter/", code=code_now())

    assert ConsentState.objects.get(contact_point__value="+79161234512")
    walker.get("/me/home/")
    assert "контакт сменился" in walker.text


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("phone", "8 495 123-45-67", "Городской номер не принимает СМС"),
        ("phone", "123", "не хватает цифр"),
        ("phone", "", "Введите номер телефона"),
        ("email", "ivan.yandex.ru", "один знак @"),
        ("email", "", "Введите адрес"),
        ("phone", "+1 202 555 0143", ""),
    ],
)
def test_a_value_that_cannot_be_taken_is_explained_and_nothing_changes(
    customer: Customer, kind: str, value: str, words: str
) -> None:
    walker = walked_to_level_one(customer)

    walker.press(f"/me/contacts/{kind}/", value=value)

    assert walker.page.status_code in (400, 409)
    assert words in walker.text
    assert contact_of(customer).value == "+79161234512"
