"""Pages for what cannot be answered: each says what happened and has a way on, in the words of its reader."""

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from portal.error_pages import RETRY_SECONDS
from portal.models.user import Role
from tests.factories.staff import client_of, user_make

pytestmark = pytest.mark.django_db
HTML: dict[str, Any] = {"HTTP_ACCEPT": "text/html,application/xhtml+xml"}


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/staff/no-such-page/", 404, "Такой страницы нет"),
        ("/staff/users/", 403, "Нет доступа"),
        ("/staff/register/ledger/check/", 405, "Так эту страницу не открыть"),
    ],
)
def test_staff_read_of_their_own_work_and_find_the_way_back(path: str, status: int, words: str) -> None:
    role = Role.DPO if status == 405 else Role.MARKETING

    answer = client_of(user_make(role)).get(path, **HTML)

    page = answer.content.decode()
    assert (answer.status_code, words in page) == (status, True)
    assert '<a class="button button--main" href="/staff/">Вернуться к обзору</a>' in page
    assert 'aria-label="Разделы"' in page
    assert 'action="/accounts/logout/"' in page
    assert 'name="csrfmiddlewaretoken"' in page
    assert "Потеряли ссылку" not in page
    assert "из банка" not in page


@pytest.mark.parametrize(("path", "status"), [("/no-such-page/", 404), ("/me/visit/", 405)])
def test_customers_are_led_to_the_entrance(path: str, status: int) -> None:
    answer = Client().get(path, **HTML)

    assert answer.status_code == status
    assert "Потеряли ссылку?" in answer.content.decode()


def test_a_visit_goes_on_from_a_page_that_only_a_button_opens() -> None:
    page = Client().get("/me/visit/", **HTML).content.decode()

    assert '<a class="button button--main" href="/me/next/">Продолжить</a>' in page


def test_a_page_for_the_wrong_method_still_names_the_right_ones() -> None:
    assert Client().get("/me/visit/", **HTML)["Allow"] == "POST"


def test_a_machine_gets_the_bare_answer() -> None:
    answer = Client().get("/me/visit/", HTTP_ACCEPT="application/json")

    assert (answer.status_code, answer.content) == (405, b"")


def test_a_damaged_request_speaks_to_staff_as_staff() -> None:
    page = client_of(user_make(Role.DPO)).get("/staff/", HTTP_HOST="evil..example")

    assert page.status_code == 400
    assert "Вернитесь на страницу, с которой пришли" in page.content.decode()


@pytest.fixture
def database_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def be_away(*_: object, **__: object) -> None:
        raise OperationalError("no answer")

    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", be_away)
    monkeypatch.setattr("notify.statements.run", be_away)
    monkeypatch.setattr("notify.statements.read", be_away)


@pytest.mark.parametrize("path", ["/policy/", "/brand.css"])
def test_a_database_that_is_away_is_said_with_when_to_come_again(database_away: None, path: str) -> None:
    answer = Client(raise_request_exception=False).get(path, **HTML)

    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, str(RETRY_SECONDS))
    assert "обновите страницу" in page
    assert "no answer" not in page


def test_staff_hear_of_a_database_that_is_away_in_their_own_layout(request: pytest.FixtureRequest) -> None:
    client = client_of(user_make(Role.DPO))
    client.raise_request_exception = False
    request.getfixturevalue("database_away")

    answer = client.get("/staff/", **HTML)

    assert answer.status_code == 503
    assert "База данных не отвечает" in answer.content.decode()


def test_a_mistake_of_ours_is_no_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("of ours")

    monkeypatch.setattr("portal.public.views.assets.brand_stylesheet", fail)

    answer = Client(raise_request_exception=False).get("/brand.css", **HTML)

    assert (answer.status_code, answer.headers.get("Retry-After")) == (500, None)


def broken(*_args: object, **_kwargs: object) -> None:
    raise RuntimeError("a mistake of ours")


def test_a_mistake_of_ours_leaves_staff_their_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(user_make(Role.DPO))
    client.raise_request_exception = False
    monkeypatch.setattr("portal.staff.documents.views.editions", broken)

    answer = client.get("/staff/documents/")

    page = answer.content.decode()
    assert (answer.status_code, "Ошибка на нашей стороне" in page) == (500, True)
    assert 'aria-label="Разделы"' in page
    assert "a mistake of ours" not in page


def test_a_mistake_in_the_menu_itself_still_has_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(user_make(Role.DPO))
    client.raise_request_exception = False
    monkeypatch.setattr("portal.staff.context.nav_for", broken)

    answer = client.get("/staff/documents/")

    assert (answer.status_code, "Ошибка на нашей стороне" in answer.content.decode()) == (500, True)


def test_a_stranger_sees_no_menu_of_staff() -> None:
    page = Client().get("/staff/no-such-page/", **HTML).content.decode()

    assert "Такой страницы нет" in page
    assert 'aria-label="Разделы"' not in page
