"""A server: every secret comes from the environment, HTTPS only, real channels."""

from django.core.exceptions import ImproperlyConfigured

from portal.settings.base import *  # noqa: F403 - a mode is the base plus its own values
from portal.settings.logging import logging_config
from portal.settings.values import *  # noqa: F403 - as above
from portal.settings.values import LOG_LEVEL, SANDBOX, SITE_URL

MODE = "production"
DEBUG = False
MAIL_LEAVES = True

if SANDBOX:
    _message = "SANDBOX: на сервере песочницы нет, сообщения клиентам остались бы в ней. Уберите эту переменную."
    raise ImproperlyConfigured(_message)
if not SITE_URL.startswith("https://"):
    _message = "SITE_URL: на сервере адрес сайта начинается с https://."
    raise ImproperlyConfigured(_message)

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sid"
CSRF_COOKIE_NAME = "__Host-csrf"
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
MFA_REQUIRED = True
LOGGING = logging_config(level=LOG_LEVEL, formatter="json")
