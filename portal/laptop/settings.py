"""A laptop: embedded PostgreSQL, sandbox channels, secrets made once for this installation. Loopback only."""

from portal.laptop.embedded.defaults import embedded_fallbacks, mailbox_url
from portal.settings.base import *  # noqa: F403 - a mode is the base plus its own values
from portal.settings.env import env
from portal.settings.logging import logging_config

env.fallbacks = embedded_fallbacks(env.folder("VAR_DIR"), port=env.str("PORT"))

from portal.laptop.values import *  # noqa: E402, F403 - reads with these fallbacks
from portal.laptop.values import LOG_LEVEL, SITE_URL, VAR_DIR  # noqa: E402 - as above

MODE = "embedded"
DEBUG = False
MAIL_LEAVES = env.str("EMAIL_URL") != mailbox_url(VAR_DIR)

_https = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_NAME = "__Host-sid" if _https else "sid"
CSRF_COOKIE_NAME = "__Host-csrf" if _https else "csrf"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
# One machine, one person: they set a factor up if they wish. A passkey needs http://localhost, for a browser
# binds it to a name and 127.0.0.1 is none; the pages say so.
MFA_REQUIRED = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 5.0
LOGGING = logging_config(level=LOG_LEVEL, formatter="plain")
