"""System checks that must pass before the site serves, run by `check --database default` and by `doctor`."""

from collections.abc import Sequence
from typing import Any, Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.db import DatabaseError, ProgrammingError, connections

from consents.ledger.append_only import TABLES
from consents.reach.channel_facts import channels_not_stored
from portal.operations.database_roles import guards_missing

DATABASE_SILENT: Final = "portal.E002"
TABLE_NAMES: Final = frozenset(table.name for table in TABLES)
BYPASSES: Final = ("MFA_TOTP_INSECURE_BYPASS_CODE", "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN")


def second_factor_is_whole(**_kwargs: Any) -> list[CheckMessage]:
    """Return errors for settings that bypass the second factor, and for a server that asks for none."""
    faults: list[CheckMessage] = [
        Error(f"Настройка {name} открывает обход второго фактора.", id="portal.E001")
        for name in BYPASSES
        if getattr(settings, name, None)
    ]
    if settings.MODE == "production" and settings.MFA_REQUIRED is not True:
        faults.append(Error("Настройка MFA_REQUIRED выключена: на сервере второй фактор обязателен.", id="portal.E004"))
    return faults


def ledger_is_guarded(databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """Compare grants and triggers of append-only tables with the expected list.

    Returns nothing before the first migration: `doctor` reports the waiting migrations.
    """
    if not databases:
        return []
    connection = connections["default"]
    try:
        is_empty = TABLE_NAMES.isdisjoint(connection.introspection.table_names())
        missing = [] if is_empty else guards_missing(connection)
    except DatabaseError as error:
        return [Error(f"База данных не отвечает: {type(error).__name__}.", id=DATABASE_SILENT)]
    level = Warning if settings.MODE != "production" else Error
    hint = "Выполните manage.py database_prepare от имени владельца; см. docs/operations.md."
    return [level(f"Журнал не защищён: {fault}.", hint=hint, id="portal.E003") for fault in missing]


def channels_are_stored(databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """Compare the channels that the database knows with the registry.

    A channel without a row reaches nobody.
    """
    if not databases:
        return []
    try:
        unknown = channels_not_stored()
    except ProgrammingError:  # before the first migration; `doctor` reports those that wait
        return []
    except DatabaseError as error:
        return [Error(f"База данных не отвечает: {type(error).__name__}.", id=DATABASE_SILENT)]
    hint = "Выполните manage.py database_prepare от имени владельца; см. docs/operations.md."
    return [Error(f"База данных не знает канала {code}.", hint=hint, id="portal.E005") for code in unknown]
