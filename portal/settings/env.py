"""The environment, typed by environs, with a sentence for everything that is wrong.

`TABLE` is the only list of variables: settings modules ask for nothing else, and `docs/settings.md` is
checked against it. A variable whose default is `None` must be set, except where the mode brings values of
its own (`fallbacks`): the embedded mode does so with the secrets that it made for this installation.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import environs
from django.core.exceptions import ImproperlyConfigured
from environs import EnvValidationError, validate

from portal.settings.base import ROOT

KEY_BYTES = 32
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable; with `default=None` production does not start without it."""

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
        "AES-256-GCM for second factors of staff, for what is named at the entrance and for secrets of providers; "
        "64 hex digits.",
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
    Variable("WEB_STATEMENT_SECONDS", "Longest statement of a page, in PostgreSQL; 0: no limit.", "15"),
    Variable("WORKER_STATEMENT_SECONDS", "Longest statement of a worker, in PostgreSQL; 0: no limit.", "300"),
    Variable("LONG_STATEMENT_SECONDS", "The same for the worker of the queue `long`.", "3600"),
    Variable("BROKER_URL", "Celery broker, `amqp://` or `redis://`.", secret=True),
    Variable(
        "CACHE_URL",
        "Cache, `redis://`. All processes share it: limits of failed staff logins lie there, in the database while it "
        "is away.",
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
    Variable(
        "SMS_PARTS_MOST",
        "How many parts an SMS of a campaign may have: each is paid for, and carriers take ten at most. A longer one "
        "stays a draft.",
        "6",
    ),
    Variable(
        "CODES_AT_ONCE",
        "How many codes, notices and letters to staff one process of the worker `transactional` hands to one provider "
        "at once. Each is a connection to the provider and one to the database while a provider is slow.",
        "8",
    ),
    Variable(
        "BRAKE_REFUSALS",
        "After so many messages of a campaign that were refused in a row, none taken between them, it is paused by "
        "itself. What a refusal says of the contact does not count.",
        "20",
    ),
    Variable(
        "ENTRANCE_CODES_PER_DAY",
        "How many codes a day the whole company sends to those who ask for one at the public entrance: anybody may, "
        "and each SMS costs money. Codes by personal links do not count. `doctor` and the log speak up at four fifths.",
        "10000",
    ),
    Variable("SANDBOX", "Channels end in the sandbox viewer instead of at providers. Embedded mode only.", "false"),
    Variable("SANDBOX_SECRET", "Secret of the sandbox's own webhook.", "", secret=True),
    Variable(
        "BOUNCE_ADDRESS",
        "Where letters that cannot be delivered come back, `bounce@move.bank.example`; its mailbox also takes "
        "`bounce+anything@`. At most 23 characters before @. Empty: to the sender, and nobody reads them.",
        "",
    ),
    Variable("REPLY_TO", "Where answers to letters go. Empty: to the sender.", ""),
    Variable(
        "MAX_WEBHOOK_SECRET",
        "Secret that MAX sends with each webhook call; two, with a comma between, while one takes the other's place. "
        "Empty: calls are refused.",
        "",
        secret=True,
    ),
    Variable(
        "MAX_BOT_NAME",
        "Name of the bot in MAX, as in https://max.ru/NAME, where no set-up of the console names it.",
        "",
    ),
    Variable("DEFAULT_TIME_ZONE", "Time zone of people whose own is not known.", "Europe/Moscow"),
    Variable(
        "IMPORT_MEMORY_MB",
        "Megabytes of address space of the process that unpacks a workbook; each upload at work has one.",
        "2048",
    ),
    Variable(
        "METRICS_TOKEN",
        "Bearer token of `/metrics` for other machines. Empty: this machine alone may ask, not through the proxy.",
        "",
        secret=True,
    ),
    Variable("LOG_LEVEL", "Least level that is logged.", "INFO"),
    Variable("PORT", "Port of the web server.", "8000"),
    Variable("WEB_WORKERS", "Processes of the web server.", "2"),
    Variable(
        "WORKER_PROCESSES", "Processes of each Celery worker; on a laptop, of the one that sends campaigns alone.", "2"
    ),
    Variable(
        "PAPER_FONTS",
        "Folder of more fonts for PDF, as `/usr/share/fonts/opentype/noto`, for signs that the embedded fonts lack.",
        "",
    ),
    Variable("VAR_DIR", "Folder for everything that the running system writes.", "var"),
    Variable(
        "OUTSIDE_DIR",
        "Folder of what a restore of the database must not set back: what was handed over, refusals, links. Best on "
        "another disk; all processes share it. Empty: `outside` in VAR_DIR.",
        "",
    ),
    Variable("OUTSIDE_DAYS", "How many days are kept there: more than the oldest copy that may be restored.", "60"),
)

