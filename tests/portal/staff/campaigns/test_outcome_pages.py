"""Lists of messages that need an eye: by reason, with a total and a file; doubts settled many at once after a look."""

import pytest
from django.test import Client

from notify.enums import MessageState
from notify.models import Campaign, Message
from portal.models import StaffAction
from portal.models.user import Role
from tests.factories.notify import campaign_running, people_make
from tests.factories.staff import client_of, user_make

pytestmark = pytest.mark.django_db


@pytest.fixture
def marketing() -> Client:
    return client_of(user_make(Role.MARKETING))


def doubtful(count: int) -> Campaign:
    campaign = campaign_running(people_make(count))
    Message.objects.filter(campaign=campaign).update(state=MessageState.UNKNOWN, error_code="connection_lost")
    return campaign


def one_of(campaign: Campaign) -> Message:
    found = Message.objects.filter(campaign=campaign).order_by("id").first()
    assert found is not None
    return found


def asked(client: Client, campaign: Campaign, query: str = "", **typed: str) -> dict[str, str]:
    """Fill the form in; return what the page that asks sends on."""
    page = client.post(
        f"/staff/campaigns/{campaign.pk}/messages/unknown/outcomes/{query}",
        {"outcome": "accepted", "listed": "", "reason": "журнал mx1"} | typed,
    )
    assert page.status_code == 200, page.content.decode()
    return {"shown": page.context["shown"], "outcome": "accepted", "listed": "", "reason": "журнал mx1"} | typed


def states(campaign: Campaign) -> dict[str, int]:
    found: dict[str, int] = {}
    for state in Message.objects.filter(campaign=campaign).values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def test_all_doubts_of_a_campaign_are_settled_by_two_presses_and_one_row(marketing: Client) -> None:
    campaign, other = doubtful(30), doubtful(2)
    url = f"/staff/campaigns/{campaign.pk}/messages/unknown/outcomes/"

    data = asked(marketing, campaign)
    assert states(campaign) == {MessageState.UNKNOWN: 30}
    answer = marketing.post(url, data)

    assert answer.status_code == 302
    assert states(campaign) == {MessageState.ACCEPTED: 30}
    assert states(other) == {MessageState.UNKNOWN: 2}
    row = StaffAction.objects.get(action="message.list_settled")
    assert (row.object_id, row.reason, row.details["count"]) == (str(campaign.pk), "журнал mx1", 30)


def test_what_came_into_doubt_after_the_look_is_not_settled_with_it(marketing: Client) -> None:
    campaign = doubtful(3)
    late = one_of(campaign)
    Message.objects.filter(pk=late.pk).update(state=MessageState.SENDING)
    data = asked(marketing, campaign)
    Message.objects.filter(pk=late.pk).update(state=MessageState.UNKNOWN)

    answer = marketing.post(f"/staff/campaigns/{campaign.pk}/messages/unknown/outcomes/", data)

    assert answer.status_code == 409
    assert states(campaign) == {MessageState.UNKNOWN: 3}


def test_doubts_of_one_reason_are_settled_alone(marketing: Client) -> None:
    campaign = doubtful(4)
    lost = one_of(campaign)
    Message.objects.filter(pk=lost.pk).update(error_code="worker_lost")
    url = f"/staff/campaigns/{campaign.pk}/messages/unknown/outcomes/?why=worker_lost"

    marketing.post(url, asked(marketing, campaign, "?why=worker_lost", outcome="failed"))

    assert states(campaign) == {MessageState.UNKNOWN: 3, MessageState.FAILED: 1}
    lost.refresh_from_db()
    assert lost.state == MessageState.FAILED


def test_a_pasted_list_settles_what_it_names_each_with_its_outcome(marketing: Client) -> None:
    campaign = doubtful(3)
    one, two, _three = Message.objects.filter(campaign=campaign).order_by("id")
    listed = f"{one.reference};ушло\r\n{two.reference};не ушло\r\nmessage-id=<чужой@mx>"

    marketing.post(
        f"/staff/campaigns/{campaign.pk}/messages/unknown/outcomes/", asked(marketing, campaign, listed=listed)
    )

    assert dict(Message.objects.filter(campaign=campaign).values_list("id", "state")) == {
        one.pk: "accepted", two.pk: "failed", _three.pk: "unknown",
    }  # fmt: skip


def test_a_list_without_a_doubt_of_this_campaign_is_refused_with_a_sentence(marketing: Client) -> None:
    campaign, other = doubtful(1), doubtful(1)
    page = marketing.post(
        f"/staff/campaigns/{campaign.pk}/messages/unknown/outcomes/",
        {"outcome": "accepted", "listed": str(one_of(other).reference), "reason": "журнал mx1"},
    )

    assert "нет ни одного, исход которого неизвестен" in page.content.decode()
    assert states(other) == {MessageState.UNKNOWN: 1}


def test_a_list_shows_its_total_and_can_be_cut_to_one_reason_and_downloaded(marketing: Client) -> None:
    campaign = campaign_running(people_make(3))
    Message.objects.filter(campaign=campaign).update(state=MessageState.FAILED, error_code="smtp_554_5.7.1")
    one = one_of(campaign)
    Message.objects.filter(pk=one.pk).update(error_code="smtp_550_5.1.1")
    url = f"/staff/campaigns/{campaign.pk}/messages/failed/"

    whole = marketing.get(url)
    cut = marketing.get(f"{url}?why=smtp_550_5.1.1")
    file = marketing.get(f"{url}list.csv?why=smtp_550_5.1.1").getvalue().decode("utf-8-sig")

    assert (whole.context["total"], cut.context["total"]) == (3, 1)
    assert [row["id"] for row in cut.context["rows"]] == [one.pk]
    assert file.count("\r\n") == 2
    assert str(one.reference) in file
    assert "@" not in file
