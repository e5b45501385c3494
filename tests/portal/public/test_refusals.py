"""Saying no with nothing but a link: at once, without proof, once in the ledger (P13)."""

import pytest
from django.test import Client

from consents.enums import EventKind, StateValue, SuppressionReason, SuppressionScope
from consents.models import ConsentEvent, ConsentState, ContactPoint, Customer, Suppression
from notify import tokens
from notify.models import Link
from tests.factories.notify import CampaignFactory
from tests.portal.public.people import Walker, link_for, newest_link, walked_to_level_one

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def test_p13_one_click_works_without_cookie_and_csrf_and_three_times_is_once(customer: Customer) -> None:
    link = link_for(customer)
    client = Client(enforce_csrf_checks=True)

    answers = [client.post(f"/u/{link.token}", ONE_CLICK) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    suppression = Suppression.objects.get()
    assert (suppression.customer, suppression.scope) == (customer, SuppressionScope.ALL)
    assert suppression.reason == SuppressionReason.UNSUBSCRIBED
    withdrawn = ConsentEvent.objects.filter(kind=EventKind.WITHDRAWN)
    assert withdrawn.count() == len(set(withdrawn.values_list("purpose", "channel")))
    assert set(withdrawn.values_list("level", "method")) == {(0, "one_click")}


def test_one_click_in_the_other_encoding_of_the_rule_works_too(customer: Customer) -> None:
    link = link_for(customer)

    answer = Client().post(
        f"/u/{link.token}", "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 200
    assert Suppression.objects.exists()


@pytest.mark.parametrize(
    "body", [{}, {"List-Unsubscribe": "Two-Click"}, ONE_CLICK | {"more": "1"}, {"other": "One-Click"}]
)
def test_any_other_body_changes_nothing(customer: Customer, body: dict[str, str]) -> None:
    assert Client().post(f"/u/{link_for(customer).token}", body).status_code == 400
    assert not Suppression.objects.exists()


def test_a_get_of_the_unsubscribe_address_shows_a_button_and_changes_nothing(customer: Customer) -> None:
    answer = Client().get(f"/u/{link_for(customer).token}")

    assert "Отписаться" in answer.content.decode()
    assert not Suppression.objects.exists()


def test_the_button_of_the_page_sends_what_a_mail_program_sends(customer: Customer) -> None:
    link = link_for(customer)
    page = Client().get(f"/u/{link.token}").content.decode()

    assert '<input type="hidden" name="List-Unsubscribe" value="One-Click">' in page
    assert "csrfmiddlewaretoken" not in page


def test_an_expired_and_a_revoked_link_still_unsubscribe(customer: Customer) -> None:
    link = link_for(customer)
    Link.objects.update(expires_at="2020-01-01T00:00Z", revoked_at="2020-01-01T00:00Z")

    assert Client().post(f"/u/{link.token}", ONE_CLICK).status_code == 200
    assert Suppression.objects.exists()


def test_an_unknown_token_gets_the_same_answer_and_changes_nothing(customer: Customer) -> None:
    known = Client().post(f"/u/{link_for(customer).token}", ONE_CLICK)
    before = ConsentEvent.objects.count()

    unknown = Client().post(f"/u/{tokens.token_new()}", ONE_CLICK)

    assert (unknown.status_code, unknown.content) == (known.status_code, known.content)
    assert ConsentEvent.objects.count() == before


def test_one_click_in_an_advertisement_stops_advertising_only(customer: Customer) -> None:
    link = link_for(customer, campaign=CampaignFactory(text_kind="advertising"))

    Client().post(f"/u/{link.token}", ONE_CLICK)

    assert Suppression.objects.get().scope == SuppressionScope.ADVERTISING


def test_the_token_is_not_in_the_evidence_of_an_unsubscribe(customer: Customer) -> None:
    link = link_for(customer)

    Client().post(f"/u/{link.token}", ONE_CLICK)

    assert link.token not in str([event.evidence.personal for event in ConsentEvent.objects.all()])


def test_refusing_everything_takes_two_presses_and_stops_what_was_allowed(customer: Customer) -> None:
    walked = walked_to_level_one(customer)
    walked.choose("sms")
    walked.accept_rules()
    walked.answer("grant")
    stranger = Walker()
    stranger.open_link(link_for(customer))

    assert "Отказаться от сообщений?" in stranger.get("/me/refuse/").content.decode()
    assert ConsentState.objects.get(purpose="service", channel="sms").value == StateValue.GRANTED
    stranger.press("/me/refuse/")

    assert stranger.where == "/me/refused/"
    assert ConsentState.objects.get(purpose="service", channel="sms").value == StateValue.WITHDRAWN
    assert Suppression.objects.get().scope == SuppressionScope.ALL
    assert newest_link().visited_at is not None


def test_it_is_not_me_closes_the_contacts_for_this_customer(customer: Customer, walker: Walker) -> None:
    walker.open_link(link_for(customer))

    walker.press("/me/deny/")

    assert walker.where == "/me/refused/"
    assert not ContactPoint.objects.filter(customer=customer, is_current=True).exists()
    assert set(Suppression.objects.values_list("reason", flat=True)) == {SuppressionReason.NOT_MINE}
    assert ConsentEvent.objects.filter(kind=EventKind.CONTACT_DENIED, level=0).count() == 2


def test_saying_no_ends_the_visit(customer: Customer, walker: Walker) -> None:
    walker.open_link(link_for(customer))
    walker.press("/me/refuse/")

    assert walker.get("/me/").status_code == 403
