"""What one laptop installation consists of: folder, environment, processes."""

import os
import random
import shlex
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from notify import queues
from portal.laptop.embedded.defaults import MARK, database_urls, mailbox_file

LOOPBACK: Final = "127.0.0.1"
PORTS: Final = range(20_000, 32_768)
TITLES: Final = {
    queues.TRANSACTIONAL: "ответы",
    queues.SEND: "отправка",
    queues.REPORTS: "отчёты",
    queues.SEAL: "подписи",
    queues.LONG: "файлы",
}


def environment(*, var_dir: Path, port: int, own_database: bool) -> dict[str, str]:
    """Return what every process of the installation gets. What the person set stands; the rest is ours."""
    values = {"PYTHONUNBUFFERED": "1", "DJANGO_SETTINGS_MODULE": "portal.laptop.settings"}
    values |= {name: value for name, value in os.environ.items() if value}
    values |= {"VAR_DIR": str(var_dir), "PORT": str(port), MARK: str(var_dir)}
    if own_database:
        values |= database_urls(var_dir)
    if "EMAIL_URL" not in values:
        values["EMAIL_URL"] = f"smtp://{LOOPBACK}:{free_port()}"
        mailbox_file(var_dir).write_text(values["EMAIL_URL"])
    return values


def processes(environ: dict[str, str], *, with_mailbox: bool, with_fakes: bool) -> dict[str, str]:
    """Name -> shell command of everything that runs under the supervisor."""
    python = shlex.quote(sys.executable)
    plan = {"сайт": _web(python, environ), **_workers(python, environ)}
    plan["часы"] = f"exec {python} -m celery -A portal --quiet beat --loglevel WARNING --pidfile="
    if with_mailbox:
        port = environ["EMAIL_URL"].rsplit(":", 1)[1]
        plan["почта"] = f"exec {python} manage.py sandbox_smtp --host {LOOPBACK} --port {port}"
    if with_fakes:
        plan["провайдеры"] = f"exec {python} manage.py fake_providers"
    return plan


def _workers(python: str, environ: dict[str, str]) -> dict[str, str]:
    """Return the command of the workers of each queue.

    With the broker in a folder a worker is one process (`solo`): it starts and stops at once. A broker that needs
    heartbeats of a worker while a long task runs gets the usual pool.
    """
    # A container's only user is often root; Celery's long warning about that says nothing new here.
    start = f'exec {python} -W "ignore:You\'re running the worker" -m celery -A portal --quiet worker'
    end = "--loglevel WARNING --without-mingle --without-gossip --without-heartbeat"
    plan: dict[str, str] = {}
    for queue in queues.QUEUES:
        count = int(environ.get("WORKER_PROCESSES", "2")) if queue == queues.SEND else 1
        if "BROKER_URL" in environ:
            plan[TITLES[queue]] = f"{start} -n {queue}@%h -Q {queue} -c {count} {end}"
            continue
        for number in range(1, count + 1):
            title = TITLES[queue] if count == 1 else f"{TITLES[queue]} {number}"
            plan[title] = f"{start} -n {queue}{number}@%h -Q {queue} -P solo {end}"
    return plan


def _web(python: str, environ: dict[str, str]) -> str:
    return (
        f"exec {python} -m granian --interface wsgi --host {LOOPBACK} --port {environ['PORT']}"
        f" --workers {environ.get('WEB_WORKERS', '2')} --blocking-threads 4 --no-ws --log-level warning"
        " --respawn-failed-workers --workers-kill-timeout 5 portal.wsgi:application"
    )


def port_try(port: int) -> None:
    """Bind the port of the loopback address for a moment. Raises `OSError`, `PermissionError` for want of rights."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((LOOPBACK, port))


def free_port() -> int:
    """Return a port of the loopback address that is free now.

    It lies below the range from which systems take ports for connections, so that none takes it meanwhile.
    """
    while True:
        port = random.choice(PORTS)  # noqa: S311 - no secret
        with suppress(OSError):
            port_try(port)
            return port
