"""The register: what a search without a result says, whose clock a time is by, a check that comes to its page."""

from dataclasses import replace

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from consents.enums import CheckOutcome
from consents.models import LedgerCheck
from consents.register.search import person_timeline
from portal.models import ExportJob
from portal.models.user import Role
from portal.staff.register.person_view import timeline
from tests.factories.staff import client_of
from tests.portal.staff.world import World


def test_a_search_by_a_phone_with_a_digit_short_says_so(world: World) -> None:
    for role, url in ((Role.DPO, "/staff/register/"), (Role.OPERATOR, "/staff/customers/")):
        page = client_of(world.people[role]).post(url, {"text": "+7966000023"}).content.decode()

        assert "В номере 10 цифр, а нужно 11" in page


def check_make() -> None:
    """A check of the ledger that has just ended well."""
    now = timezone.now()
    LedgerCheck.objects.create(outcome=CheckOutcome.OK, started_at=now, finished_at=now, event_count=1)


def test_a_time_says_by_which_clock_it_is(world: World) -> None:
    check_make()

    page = client_of(world.people[Role.DPO]).get(f"/staff/register/{world.customer.pk}/").content.decode()

    assert "МСК" in page.split("журнал проверен")[1][:60]


@pytest.mark.parametrize(("zone", "is_other"), [("Asia/Vladivostok", True), ("Europe/Moscow", False)])
def test_an_event_of_somebody_far_away_has_the_clock_of_staff_besides(world: World, zone: str, is_other: bool) -> None:
    [event] = person_timeline(customer_id=world.customer.pk)
    event = replace(event, personal={**event.personal, "zone": zone})

    [moment] = timeline([event], customer_id=world.customer.pk)

    words = render_to_string("components/timeline_item.html", moment)
    assert ("у вас" in words) is is_other
    assert ("МСК" in words.partition("у вас")[2]) is is_other


def test_the_result_of_a_check_comes_to_the_page_that_asked_for_it(world: World) -> None:
    client = client_of(world.people[Role.DPO])
    page = client.post("/staff/register/ledger/check/", follow=True)

    address = page.redirect_chain[-1][0]
    after = address.partition("after=")[2]
    assert f'data-live="/staff/register/ledger/state/?after={after}"' in page.content.decode()
    assert "live.js" in page.content.decode()
    state = f"/staff/register/ledger/state/?after={after}"
    assert "data-live-done" not in client.get(state).content.decode()

    check_make()

    assert "data-live-done" in client.get(state).content.decode()
    assert "data-live=" not in client.get(address).content.decode()


def test_days_of_an_export_stand_as_people_write_them(world: World) -> None:
    dpo = world.people[Role.DPO]
    for since, until in (("2026-11-29", "2026-11-30"), ("2026-11-28", "2026-11-28")):
        ExportJob.objects.create(
            kind="period", filters={"since": since, "until": until}, reason="проверка", created_by=dpo
        )

    page = client_of(dpo).get("/staff/exports/").content.decode()

    assert ">29.11.2026 – 30.11.2026<" in page
    assert ">28.11.2026<" in page
    assert "2026-11-29" not in page
