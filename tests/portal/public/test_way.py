"""The whole way of a customer, page by page, as a browser without scripts walks it."""

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
    assert walker.where == "/me/rules/"

    walker.accept_rules()
    assert walker.where.startswith("/me/consent/")
    assert customer.name in walker.text

    walker.answer("grant")

    assert walker.where == "/me/done/"
    assert "Присылать вам предложения" in walker.text
    receipt = Receipt.objects.get(customer=customer)
    assert receipt.number in walker.text
    assert kinds() == [EventKind.CONTACT_CONFIRMED, EventKind.RULES_ACCEPTED, EventKind.GRANTED]
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
    walker.accept_rules()
    walker.answer("grant")
    link.refresh_from_db()
    assert link.consented_at is not None


def test_a_refusal_is_as_easy_as_a_yes_and_is_recorded(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.choose(Channel.SMS)
    walker.accept_rules()

    walker.answer("refuse")

    assert walker.where == "/me/done/"
    assert "Присылать вам предложения" not in walker.text
    assert ConsentState.objects.get(customer=customer).value == StateValue.REFUSED


def test_a_yes_without_the_tick_is_asked_again_and_nothing_is_recorded(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.choose(Channel.SMS)
    walker.accept_rules()

    walker.press(walker.where, decision="grant", shown=walker.hidden("shown"))

    assert walker.page.status_code == 400
    assert "поставьте отметку" in walker.text
    assert not ConsentState.objects.exists()


def test_deciding_later_is_recorded_as_shown_and_leads_on(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.choose(Channel.SMS)
    walker.accept_rules()

    walker.answer("later")

    assert not walker.where.startswith("/me/consent/")
    assert kinds()[-1] == EventKind.SHOWN
    assert not ConsentState.objects.exists()


def test_the_box_is_never_ticked_when_the_page_is_drawn(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.choose(Channel.SMS)
    walker.accept_rules()

    assert 'type="checkbox"' in walker.text
    assert "checked" not in walker.text


def test_a_channel_whose_contact_is_not_proven_asks_for_a_code_through_it_first(customer: Customer) -> None:
    walker = walked_to_level_one(customer)

    walker.choose(Channel.SMS, Channel.EMAIL)
    assert walker.where == "/me/code/"
    from_code = walker.press("/me/code/enter/", code=code_now())
    assert from_code.request["PATH_INFO"] == "/me/rules/"
    assert contact_of(customer, ContactKind.EMAIL).confirmed_at is not None


def test_one_consent_is_one_screen_one_text_and_one_event(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.choose(Channel.SMS)
    walker.accept_rules()
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


def test_refusing_the_data_for_offers_asks_no_more_about_advertising(customer: Customer) -> None:
    walker = walked_to_level_one(customer)
    walker.choose(Channel.SMS)
    walker.accept_rules()
    walker.answer("grant")
    walker.press("/me/offers/")

    walker.answer("refuse")

    assert walker.where == "/me/done/"
    assert not ConsentState.objects.filter(purpose=Purpose.ADVERTISING).exists()


def test_who_has_answered_before_lands_on_the_personal_page(customer: Customer) -> None:
    first = walked_to_level_one(customer)
    first.choose(Channel.SMS)
    first.accept_rules()
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
