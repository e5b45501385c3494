"""Tests: values of their own, so that the same test says the same on every machine."""

from pathlib import Path
from typing import Any

from portal.embedded.secrets import secrets_ensure
from portal.settings.base import *  # noqa: F403 - a mode is the base plus its own values
from portal.settings.base import STORAGES, configure
from portal.settings.env import Env
from portal.settings.logging import logging_config

MODE = "test"
DEBUG = False

_var = Env(fallbacks={"VAR_DIR": "var/test"}).path("VAR_DIR", Path(__file__).resolve().parents[2])
globals().update(
    configure(
        Env(
            fallbacks={
                "SITE_URL": "http://testserver",
                "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
                "DATABASE_URL": f"postgresql://postgres@/mostik?host={_var / 'postgres'}",
                "EMAIL_URL": "smtp://127.0.0.1:1",
                "BROKER_URL": "",
                "TRUSTED_PROXY_COUNT": "0",
                "SANDBOX": "true",
                "SANDBOX_SECRET": "sandbox-secret-of-tests",
                "MAX_WEBHOOK_SECRET": "max-secret-of-tests",
                "LOG_LEVEL": "WARNING",
                "VAR_DIR": str(_var),
                **secrets_ensure(_var / "secrets"),
            }
        )
    )
)
DATABASES: dict[str, dict[str, Any]] = globals()["DATABASES"]
for _alias in ("owner", "export"):
    DATABASES[_alias]["TEST"] = {"MIRROR": "default"}
for _database in DATABASES.values():
    _database["CONN_MAX_AGE"] = 0

SESSION_COOKIE_NAME = "sid"
CSRF_COOKIE_NAME = "csrf"
MFA_REQUIRED = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
LOGGING: dict[str, Any] = logging_config(level=globals()["LOG_LEVEL"], formatter="plain")
