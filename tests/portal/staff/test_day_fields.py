"""Days that no calendar can follow are refused in a sentence, not with an error of ours."""

import pytest

from portal.models import ExportJob
from portal.models.user import Role
from tests.portal.staff.conftest import Login

pytestmark = pytest.mark.django_db
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
