"""Addresses of servers become what Django and Celery want."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.settings import urls


def test_a_database_address_gives_name_role_and_parameters() -> None:
    entry = urls.database("postgresql://app:p%40ss@db.example:6432/mostik?sslmode=verify-full")

    assert (entry["NAME"], entry["USER"], entry["PASSWORD"]) == ("mostik", "app", "p@ss")
    assert (entry["HOST"], entry["PORT"]) == ("db.example", "6432")
    assert entry["OPTIONS"] == {"sslmode": "verify-full"}
    assert entry["CONN_HEALTH_CHECKS"]


def test_a_socket_folder_is_a_host() -> None:
    assert urls.database("postgresql://app@/mostik?host=%2Fvar%2Frun")["HOST"] == "/var/run"


def test_a_time_limit_joins_the_options_of_the_server() -> None:
    entry = urls.database("postgresql://a@h/d?options=-c%20jit%3Doff", statement_timeout="15s")

    assert entry["OPTIONS"]["options"] == "-c jit=off -c statement_timeout=15s"


def test_a_wrong_database_address_is_named_and_not_shown() -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_OWNER_URL: нужен адрес PostgreSQL") as error:
        urls.database("mysql=secret", name="DATABASE_OWNER_URL")

    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("url", "port", "starttls", "tls"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtp+starttls://bank:p%3Aw@mail.example", 587, True, False),
        ("smtps://bank:p%3Aw@mail.example:1465", 1465, False, True),
    ],
)
def test_a_mail_address_says_how_to_encrypt(url: str, port: int, starttls: bool, tls: bool) -> None:
    found = urls.mail(url)

    assert (found["EMAIL_PORT"], found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (port, starttls, tls)
    assert found["EMAIL_HOST_PASSWORD"] in {"", "p:w"}


@pytest.mark.parametrize(
    "url", ["mail.example:25", "http://mail.example", "smtp://", "smtp://mail.example:port", "smtp://[mail"]
)
def test_a_wrong_mail_address_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^EMAIL_URL: нужен адрес"):
        urls.mail(url)


def test_without_a_broker_one_folder_serves_for_both_directions() -> None:
    url, options = urls.broker("", folder="/srv/var/broker")

    assert url.startswith("filesystem://")
    assert options["data_folder_in"] == options["data_folder_out"] == "/srv/var/broker"
    assert options["polling_interval"] < 0.1


def test_redis_hands_no_task_out_again_while_it_may_run() -> None:
    assert urls.broker("redis://h/0", folder="")[1] == {"visibility_timeout": urls.VISIBILITY_TIMEOUT}


def test_rabbitmq_confirms_what_it_takes() -> None:
    assert urls.broker("amqp://h//", folder="")[1] == {"confirm_publish": True}


def test_an_unknown_broker_or_cache_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="BROKER_URL"):
        urls.broker("kafka://h", folder="")
    with pytest.raises(ImproperlyConfigured, match="BROKER_URL"):
        urls.broker("amqp://h:port//", folder="")
    with pytest.raises(ImproperlyConfigured, match="CACHE_URL"):
        urls.cache("memcached://h")
