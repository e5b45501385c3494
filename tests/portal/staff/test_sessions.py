"""A session of staff ends after half an hour without work and after half a day in any case."""

import time

import pytest
from django.test import Client

from portal.accounts.sessions import ABSOLUTE_SECONDS, IDLE_SECONDS, SEEN, STARTED
from portal.models import StaffAction, User
from portal.models.user import Role
from tests.factories.staff import PASSWORD, client_of, second_factor_make, user_make
from tests.support.clock import Clock

pytestmark = pytest.mark.django_db


def _age(client: Client, *, started: int = 0, seen: int = 0) -> None:
    """Move the clocks of the session into the past."""
    session = client.session
    session[STARTED] = int(time.time()) - started
    session[SEEN] = int(time.time()) - seen
    session.save()


def _is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.fixture
def client() -> Client:
    return client_of(user_make(Role.MARKETING))


def test_half_an_hour_without_work_ends_it(client: Client) -> None:
    _age(client, seen=IDLE_SECONDS)

    answer = client.get("/staff/campaigns/?state=draft")

    assert answer["Location"] == "/accounts/login/?next=/staff/campaigns/%3Fstate%3Ddraft"
    assert not _is_in(client)
    assert StaffAction.objects.latest("id").action == "staff.session_expired"


def test_a_little_less_does_not(client: Client, clock: Clock) -> None:
    _age(client, seen=IDLE_SECONDS - 5)

    assert client.get("/staff/").status_code == 200


def test_half_a_day_ends_it_however_busy(client: Client) -> None:
    _age(client, started=ABSOLUTE_SECONDS, seen=1)

    assert client.get("/staff/").status_code == 302
    assert not _is_in(client)


def test_work_moves_the_clock_of_idleness(client: Client, clock: Clock) -> None:
    _age(client, seen=600)

    client.get("/staff/")

    assert client.session[SEEN] == int(time.time())


def test_a_page_that_refreshes_itself_is_not_work(client: Client, clock: Clock) -> None:
    _age(client, seen=600)

    client.get("/staff/", headers={"X-Requested-With": "fetch"})

    assert client.session[SEEN] == int(time.time()) - 600


def test_nothing_is_done_with_an_expired_session(client: Client) -> None:
    _age(client, seen=IDLE_SECONDS)

    answer = client.post("/staff/campaigns/new/", {"name": "поздно"})

    assert answer["Location"] == "/accounts/login/?next=/staff/"
    page = client.get(answer["Location"]).content.decode()
    assert "отправленное не сохранено" in page
    assert "на эту же страницу" not in page


def test_a_session_without_clocks_is_over() -> None:
    user = user_make()
    second_factor_make(user)
    client = Client()
    client.force_login(user)

    assert client.get("/staff/").status_code == 302
    assert not _is_in(client)


def test_a_failed_login_is_written_down_under_the_account_and_what_was_typed_is_not() -> None:
    user = user_make()

    Client().post("/accounts/login/", {"login": user.email, "password": "wrong-password-1"})
    Client().post("/accounts/login/", {"login": "nobody@romashka.example", "password": "wrong-password-2"})

    failed = StaffAction.objects.filter(action="staff.login_failed").order_by("id")
    assert [row.user_id for row in failed] == [user.pk, None]
    assert "wrong" not in str(list(failed.values()))
    assert "nobody" not in str(list(failed.values()))


def test_nobody_signs_up_by_themselves() -> None:
    answer = Client().post("/accounts/signup/", {"email": "me@romashka.example", "password1": PASSWORD})

    assert answer.status_code == 404
    assert not User.objects.exists()


def test_a_deactivated_account_does_not_log_in() -> None:
    user = user_make(is_active=False)

    answer = Client().post("/accounts/login/", {"login": user.email, "password": PASSWORD})

    assert "_auth_user_id" not in answer.wsgi_request.session


def test_logging_out_is_written_down(client: Client) -> None:
    client.post("/accounts/logout/")

    assert StaffAction.objects.latest("id").action == "staff.logged_out"


@pytest.mark.parametrize("address", ["/policy/", "/me/", "/", "/k/nothing", "/healthz"])
def test_pages_of_customers_know_nobody_of_the_staff(client: Client, address: str) -> None:
    request = client.get(address).wsgi_request

    assert not hasattr(request, "session")
    assert not hasattr(request, "user")


@pytest.mark.django_db
def test_staff_who_log_out_come_to_their_own_login(client: Client) -> None:
    assert client.post("/accounts/logout/")["Location"] == "/accounts/login/"


@pytest.mark.django_db
def test_sessions_are_listed_newest_first_with_readable_browsers(client: Client) -> None:
    agents = {
        "Chrome 141, Windows": "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36",
        "Яндекс Браузер 25, Android": "Mozilla/5.0 (Linux; Android 14) Chrome/138.0 YaBrowser/25.8 Safari/537.36",
        "Safari 18, iPhone": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1",
        "curl": "curl/8.1",
    }
    user = User.objects.get(pk=client.session["_auth_user_id"])
    for agent in agents.values():
        other = Client(HTTP_USER_AGENT=agent)
        other.force_login(user)
        session = other.session
        session["staff_started"] = session["staff_seen"] = int(time.time())
        session.save()
        other.get("/staff/")

    page = client.get("/accounts/sessions/").content.decode()

    places = [page.index(f">{name}<") for name in reversed(agents)]
    assert places == sorted(places)


@pytest.mark.django_db
def test_the_login_offers_a_new_password_below_its_button_and_no_essay() -> None:
    page = Client(HTTP_HOST="127.0.0.1").get("/accounts/login/").content.decode()

    assert page.index(">Войти<") < page.index("Забыли пароль?")
    assert "notice--warn" not in page
    assert "http://localhost/accounts/login/" in page


def test_wrong_passwords_from_elsewhere_keep_nobody_out_of_the_login() -> None:
    user = user_make(Role.OPERATOR)
    stranger, owner = Client(REMOTE_ADDR="203.0.113.7"), Client(REMOTE_ADDR="198.51.100.4")

    pages = [stranger.post("/accounts/login/", {"login": user.email, "password": f"wrong-{at}"}) for at in range(7)]
    answer = owner.post("/accounts/login/", {"login": user.email, "password": PASSWORD})

    assert "Слишком много неудачных попыток" in pages[-1].content.decode()
    assert answer.status_code == 302
