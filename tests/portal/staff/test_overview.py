"""The board of the overview: what it says right after an import, and that each figure leads on."""

import re
from typing import Any

import pytest
from django.core.cache import cache

from consents.enums import EventKind
from consents.models import Messenger
from consents.reach.coverage import coverage
from notify.channel_settings import writable_channels
from portal.models.user import Role
from portal.staff import overview
from tests.factories.consents import ContactPointFactory, CustomerFactory, MessengerFactory, answer_make
from tests.factories.notify import contract_make
from tests.factories.staff import client_of, user_make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _after_an_import() -> None:
    cache.clear()
    Messenger.objects.all().delete()
    MessengerFactory(code="whatsapp")
    CustomerFactory(messenger="whatsapp")
    ContactPointFactory(customer=CustomerFactory(messenger="whatsapp"))
    ContactPointFactory(email=True)
    ContactPointFactory(email=True)


def board() -> str:
    page = client_of(user_make(Role.MARKETING)).get("/staff/").content.decode()
    return page.partition("Есть куда писать (основание проверяется отдельно)")[2].partition("Всё ли в порядке")[0]


def test_after_an_import_the_board_counts_people_on_file_and_none_confirmed() -> None:
    text = re.sub(r"<[^>]+>", "", board())

    assert "75\N{NO-BREAK SPACE}%" in text.replace("&nbsp;", "\N{NO-BREAK SPACE}")
    assert "Из них сами подтвердили контакт или дали согласие: 0." in text
    assert "Контакт известен только из файла: 3." in text
    assert "В иностранном мессенджере, но контакт есть, и ответа ещё нет: 1." in text
    assert "Только в иностранном мессенджере: 1." in text


def test_every_figure_of_the_board_opens_its_list() -> None:
    figures = {"sms", "email", "unreachable", "confirmed", "on_file", "not_answered", "only_foreign", "foreign_waiting"}

    assert figures <= set(re.findall(r"/staff/customers/group/(\w+)/", board()))


def test_a_campaign_is_offered_only_for_those_who_have_a_contact() -> None:
    (offered,) = re.findall(r'href="(/staff/campaigns/new/\?for=[^"]+)"', board())

    page = client_of(user_make(Role.MARKETING)).get(offered).content.decode()

    assert re.search(r'<input type="checkbox" name="messengers" value="whatsapp"[^>]* checked', page)
    assert re.search(r'<option value="no" selected', page)
    assert not re.search(r'name="reachable_only_in_foreign"[^>]* checked', page)


def test_the_figure_is_of_who_can_be_reached_and_no_opinion_of_law() -> None:
    text = re.sub(r"<[^>]+>", "", board())

    assert "законн" not in text
    assert "решает его основание" in text


def test_who_refused_service_messages_is_not_counted_as_reached() -> None:
    phone = ContactPointFactory()
    answer_make(phone, kind=EventKind.REFUSED)
    text = re.sub(r"<[^>]+>", "", board())

    assert "60\N{NO-BREAK SPACE}%" in text.replace("&nbsp;", "\N{NO-BREAK SPACE}")


def test_a_channel_that_writes_to_nobody_first_says_why_it_reaches_nobody() -> None:
    assert "MAX: первыми писать туда пока нельзя, нет действующего договора с платформой." in board()

    contract_make()

    assert "первыми писать туда пока нельзя" not in board()


def test_an_operator_begins_with_the_search() -> None:
    operator, marketing = (client_of(user_make(role)) for role in (Role.OPERATOR, Role.MARKETING))

    page = operator.get("/staff/").content.decode()

    assert page.index('action="/staff/customers/"') < page.index("Есть куда писать")
    assert 'action="/staff/customers/"' not in marketing.get("/staff/").content.decode()


def test_while_one_looker_counts_the_others_see_the_last_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    board()
    counted: list[int] = []
    key = "staff.coverage." + "-".join(writable_channels())
    cache.delete(f"{key}.fresh")

    def look_meanwhile(**channels: Any) -> Any:
        counted.append(1)
        if len(counted) == 1:
            board()
        return coverage(**channels)

    monkeypatch.setattr(overview, "coverage", look_meanwhile)
    board()

    assert counted == [1]
