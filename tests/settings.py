"""Tests: values of their own, so that the same test says the same on every machine."""

import os
from zlib import crc32

from portal.laptop.embedded.secrets import secrets_ensure
from portal.settings.base import *  # noqa: F403 - a mode is the base plus its own values
from portal.settings.base import ROOT, STORAGES
from portal.settings.env import env
from portal.settings.logging import logging_config

# Workers that run tests side by side do not share what they write.
_var = ROOT / "var" / "test" / os.environ.get("PYTEST_XDIST_WORKER", "main")
env.fallbacks = {
    "SITE_URL": "http://testserver",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "DATABASE_URL": f"postgresql://postgres@/mostik?host={_var / 'postgres'}",
    "EMAIL_URL": "smtp://127.0.0.1:1",
    "DEFAULT_FROM_EMAIL": "Мостик <no-reply@mostik.example>",
    "MAX_BOT_NAME": "mostik_test_bot",
    "BROKER_URL": "",
    "CACHE_URL": "",
    "TRUSTED_PROXY_COUNT": "0",
    "SANDBOX": "true",
    "SANDBOX_SECRET": "sandbox-secret-of-tests",
    "MAX_WEBHOOK_SECRET": "max-secret-of-tests",
    "LOG_LEVEL": "WARNING",
    "VAR_DIR": str(_var),
    **secrets_ensure(_var / "secrets"),
}

from portal.laptop.values import *  # noqa: E402, F403 - reads with these fallbacks
from portal.laptop.values import CACHES, DATABASES, LOG_LEVEL  # noqa: E402 - as above

MODE = "test"
DEBUG = False
MAIL_LEAVES = False

# Two checkouts may be tested on one server at the same time.
DATABASES["default"]["TEST"] = {"NAME": f"test_mostik_{crc32(str(ROOT).encode()):08x}"}
DATABASES["export"]["TEST"] = {"MIRROR": "default"}
for _database in DATABASES.values():
    _database["CONN_MAX_AGE"] = 0

# A cache by address is shared by workers and stays after a run; each worker must count for itself.
CACHES["default"]["KEY_PREFIX"] = f"test-{os.getpid()}"
_place, _, _number = str(CACHES["default"].get("LOCATION", "")).rpartition("/")
if _place.startswith("redis") and _number.isdecimal():
    # Clearing it empties the whole database of Redis, which other workers would lose their keys by.
    _worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    CACHES["default"]["LOCATION"] = f"{_place}/{(int(_number) + _worker) % 16}"

SESSION_COOKIE_NAME = "sid"
CSRF_COOKIE_NAME = "csrf"
MFA_REQUIRED = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
LOGGING = logging_config(level=LOG_LEVEL, formatter="plain")
