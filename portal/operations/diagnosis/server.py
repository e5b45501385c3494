"""Checks of settings, keys, database, broker, cache, mail, providers and disk."""

import os
import shutil
import stat
from functools import partial
from pathlib import Path
from typing import Final
from zoneinfo import available_timezones

from django.conf import settings
from django.core.checks import Tags, run_checks
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from kombu.exceptions import OperationalError as BrokerError

from consents.enums import Channel
from consents.errors import ConsentsError
from consents.ledger.tree.signing import key_read, key_ring_read
from notify.channel_settings import channels_connected, channels_in_use, connection_check
from portal.cache.fallback import cache_answers
from portal.celery import app
from portal.operations.checks import DATABASE_SILENT
from portal.operations.database_roles import ledger_is_owned
from portal.operations.diagnosis.part import Diagnosis, Part, asks_database, on_a_server

SPARE_BYTES: Final = 1_000_000_000
SECRET_LENGTH: Final = 50
OLDEST_POSTGRES: Final = 15
"""Before it Django leaves unique keys out that treat NULLs as equal (`nulls_distinct=False`), without an error."""
MAIL_TROUBLES: Final = {
    "": "Почтовый сервер отвечает и готов принимать письма.",
    "login": "Почтовый сервер не принимает имя или пароль: ни одно письмо не уйдёт. Проверьте EMAIL_URL.",
    "tls": (
        "Почтовый сервер не даёт защищённого соединения или входа: ни одно письмо не уйдёт. "
        "Проверьте начало адреса в EMAIL_URL и сертификат сервера."
    ),
}


def _mode() -> Diagnosis:
    if not settings.SANDBOX:
        return Diagnosis(True, "Песочницы нет: сообщения уходят клиентам по тем каналам, у которых есть провайдер.")
    if settings.MAIL_LEAVES:
        return Diagnosis(
            not on_a_server(), "Песочница: СМС и MAX никуда не уходят, а письма уходят через сервер из EMAIL_URL."
        )
    return Diagnosis(not on_a_server(), "Песочница: сообщения клиентам никуда не уходят.")


def _secrets() -> Diagnosis:
    key = Path(settings.SEAL_KEY_FILE)
    if len(settings.SECRET_KEY) < SECRET_LENGTH:
        return Diagnosis(False, f"SECRET_KEY короче {SECRET_LENGTH} знаков. Создайте новый; сотрудники войдут заново.")
    if key.exists() and stat.S_IMODE(key.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
        return Diagnosis(False, "Ключ подписи журнала могут прочитать другие пользователи. Выполните chmod 600.")
    return Diagnosis(True, "Секреты заданы.")


def _database() -> Diagnosis:
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version'), current_setting('server_version_num')::int / 10000"
            )
            version, major = cursor.fetchone()
    except DatabaseError:
        hint = "Проверьте DATABASE_URL и что PostgreSQL запущен." if on_a_server() else "Запустите make run."
        return Diagnosis(False, f"База данных не отвечает. {hint}")
    if major < OLDEST_POSTGRES:
        need = f"Нужен PostgreSQL {OLDEST_POSTGRES} или новее."
        return Diagnosis(False, f"PostgreSQL {version}: часть защиты от повторов в нём не создаётся. {need}")
    return Diagnosis(True, f"База данных отвечает, PostgreSQL {version}.")


@asks_database("Состояние миграций неизвестно")
def _migrations() -> Diagnosis:
    executor = MigrationExecutor(connections["default"])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        return Diagnosis(False, f"Не применено миграций: {len(plan)}. Выполните manage.py database_prepare.")
    return Diagnosis(True, "Все миграции применены.")


@asks_database("Кому принадлежат таблицы, неизвестно")
def _roles() -> Diagnosis:
    """Check the roles in the database, because a server's services do not know the owner's address."""
    if ledger_is_owned(connections["default"]):
        return Diagnosis(
            not on_a_server(),
            "Сайт работает под владельцем базы. Задайте DATABASE_OWNER_URL и выполните manage.py database_prepare.",
        )
    return Diagnosis(True, "Сайт работает под ролью, которой таблицы не принадлежат.")


