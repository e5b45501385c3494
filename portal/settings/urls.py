"""Addresses of servers turned into settings of Django and Celery. Errors name the variable, never the value."""

from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

MAIL_SCHEMES = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
MAIL_TIMEOUT = 20
CONNECTION_AGE = 600
# A task runs for minutes at most, far below this, so a broker never hands out a task that is still running.
VISIBILITY_TIMEOUT = 3600
FILE_BROKER_POLLING = 0.05


def database(url: str, *, name: str = "DATABASE_URL", **limits: str) -> dict[str, Any]:
    """Return one entry of DATABASES. Parameters of libpq (`sslmode`, `host` as a folder) pass through.

    ``limits`` are settings of the server for each connection, as ``statement_timeout="15s"``; an empty one is none.
    """
    try:
        parts: dict[str, Any] = dict(conninfo_to_dict(url))
    except ProgrammingError:
        message = f"{name}: нужен адрес PostgreSQL, как postgresql://role:password@host:port/database."
        raise ImproperlyConfigured(message) from None
    for limit, value in limits.items():
        if value:
            parts["options"] = f"{parts.get('options', '')} -c {limit}={value}".strip()
    return {
        "ENGINE": "portal.database",
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "")),
        "CONN_MAX_AGE": CONNECTION_AGE,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": parts,
    }


def mail(url: str) -> dict[str, Any]:
    """Return the EMAIL_* settings of an address such as `smtp+starttls://user:password@mail.example.ru:587`."""
    parts = _parts(url)
    if parts.scheme not in MAIL_SCHEMES or not parts.hostname:
        message = "EMAIL_URL: нужен адрес почтового сервера, как smtp+starttls://user:password@host:port (или smtp://, smtps://)."
        raise ImproperlyConfigured(message)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or MAIL_SCHEMES[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+starttls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": MAIL_TIMEOUT,
    }


def cache(url: str) -> dict[str, Any]:
    """Return one entry of CACHES: Redis by address, the memory of each process without one."""
    if not url:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "mostik"}
    if _parts(url).scheme not in {"redis", "rediss", "unix"}:
        message = "CACHE_URL: нужен адрес Redis, как redis://host:port/number."
        raise ImproperlyConfigured(message)
    return {"BACKEND": "portal.cache.fallback.RedisOrDatabase", "LOCATION": url, "KEY_PREFIX": "mostik"}


def broker(url: str, *, folder: str) -> tuple[str, dict[str, Any]]:
    """Return Celery's broker address and transport options. Without an address: files in `folder`.

    One folder serves for both directions, so that every process may publish and consume.
    """
    if not url:
        return "filesystem://localhost//", {
            "data_folder_in": folder,
            "data_folder_out": folder,
            "control_folder": f"{folder}/control",
            "polling_interval": FILE_BROKER_POLLING,
        }
    scheme = _parts(url).scheme
    if scheme not in {"amqp", "amqps", "redis", "rediss"}:
        message = (
            "BROKER_URL: нужен адрес брокера, как amqp://user:password@host:port/vhost или redis://host:port/number."
        )
        raise ImproperlyConfigured(message)
    if scheme.startswith("amqp"):
        return url, {"confirm_publish": True}
    return url, {"visibility_timeout": VISIBILITY_TIMEOUT}


def _parts(url: str) -> SplitResult:
    """Split an address; one that is none, also for its port alone, has no scheme."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return SplitResult("", "", "", "", "")
    return parts
