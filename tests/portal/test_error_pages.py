"""Pages for what cannot be answered: each says what happened and has a way on, in the words of its reader."""

from typing import Any

import pytest
from django.test import Client

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
