"""The health of an installation, one sentence per part. No secret and no address of a person is ever part of one."""

import shutil
import smtplib
import stat
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final
from zoneinfo import available_timezones

import redis
from django.conf import settings
from django.core.cache import cache
from django.core.checks import Tags, run_checks
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from kombu.exceptions import OperationalError as BrokerError

from consents.enums import Channel
from consents.errors import ConsentsError
from consents.sealing import key_read
from consents.selectors.codes import wrong_code_alarm
from consents.selectors.ledger_health import ledger_health
from notify.selectors.channels import channels_connected
from portal.celery import app
from portal.checks import DATABASE_SILENT
from portal.database_roles import ledger_is_owned

SPARE_BYTES: Final = 1_000_000_000
SECRET_LENGTH: Final = 50


@dataclass(frozen=True, slots=True)
class Finding:
    """One part: good or not, said in a sentence with what to do. A note is no fault, but worth knowing."""

    good: bool
    sentence: str
    is_note: bool = False

    @property
    def mark(self) -> str:
        """Give the sign before the sentence."""
        return "✗" if not self.good else "·" if self.is_note else "✓"


def diagnose() -> list[Finding]:
    """Look at every part; a part that cannot be looked at is a finding, never an exception."""
    return [part() for part in PARTS]


def _on_a_server() -> bool:
    return bool(settings.MODE == "production")


def _mode() -> Finding:
    if not settings.SANDBOX:
        return Finding(True, "Песочницы нет: сообщения уходят клиентам по тем каналам, у которых есть провайдер.")
    if settings.MAIL_LEAVES:
        return Finding(
            not _on_a_server(), "Песочница: СМС и MAX никуда не уходят, а письма уходят через сервер из EMAIL_URL."
        )
    return Finding(not _on_a_server(), "Песочница: сообщения клиентам никуда не уходят.")


def _secrets() -> Finding:
    key = Path(settings.SEAL_KEY_FILE)
    if len(settings.SECRET_KEY) < SECRET_LENGTH:
        return Finding(False, f"SECRET_KEY короче {SECRET_LENGTH} знаков. Создайте новый; сотрудники войдут заново.")
    if key.exists() and stat.S_IMODE(key.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
        return Finding(False, "Ключ подписи журнала могут прочитать другие пользователи. Выполните chmod 600.")
    return Finding(True, "Секреты заданы.")


def _database() -> Finding:
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SHOW server_version")
            version = cursor.fetchone()[0]
    except DatabaseError:
        hint = "Проверьте DATABASE_URL и что PostgreSQL запущен." if _on_a_server() else "Запустите make run."
        return Finding(False, f"База данных не отвечает. {hint}")
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


def _roles() -> Finding:
    """Ask the database, not the addresses: a server's services are not given that of the owner."""
    try:
        is_owner = ledger_is_owned(connections["default"])
    except DatabaseError:
        return Finding(False, "Кому принадлежат таблицы, неизвестно: база данных не отвечает.")
    if is_owner:
        return Finding(
            not _on_a_server(),
            "Сайт работает под владельцем базы. Задайте DATABASE_OWNER_URL и выполните manage.py database_prepare.",
        )
    return Finding(True, "Сайт работает под ролью, которой таблицы не принадлежат.")


def _guards() -> Finding:
    messages = run_checks(tags=[Tags.database], databases=["default"])
    if any(message.id == DATABASE_SILENT for message in messages):
        return Finding(False, "Защита журнала неизвестна: база данных не отвечает.")
    faults = [message.msg for message in messages]
    if faults:
        return Finding(
            not _on_a_server(), f"Журнал согласий защищён не полностью, замечаний: {len(faults)}. {faults[0]}"
        )
    return Finding(True, "Журнал согласий: изменение и удаление записей запрещены базой данных.")


def _seal_key() -> Finding:
    try:
        key_read(Path(settings.SEAL_KEY_FILE))
    except ConsentsError:
        return Finding(False, "Ключ подписи журнала не читается. Проверьте SEAL_KEY_FILE.")
    return Finding(True, "Ключ подписи журнала на месте.")


def _clock() -> Finding:
    try:
        health = ledger_health()
    except DatabaseError:
        return Finding(False, "Работают ли фоновые службы, неизвестно: база данных не отвечает.")
    if health.is_sealing_late:
        minutes = int(health.delay.total_seconds() // 60)
        return Finding(
            False, f"Записи журнала ждут заверения {minutes} мин. Запустите celery beat и обработчик reports."
        )
    return Finding(True, f"Журнал согласий заверен, записей: {health.tree_size}.")


def _codes() -> Finding:
    try:
        seen = wrong_code_alarm()
    except DatabaseError:
        return Finding(False, "Подбирают ли коды, неизвестно: база данных не отвечает.")
    if seen.is_alarm:
        hint = "Посмотрите адреса в журнале прокси и закройте их."
        return Finding(False, f"Коды подбирают: за {seen.span_s // 60} мин неверных {seen.wrong}. {hint}")
    return Finding(True, f"Неверных кодов за {seen.span_s // 60} мин: {seen.wrong}.")


def _broker() -> Finding:
    try:
        with app.connection_for_write(connect_timeout=5) as connection:
            connection.ensure_connection(max_retries=1, timeout=5)
    except (OSError, BrokerError) as error:
        return Finding(False, f"Брокер не отвечает ({type(error).__name__}). Проверьте BROKER_URL.")
    return Finding(True, "Брокер отвечает.")


def _cache() -> Finding:
    try:
        cache.set("doctor", "1", 5)
    except (OSError, redis.RedisError):
        return Finding(False, "Кеш не отвечает. Проверьте CACHE_URL.")
    return Finding(True, "Кеш отвечает.")


def _mail() -> Finding:
    connect = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
    try:
        with connect(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=5) as server:
            server.noop()
    except OSError:
        return Finding(False, "Почтовый сервер не отвечает. Проверьте EMAIL_URL.")
    return Finding(True, "Почтовый сервер отвечает.")


def _provider(channel: Channel) -> Finding:
    """Say whether a channel can carry anything; e-mail is a server that can be asked, and has a part of its own."""
    if channel in channels_connected():
        return Finding(True, f"{channel.label}: провайдер подключён.")
    return Finding(
        True, f"{channel.label}: провайдера нет. Ни коды, ни рассылки по этому каналу не предлагаются.", is_note=True
    )


def _zones() -> Finding:
    zones = available_timezones()
    if settings.DEFAULT_TIME_ZONE not in zones:
        return Finding(False, "DEFAULT_TIME_ZONE: такого часового пояса нет на этой машине. Установите tzdata.")
    return Finding(True, f"Часовые пояса известны; для клиентов без своего — {settings.DEFAULT_TIME_ZONE}.")


def _disk() -> Finding:
    try:
        free = shutil.disk_usage(settings.VAR_DIR).free
    except OSError:
        return Finding(False, "Папки VAR_DIR нет или она недоступна. Создайте её и дайте права пользователю служб.")
    if free < SPARE_BYTES:
        return Finding(False, f"Мало места на диске: {free // 1_000_000} МБ. Освободите хотя бы 1 ГБ.")
    return Finding(True, f"Свободно на диске: {free // 1_000_000_000} ГБ.")


PARTS: Final[tuple[Callable[[], Finding], ...]] = (
    _mode,
    _secrets,
    _database,
    _migrations,
    _roles,
    _guards,
    _seal_key,
    _clock,
    _codes,
    _broker,
    _cache,
    _mail,
    partial(_provider, Channel.SMS),
    partial(_provider, Channel.MAX),
    _zones,
    _disk,
)
