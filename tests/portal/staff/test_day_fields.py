"""Days that no calendar can follow are refused in a sentence, not with an error of ours."""

import re
from datetime import date, time

import pytest
from django.core.exceptions import ValidationError
from django.forms import Form

from portal.models import ExportJob
from portal.models.user import Role
from portal.staff.widgets import DayField, HourField, WholeField
from tests.factories.staff import client_of
from tests.portal.staff.conftest import Login
from tests.portal.staff.matrix import CAMPAIGN
from tests.portal.staff.world import World

pytestmark = pytest.mark.django_db
PAGES_WITH_FIELDS = [
    (Role.ADMINISTRATOR, "/staff/company/edit/"),
    (Role.ADMINISTRATOR, "/staff/channels/max/contracts/new/"),
    (Role.ADMINISTRATOR, "/staff/channels/names/new/"),
    (Role.MARKETING, "/staff/campaigns/new/"),
    (Role.MARKETING, "/staff/scenarios/new/"),
    (Role.DPO, "/staff/exports/"),
    (Role.DPO, "/staff/journal/"),
    (Role.DPO, "/staff/register/events/"),
]
SENTENCE = "Укажите день между 01.01.2000 и 31.12.2100."


@pytest.mark.parametrize("path", ["/staff/journal/", "/staff/register/events/"])
@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_filter_refuses_days_out_of_reach(login: Login, path: str, day: str) -> None:
    page = login(Role.DPO).get(path, {"since": day, "until": day})

    assert page.status_code == 200
    assert SENTENCE in page.content.decode()


def test_no_export_is_queued_that_could_only_fail(login: Login) -> None:
    asked = {"since": "2026-11-01", "until": "9999-12-31", "reason": "проверка"}

    page = login(Role.DPO).post("/staff/exports/", asked)

    assert SENTENCE in page.content.decode()
    assert not ExportJob.objects.exists()


@pytest.mark.parametrize(
    "typed",
    ["01.02.2026", " 1.2.2026 ", "01/02/2026", "01-02-2026", "01 02 2026", "01.02.26", "01022026", "2026-02-01"],
)
def test_a_day_is_read_as_people_write_it(typed: str) -> None:
    assert DayField().clean(typed) == date(2026, 2, 1)


@pytest.mark.parametrize("typed", ["31.02.2026", "завтра", "1", "00.00.0000"])
def test_what_is_no_day_is_told_with_an_example(typed: str) -> None:
    with pytest.raises(ValidationError, match="Напишите его так"):
        DayField().clean(typed)


class _Hours(Form):
    since = HourField()
    until = HourField(required=False)


def test_hours_are_a_list_that_keeps_a_stored_time_of_its_own() -> None:
    page = str(_Hours(initial={"since": time(9, 15), "until": None}))

    assert '<option value="09:15" selected>09:15</option>' in page
    assert '<option value="" selected>—</option>' in page
    assert 'type="time"' not in page
    assert _Hours({"since": "09:15"}).is_valid()


@pytest.mark.parametrize(("role", "path"), PAGES_WITH_FIELDS)
def test_no_page_asks_in_the_language_of_the_browser(world: World, role: Role, path: str) -> None:
    page = client_of(world.people[role]).get(path)

    assert page.status_code == 200
    assert not re.search(r'type="(date|time|color|month|week|datetime-local)"', page.content.decode())


@pytest.mark.parametrize("typed", ["10000", " 10 000 ", "10\N{NO-BREAK SPACE}000"])
def test_a_number_may_be_written_with_spaces(typed: str) -> None:
    assert WholeField().clean(typed) == 10_000


def test_what_is_no_number_is_told_and_stays_in_the_field(world: World) -> None:
    typed = CAMPAIGN | {"link_days": "месяц"}

    page = client_of(world.author).post("/staff/campaigns/new/", typed).content.decode()

    assert "Здесь нужно целое число" in page
    assert 'value="месяц"' in page
    assert 'type="number"' not in page


def test_a_text_that_is_too_long_is_told_and_not_cut_by_the_browser(world: World) -> None:
    client = client_of(world.author)

    page = client.post("/staff/campaigns/new/", CAMPAIGN | {"name": "Н" * 121}).content.decode()

    assert "Слишком длинно: помещается 120 знаков, сейчас 121." in page
    assert f'value="{"Н" * 121}"' in page
    assert "maxlength" not in page
