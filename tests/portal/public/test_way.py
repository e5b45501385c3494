"""The whole way of a customer, page by page, as a browser without scripts walks it."""

import re

from consents.enums import Channel, ContactKind, EventKind, Purpose, StateValue
from consents.models import ConsentEvent, ConsentState, Customer, Receipt
from portal.models import PersonSession
from tests.portal.public.people import (
    Walker,
    code_now,
    contact_of,
    half_an_hour_later,
    link_for,
    newest_link,
    walked_to_level_one,
)


def kinds() -> list[str]:
    """Kinds of all events, in their order."""
    return list(ConsentEvent.objects.order_by("id").values_list("kind", flat=True))


def test_the_whole_way_from_the_link_to_the_receipt(customer: Customer, walker: Walker) -> None:
    walker.open_link(link_for(customer))
    assert walker.where == "/me/"
    assert "+7 9•• •••-••-12" in walker.text

    walker.prove(contact_of(customer))
    assert walker.where == "/me/channels/"

    walker.choose(Channel.SMS)
    assert walker.where.startswith("/me/consent/")
    assert customer.name in walker.text

    walker.answer("grant")

    assert walker.where == "/me/done/"
    assert "Присылать вам предложения" in walker.text
    receipt = Receipt.objects.get(customer=customer)
    assert receipt.number in walker.text
    assert kinds() == [EventKind.CONTACT_CONFIRMED, EventKind.GRANTED]
    state = ConsentState.objects.get(customer=customer)
    assert (state.purpose, state.channel, state.value) == (Purpose.SERVICE, Channel.SMS, StateValue.GRANTED)
    kept = state.event.evidence.personal
    assert (kept["http_method"], kept["link"]) == ("POST", str(newest_link().pk))


def test_the_way_is_counted_stage_by_stage_on_the_link(customer: Customer, walker: Walker) -> None:
    walker.open_link(link_for(customer))
    link = newest_link()
    assert (link.visited_at, link.confirmed_at, link.consented_at) == (None, None, None)

    walker.prove(contact_of(customer))
    link.refresh_from_db()
    assert link.visited_at is not None
    assert link.confirmed_at is not None
    assert link.consented_at is None

    walker.choose(Channel.SMS)
    walker.answer("grant")
    link.refresh_from_db()
    assert link.consented_at is not None


