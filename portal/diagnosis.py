"""The health of an installation, one sentence per part. No secret and no address of a person is ever part of one."""

import shutil
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import available_timezones

import redis
from django.conf import settings
from django.core.cache import cache
from django.core.checks import run_checks
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor

from consents.errors import ConsentsError
from consents.sealing import key_read
from portal.celery import app

SPARE_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One part: good or not, said in a sentence with what to do."""

    good: bool
    sentence: str


def diagnose() -> list[Finding]:
    """Look at every part; a part that cannot be looked at is a finding, never an exception."""
    return [part() for part in PARTS]


def _database() -> Finding:
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SHOW server_version")
            version = cursor.fetchone()[0]
    except DatabaseError:
        return Finding(False, "База данных не отвечает. Проверьте DATABASE_URL и что PostgreSQL запущен.")
    return Finding(True, f"База данных отвечает, PostgreSQL {version}.")


def _migrations() -> Finding:
    try:
        executor = MigrationExecutor(connections["default"])
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return Finding(False, "Состояние миграций неизвестно: база данных не отвечает.")
    if plan:
        return Finding(False, f"Не применено миграций: {len(plan)}. Выполните manage.py database_prepare.")
    return Finding(True, "Все миграции применены.")


def _guards() -> Finding:
    faults = [message for message in run_checks(databases=["default"]) if message.id in {"portal.E002", "portal.E003"}]
    if faults:
        return Finding(
            settings.MODE != "production", f"Журнал согласий защищён не полностью: {len(faults)}. {faults[0].msg}"
        )
    return Finding(True, "Журнал согласий: изменение и удаление записей запрещены базой данных.")


def _seal_key() -> Finding:
    try:
        key_read(Path(settings.SEAL_KEY_FILE))
    except ConsentsError:
        return Finding(False, "Ключ печати журнала не читается. Проверьте SEAL_KEY_FILE.")
    return Finding(True, "Ключ печати журнала на месте.")


def _broker() -> Finding:
    try:
        with app.connection_for_write(connect_timeout=5) as connection:
            connection.ensure_connection(max_retries=1, timeout=5)
    except (OSError, ConnectionError) as error:
        return Finding(False, f"Брокер не отвечает ({type(error).__name__}). Проверьте BROKER_URL.")
    return Finding(True, "Брокер отвечает.")


def _cache() -> Finding:
    try:
        cache.set("doctor", "1", 5)
    except (OSError, redis.RedisError):
        return Finding(False, "Кеш не отвечает. Проверьте CACHE_URL.")
    return Finding(True, "Кеш отвечает.")


def _mail() -> Finding:
    try:
        connect = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
        with connect(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=5) as server:
            server.noop()
    except OSError:
        return Finding(False, "Почтовый сервер не отвечает. Проверьте EMAIL_URL.")
    return Finding(True, "Почтовый сервер отвечает.")


def _zones() -> Finding:
    if settings.DEFAULT_TIME_ZONE not in available_timezones():
        return Finding(False, "DEFAULT_TIME_ZONE: такого часового пояса нет на этой машине. Установите tzdata.")
    return Finding(True, f"Часовой пояс компании: {settings.DEFAULT_TIME_ZONE}.")


def _disk() -> Finding:
    free = shutil.disk_usage(settings.VAR_DIR).free
    if free < SPARE_BYTES:
        return Finding(False, f"Мало места на диске: {free // 1_000_000} МБ. Освободите хотя бы 1 ГБ.")
    return Finding(True, f"Свободно на диске: {free // 1_000_000_000} ГБ.")


def _mode() -> Finding:
    if settings.SANDBOX:
        return Finding(settings.MODE != "production", "Песочница: сообщения клиентам никуда не уходят.")
    return Finding(True, "Сообщения уходят клиентам.")


PARTS: tuple[Callable[[], Finding], ...] = (
    _mode,
    _database,
    _migrations,
    _guards,
    _seal_key,
    _broker,
    _cache,
    _mail,
    _zones,
    _disk,
)