PRODUCTION_SECRETS = tuple(variable.name for variable in TABLE if variable.secret and variable.default is None)
_DEFAULTS = {variable.name: variable.default for variable in TABLE}


class Env(environs.Env):
    """Reads the variables of `TABLE`. Every error names the variable and what to do, never the value."""

    def __init__(self, source: Mapping[str, str] = os.environ, fallbacks: Mapping[str, str] | None = None) -> None:
        """Read from `source`, then from `fallbacks`, then from the defaults of the table."""
        super().__init__()
        self.source = source
        self.fallbacks = fallbacks or {}

    def _get_value(self, env_key: str, default: Any) -> Any:  # noqa: ARG002 - the table has the defaults
        """Return the text of a variable; a blank one counts as missing. The library asks here for every value."""
        fallback = {**_DEFAULTS, **self.fallbacks}[env_key]
        value = self.source.get(env_key, "").strip() or fallback
        if value is None:
            message = f"Не задана переменная {env_key}. Что в ней должно быть, сказано в docs/settings.md."
            raise ImproperlyConfigured(message)
        return value

    def is_set(self, name: str) -> bool:
        """Return whether the environment itself holds a value."""
        return name in _DEFAULTS and bool(self.source.get(name, "").strip())

    def number(self, name: str, *, least: int = 0, most: int = 999_999) -> int:
        """Return a whole number between two others."""
        return _read(self.int, name, f"нужно целое число от {least} до {most}.", validate.Range(least, most))

    def flag(self, name: str) -> bool:
        """Return True for 1, true, yes, on and False for 0, false, no, off."""
        return _read(self.bool, name, "нужно true или false.")

    def words(self, name: str) -> list[str]:
        """Return the parts between commas, without spaces and empty ones."""
        return [word for word in self.list(name, subcast=lambda part: str(part).strip()) if word]

    def key(self, name: str) -> bytes:
        """Return 32 bytes from 64 hex digits."""
        wanted = f"нужны {KEY_BYTES * 2} шестнадцатеричные цифры; их даст openssl rand -hex {KEY_BYTES}."
        return bytes.fromhex(_read(self.str, name, wanted, validate.Regexp(rf"[0-9a-fA-F]{{{KEY_BYTES * 2}}}\Z")))

    def origin(self, name: str) -> str:
        """Return scheme, host and port without a path and without the last slash."""
        wanted = "нужен адрес сайта без пути, как https://move.bank.example."
        return _read(self.str, name, wanted, validate.Regexp(r"https?://[^/\s?#@]+/*\Z")).rstrip("/")

    def address(self, name: str, *, longest_name: int = 64) -> str:
        """Return an e-mail address without "+" whose part before @ is not too long, or nothing."""
        wanted = f"нужен адрес почты без «+», до @ не больше {longest_name} знаков, как bounce@move.bank.example."
        pattern = rf"([A-Za-z0-9._-]{{1,{longest_name}}}@[A-Za-z0-9.-]{{3,253}})?\Z"
        return _read(self.str, name, wanted, validate.Regexp(pattern))

    def folder(self, name: str, base: Path = ROOT) -> Path:
        """Return an absolute path, of a file or a folder; a relative value is taken from `base`."""
        return (base / self.path(name)).resolve()


def _read(parse: Callable[..., T], name: str, wanted: str, check: Callable[[Any], Any] | None = None) -> T:
    """Return a value as the library parses and checks it. Raises `ImproperlyConfigured` without the value."""
    try:
        return parse(name, validate=check)
    except EnvValidationError:
        message = f"{name}: {wanted}"
        raise ImproperlyConfigured(message) from None


env = Env()
"""The environment of this process. A mode gives it fallbacks before it imports `portal.settings.values`."""