def test_a_refusal_is_as_easy_as_a_yes_and_is_recorded(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.choose(Channel.SMS)

    walker.answer("refuse")

    assert walker.where == "/me/done/"
    assert "Присылать вам предложения" not in walker.text
    assert ConsentState.objects.get(customer=customer).value == StateValue.REFUSED


def test_a_yes_without_the_tick_is_asked_again_and_nothing_is_recorded(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.choose(Channel.SMS)

    walker.press(walker.where, decision="grant", shown=walker.hidden("shown"))

    assert walker.page.status_code == 400
    assert "поставьте отметку" in walker.text
    assert not ConsentState.objects.exists()


def test_deciding_later_is_recorded_as_shown_and_leads_on(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.choose(Channel.SMS)

    walker.answer("later")

    assert not walker.where.startswith("/me/consent/")
    assert kinds()[-1] == EventKind.SHOWN
    assert not ConsentState.objects.exists()


def test_the_box_is_never_ticked_when_the_page_is_drawn(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.choose(Channel.SMS)

    assert 'type="checkbox"' in walker.text
    assert "checked" not in walker.text


def test_a_channel_whose_contact_is_not_proven_asks_for_a_code_through_it_first(customer: Customer) -> None:
    walker = walked_to_level_one(customer)

    walker.choose(Channel.SMS, Channel.EMAIL)
    assert walker.where == "/me/code/"
    from_code = walker.press("/me/code/enter/", code=code_now())
    assert from_code.request["PATH_INFO"].startswith("/me/consent/")
    assert contact_of(customer, ContactKind.EMAIL).confirmed_at is not None


def test_one_consent_is_one_screen_one_text_and_one_event(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.choose(Channel.SMS)
    walker.answer("grant")
    walker.press("/me/offers/")

    seen = []
    while walker.where.startswith("/me/consent/"):
        assert walker.text.count('type="checkbox"') == 1
        seen.append(walker.where)
        walker.answer("grant")

    assert len(seen) == len(set(seen)) == 2
    granted = ConsentEvent.objects.filter(kind=EventKind.GRANTED).values_list("purpose", flat=True)
    assert sorted(granted) == sorted([Purpose.SERVICE, Purpose.PROMOTION, Purpose.ADVERTISING])


def test_one_text_asks_for_every_chosen_channel_and_each_ends_by_itself(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.choose(Channel.SMS, Channel.EMAIL)
    walker.press("/me/code/enter/", code=code_now())
    assert "СМС на номер +79161234512; почта ivan@yandex.ru" in walker.text

    walker.answer("grant")

    assert walker.where == "/me/done/"
    states = ConsentState.objects.values_list("channel", "value").order_by("channel")
    assert list(states) == [("email", "granted"), ("sms", "granted")]
    assert Receipt.objects.get().event_ids == list(
        ConsentEvent.objects.filter(kind=EventKind.GRANTED).order_by("id").values_list("id", flat=True)
    )
    walker.get("/me/home/")
    walker.press("/me/home/withdraw/", purpose="service", channel="sms", key=walker.hidden("key"))
    states = ConsentState.objects.values_list("channel", "value").order_by("channel")
    assert list(states) == [("email", "granted"), ("sms", "withdrawn")]


def test_a_channel_added_later_is_asked_for_alone(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.choose(Channel.SMS)
    walker.answer("grant")

    walker.press("/me/home/allow/", purpose="service", channel="email")
    walker.press("/me/code/enter/", code=code_now())

    assert "почта ivan@yandex.ru" in walker.text
    assert "СМС на номер" not in walker.text
    walker.answer("grant")
    assert ConsentState.objects.filter(value=StateValue.GRANTED).count() == 2


def test_choices_are_kept_and_max_left_out_leads_back_to_them(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.choose(Channel.SMS, Channel.MAX)
    assert walker.where == "/me/max/"
    assert "?start=" in walker.text

    walker.press("/me/max/skip/")

    assert walker.where == "/me/channels/"
    assert re.findall(r'value="(\w+)" checked', walker.text) == ["sms"]
    walker.choose(Channel.SMS)
    assert walker.where.startswith("/me/consent/")


def test_going_back_to_an_answered_text_says_so(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.choose(Channel.SMS)
    address = walker.where
    walker.answer("grant")

    walker.get(address)

    assert walker.where == "/me/done/"
    assert "На этот текст вы уже ответили" in walker.text


def test_changing_nothing_is_an_answer_too(customer: Customer) -> None:
    walker = walked_to_level_one(customer)

    walker.press("/me/channels/", decision="keep")

    assert walker.where == "/me/home/"
    assert "Ничего не изменилось" in walker.text
    assert not ConsentState.objects.exists()


def test_a_no_with_a_ticked_box_is_asked_once(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.choose(Channel.SMS)

    walker.press(walker.where, decision="refuse", read="on", shown=walker.hidden("shown"))
    assert walker.page.status_code == 400
    assert "Отметка стояла, а нажато «Не разрешаю»" in walker.text
    assert not ConsentState.objects.exists()

    walker.answer("refuse")
    state = ConsentState.objects.get()
    assert (state.value, state.event.evidence.personal["box"]) == (StateValue.REFUSED, "empty")


def test_a_form_sent_without_a_button_answers_nothing(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.choose(Channel.SMS)
    buttons = re.findall(r"<button[^>]*>", walker.text[walker.text.index('id="answer"') :])

    # What Enter presses; WebKit passes over a button that is not drawn.
    assert buttons[0] == '<button class="visually-hidden" type="submit" tabindex="-1" aria-hidden="true">'
    walker.press(walker.where, read="on", shown=walker.hidden("shown"))
    assert walker.where.startswith("/me/consent/")
    assert not ConsentState.objects.exists()


def test_refusing_the_data_for_offers_asks_no_more_about_advertising(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.choose(Channel.SMS)
    walker.answer("grant")
    walker.press("/me/offers/")

    walker.answer("refuse")

    assert walker.where == "/me/done/"
    assert not ConsentState.objects.filter(purpose=Purpose.ADVERTISING).exists()


def test_who_has_answered_before_lands_on_the_personal_page(customer: Customer) -> None:
    first = walked_to_level_one(customer)
    first.choose(Channel.SMS)
    first.answer("grant")

    again = Walker()
    again.open_link(link_for(customer))
    half_an_hour_later()
    again.prove(contact_of(customer))

    assert again.where == "/me/home/"


def test_no_personal_value_is_kept_in_the_visit(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.choose(Channel.SMS)
    walker.press("/me/contacts/email/", value="novaya@yandex.ru")

    kept = str(PersonSession.objects.latest("id").progress)

    assert "novaya" not in kept
    assert "9161234512" not in kept
    assert customer.name not in kept
