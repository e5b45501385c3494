"""A server: every secret comes from the environment, HTTPS only, real channels."""

from django.core.exceptions import ImproperlyConfigured

from portal.settings.base import *  # noqa: F403 - a mode is the base plus its own values
from portal.settings.configure import configure
from portal.settings.env import Env
from portal.settings.logging import logging_config

MODE = "production"
DEBUG = False
MAIL_LEAVES = True

globals().update(configure(Env()))

if globals()["SANDBOX"]:
    _message = "SANDBOX: на сервере песочницы нет, сообщения клиентам остались бы в ней. Уберите эту переменную."
    raise ImproperlyConfigured(_message)
if not globals()["SITE_URL"].startswith("https://"):
    _message = "SITE_URL: на сервере адрес сайта начинается с https://."
    raise ImproperlyConfigured(_message)

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sid"
CSRF_COOKIE_NAME = "__Host-csrf"
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
MFA_REQUIRED = True
LOGGING = logging_config(level=globals()["LOG_LEVEL"], formatter="json")