def _guards() -> Diagnosis:
    messages = run_checks(tags=[Tags.database], databases=["default"])
    if any(message.id == DATABASE_SILENT for message in messages):
        return Diagnosis(False, "Защита журнала неизвестна: база данных не отвечает.")
    faults = [message.msg for message in messages]
    if faults:
        return Diagnosis(
            not on_a_server(), f"Журнал согласий защищён не полностью, замечаний: {len(faults)}. {faults[0]}"
        )
    return Diagnosis(True, "Журнал согласий: изменение и удаление записей запрещены базой данных.")


def _seal_key() -> Diagnosis:
    """Read the key; where only the worker of the seals may, look for the public half, which checks go by."""
    key = Path(settings.SEAL_KEY_FILE)
    is_foreign = key.exists() and not os.access(key, os.R_OK)
    try:
        key_ring_read(key) if is_foreign else key_read(key)
    except ConsentsError:
        return Diagnosis(False, "Ключ подписи журнала не читается. Проверьте SEAL_KEY_FILE.")
    if is_foreign:
        return Diagnosis(True, "Ключ подписи журнала читает только обработчик seal, открытый ключ на месте.")
    return Diagnosis(True, "Ключ подписи журнала на месте.")


def _broker() -> Diagnosis:
    try:
        with app.connection_for_write(connect_timeout=5) as connection:
            connection.ensure_connection(max_retries=1, timeout=5)
    except (OSError, BrokerError) as error:
        return Diagnosis(False, f"Брокер не отвечает ({type(error).__name__}). Проверьте BROKER_URL.")
    return Diagnosis(True, "Брокер отвечает.")


def _cache() -> Diagnosis:
    if not cache_answers():
        return Diagnosis(False, "Кеш не отвечает, вместо него работает база данных. Проверьте CACHE_URL.")
    return Diagnosis(True, "Кеш отвечает.")


def _mail() -> Diagnosis:
    """Connect and log in to the mail server as the sending does, and send nothing."""
    trouble = connection_check(channel=Channel.EMAIL)
    return Diagnosis(not trouble, MAIL_TROUBLES.get(trouble, "Почтовый сервер не отвечает. Проверьте EMAIL_URL."))


def _provider(channel: Channel) -> Diagnosis:
    """Return whether a channel has a provider; e-mail has a check of its own, which asks the server."""
    if channel in channels_connected():
        return Diagnosis(True, f"{channel.label}: провайдер подключён.")
    return Diagnosis(
        True, f"{channel.label}: провайдера нет. Ни коды, ни рассылки по этому каналу не предлагаются.", is_note=True
    )


def _zones() -> Diagnosis:
    zones = available_timezones()
    if settings.DEFAULT_TIME_ZONE not in zones:
        return Diagnosis(False, "DEFAULT_TIME_ZONE: такого часового пояса нет на этой машине. Установите tzdata.")
    return Diagnosis(True, f"Часовые пояса известны; для клиентов без своего — {settings.DEFAULT_TIME_ZONE}.")


def _disk() -> Diagnosis:
    try:
        free = shutil.disk_usage(settings.VAR_DIR).free
    except OSError:
        return Diagnosis(False, "Папки VAR_DIR нет или она недоступна. Создайте её и дайте права пользователю служб.")
    if free < SPARE_BYTES:
        return Diagnosis(False, f"Мало места на диске: {free // 1_000_000} МБ. Освободите хотя бы 1 ГБ.")
    return Diagnosis(True, f"Свободно на диске: {free // 1_000_000_000} ГБ.")


def _providers() -> list[Part]:
    """Return a check for each channel in use; none while the database cannot tell, which is a finding of its own."""
    try:
        return [partial(_provider, channel) for channel in channels_in_use() if channel != Channel.EMAIL]
    except DatabaseError:
        return []


def parts() -> tuple[Part, ...]:
    """Return the checks of this installation, in the order in which they are said."""
    return (*PARTS, *_providers(), _zones, _disk)


PARTS: Final[tuple[Part, ...]] = (
    _mode,
    _secrets,
    _database,
    _migrations,
    _roles,
    _guards,
    _seal_key,
    _broker,
    _cache,
    _mail,
)
