"""While Redis is away or silent staff log in, failed tries are counted, and a used code stays used."""

import socket
from collections.abc import Iterator

import pytest
import redis
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from portal.cache import fallback
from portal.cache.fallback import MARKS, RedisOrDatabase
from portal.database import outage
from portal.laptop.embedded.installation import free_port
from tests.e2e.production import one_time_code
from tests.factories.staff import PASSWORD, second_factor_make, user_make

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"


@pytest.fixture(params=["away", "silent"])
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """Of a Redis that refuses, and of one that takes connections and says nothing."""
    if request.param == "away":
        yield f"redis://127.0.0.1:{free_port()}/0"
        return
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


@pytest.fixture
def no_redis(address: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fallback, "WAIT_SECONDS", 0.1)
    monkeypatch.setattr(outage, "AGAIN_SECONDS", 3600)
    settings.CACHES = {"default": {"BACKEND": "portal.cache.fallback.RedisOrDatabase", "LOCATION": address}}


def log_in(client: Client, email: str, password: str) -> int:
    return client.post(LOGIN, {"login": email, "password": password}).status_code


def test_staff_log_in_with_both_factors(no_redis: None) -> None:
    user, client = user_make(), Client()
    seed = second_factor_make(user)

    assert log_in(client, user.email, PASSWORD) == 302
    answer = client.post("/accounts/2fa/authenticate/", {"code": one_time_code(seed)})

    assert (answer.status_code, answer["Location"]) == (302, "/staff/")


def test_a_code_is_used_once(no_redis: None) -> None:
    user = user_make()
    code = one_time_code(second_factor_make(user))

    answers = []
    for _ in range(2):
        client = Client()
        log_in(client, user.email, PASSWORD)
        answers.append(client.post("/accounts/2fa/authenticate/", {"code": code}).status_code)

    assert answers == [302, 200]


def test_failed_tries_come_to_an_end(no_redis: None) -> None:
    user, client = user_make(), Client()
    for _ in range(12):
        log_in(client, user.email, "wrong-" + PASSWORD)

    page = client.post(LOGIN, {"login": user.email, "password": PASSWORD})

    assert page.status_code in (200, 429)
    assert "_auth_user_id" not in client.session


def test_a_value_is_kept_changed_and_deleted(no_redis: None) -> None:
    assert cache.add("a", [1.5])
    assert not cache.add("a", [2.5])
    cache.set("a", [3.5], 60)
    assert cache.touch("a", 90)
    assert cache.get("a") == [3.5]
    assert cache.delete("a")
    assert cache.get("a", "none") == "none"


def test_a_silent_redis_is_asked_once(no_redis: None, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def be_silent(*_: object, **__: object) -> None:
        asked.append(1)
        raise redis.TimeoutError

    monkeypatch.setattr("django.core.cache.backends.redis.RedisCache.get", be_silent)
    for _ in range(20):
        cache.get("a")

    assert asked == [1]


def test_the_mark_of_a_used_code_does_not_depend_on_redis() -> None:
    """A code that was used while Redis answered stays used after it has gone."""
    away = RedisOrDatabase(f"redis://127.0.0.1:{free_port()}/0", {})
    other = RedisOrDatabase(f"redis://127.0.0.1:{free_port()}/1", {})

    assert away.add(f"allauth.{MARKS}.used?user=1&code=123456", "y", timeout=30)
    assert not other.add(f"allauth.{MARKS}.used?user=1&code=123456", "y", timeout=30)
