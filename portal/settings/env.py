"""The environment, read once, typed, with a sentence for everything that is wrong.

`TABLE` is the only list of variables: settings modules ask for nothing else, and `docs/settings.md` is
checked against it. A variable whose default is `None` must be set, except where the caller brings values of
its own (`fallbacks`): the embedded mode does so with the secrets that it made for this installation.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32
TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off", ""})


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable: `default=None` says that production does not start without it."""

    name: str
    meaning: str
    default: str | None = None
    secret: bool = False


TABLE = (
    Variable("SITE_URL", "Public origin, `https://move.bank.example`. All links are built from it, never from Host."),
    Variable("ALLOWED_HOSTS", "Host names that are answered, separated by commas."),
    Variable("SECRET_KEY", "Signs sessions and forms; 50 random characters or more.", secret=True),
    Variable("LINK_KEY", "Keyed hash of short tokens, codes and webhook paths; 64 hex digits.", secret=True),
    Variable(
        "FIELD_KEY",
        "AES-256-GCM for second factors of staff and for what is named at the entrance; 64 hex digits.",
        secret=True,
    ),
    Variable("SEAL_KEY_FILE", "Path of the Ed25519 private key (PEM) that signs seals. Keep it outside the database."),
    Variable("DATABASE_URL", "PostgreSQL, role of the application (`mostik_app`).", secret=True),
    Variable(
        "DATABASE_OWNER_URL",
        "PostgreSQL, role that owns the tables and migrates (`mostik_owner`). Empty: as DATABASE_URL.",
        "",
        secret=True,
    ),
    Variable(
        "DATABASE_EXPORT_URL",
        "PostgreSQL, role that only reads (`mostik_export`). Empty: as DATABASE_URL.",
        "",
        secret=True,
    ),
    Variable(
        "DATABASE_ADMIN_URL",
        "PostgreSQL, a role that may create roles; read by `database_prepare` alone. Empty: as DATABASE_OWNER_URL.",
        "",
        secret=True,
    ),
    Variable("STATEMENT_TIMEOUT", "Longest statement of PostgreSQL, as `15s`; the web server sets 15s itself.", ""),
    Variable("BROKER_URL", "Celery broker, `amqp://` or `redis://`.", secret=True),
    Variable(
        "CACHE_URL",
        "Cache, `redis://`. All processes share it: limits of failed staff logins and used one-time codes lie there.",
        secret=True,
    ),
    Variable(
        "EMAIL_URL", "Mail server: `smtp://`, `smtps://` or `smtp+starttls://user:password@host:port`.", secret=True
    ),
    Variable("DEFAULT_FROM_EMAIL", "Sender of all letters, `Bank <no-reply@bank.example>`."),
    Variable("TRUSTED_PROXY_COUNT", "How many proxies of our own stand before the web server.", "1"),
    Variable(
        "CODES_PER_ADDRESS",
        "How many codes may be asked for and entered from one address in ten minutes. Behind the address of a mobile "
        "operator stand thousands of people: raise it for a big campaign by SMS.",
        "600",
    ),
    Variable(
        "ENTRANCES_PER_ADDRESS",
        "How many visits may begin at the public entrance from one address in ten minutes.",
        "200",
    ),
    Variable("SANDBOX", "Channels end in the sandbox viewer instead of at providers. Embedded mode only.", "false"),
    Variable("SANDBOX_SECRET", "Secret of the sandbox's own webhook.", "", secret=True),
    Variable(
        "MAX_WEBHOOK_SECRET", "Secret that MAX sends with each webhook call. Empty: calls are refused.", "", secret=True
    ),
    Variable(
        "MAX_BOT_NAME",
        "Name of the bot in MAX, as in https://max.ru/NAME. The provider for MAX comes with the next release.",
        "",
    ),
    Variable("DEFAULT_TIME_ZONE", "Time zone of people whose own is not known.", "Europe/Moscow"),
    Variable("LOG_LEVEL", "Least level that is logged.", "INFO"),
    Variable("PORT", "Port of the web server.", "8000"),
    Variable("WEB_WORKERS", "Processes of the web server.", "2"),
    Variable(
        "WORKER_PROCESSES", "Processes of each Celery worker; on a laptop, of the one that sends campaigns alone.", "2"
    ),
    Variable("VAR_DIR", "Folder for everything that the running system writes.", "var"),
)

PRODUCTION_SECRETS = tuple(variable.name for variable in TABLE if variable.secret and variable.default is None)


@dataclass(frozen=True, slots=True)
class Env:
    """Reads the variables of `TABLE`. Every error names the variable and what to do, never the value."""

    source: Mapping[str, str] = field(default_factory=lambda: os.environ)
    fallbacks: Mapping[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return the value: from the environment, else the caller's fallback, else the default."""
        variable = _variable(name)
        value = self.source.get(name, "").strip()
        if value or name in self.fallbacks:
            return value or self.fallbacks[name]
        if variable.default is not None:
            return variable.default
        message = f"Не задана переменная {name}. Что в ней должно быть, сказано в docs/settings.md."
        raise ImproperlyConfigured(message)

    def is_set(self, name: str) -> bool:
        """Tell whether the environment itself names a value."""
        return bool(self.source.get(_variable(name).name, "").strip())

    def number(self, name: str, *, least: int = 0, most: int = 999_999) -> int:
        """Return a whole number between two others."""
        value = self.text(name)
        if not re.fullmatch(r"[0-9]{1,6}", value) or not least <= int(value) <= most:
            message = f"{name}: нужно целое число от {least} до {most}."
            raise ImproperlyConfigured(message)
        return int(value)

    def flag(self, name: str) -> bool:
        """Return True for 1, true, yes, on and False for 0, false, no, off and the empty value."""
        value = self.text(name).lower()
        if value not in TRUE_WORDS | FALSE_WORDS:
            message = f"{name}: нужно true или false."
            raise ImproperlyConfigured(message)
        return value in TRUE_WORDS

    def words(self, name: str) -> list[str]:
        """Return the parts between commas, without spaces and empty ones."""
        return [word.strip() for word in self.text(name).split(",") if word.strip()]

    def key(self, name: str) -> bytes:
        """Return 32 bytes from 64 hex digits."""
        value = self.text(name)
        if not re.fullmatch(rf"[0-9a-fA-F]{{{KEY_BYTES * 2}}}", value):
            message = f"{name}: нужны {KEY_BYTES * 2} шестнадцатеричные цифры; их даст openssl rand -hex {KEY_BYTES}."
            raise ImproperlyConfigured(message)
        return bytes.fromhex(value)

    def origin(self, name: str) -> str:
        """Return scheme, host and port without a path and without the last slash."""
        value = self.text(name).rstrip("/")
        if not re.fullmatch(r"https?://[^/\s?#@]+", value):
            message = f"{name}: нужен адрес сайта без пути, как https://move.bank.example."
            raise ImproperlyConfigured(message)
        return value

    def path(self, name: str, base: Path) -> Path:
        """Return an absolute path; a relative value is taken from `base`."""
        return (base / self.text(name)).resolve()


def _variable(name: str) -> Variable:
    for variable in TABLE:
        if variable.name == name:
            return variable
    message = f"{name} is not in portal.settings.env.TABLE."
    raise LookupError(message)
