"""Run a provider that has a process of its own."""

import logging
import signal
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections, connection
from django.utils.translation import gettext as _

from notify.channels.base import Misconfigured, TemporarilyUnavailable
from notify.errors import SetupMissing
from notify.inbound.payloads import payload_store
from notify.inbound.polling import updates_poll
from notify.outbox.own_process import provider_run
from notify.provider_setups import provider_named
from notify.tasks import handle_inbound
from portal.database.process_kind import ProcessKind, process_kind_set
from portal.operations.nudges import nudge_seldom

logger = logging.getLogger("notify.providers")


class Command(BaseCommand):
    """SMPP holds one connection for sending and for receipts; MAX can be asked for updates where nobody can call us."""

    help = _("Держать соединение с провайдером, у которого свой процесс: SMPP или MAX при разработке.")

    def add_arguments(self, parser: Any) -> None:
        """Take the name of the set-up."""
        parser.add_argument("name", help=_("Имя подключения, как на странице «Подключения»."))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run until SIGTERM or SIGINT; what is in hand is finished first."""
        self.stopped = False
        process_kind_set(ProcessKind.WORKER)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        name = options["name"]
        try:
            run = provider_run if provider_named(name).has_own_process else updates_poll
            run(name=name, keep=lambda body: keep(name, body), goes_on=lambda: not self.stopped)
        except SetupMissing as error:
            raise CommandError(_("Подключения «%(name)s» нет.") % {"name": name}) from error
        except (Misconfigured, TemporarilyUnavailable) as error:
            raise CommandError(_("Провайдер не отвечает: %(reason)s.") % {"reason": error.reason}) from error

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopped = True


def keep(name: str, body: bytes) -> None:
    """Store what a provider said, on a connection of the thread that it came in, and start a nudge."""
    close_old_connections()
    try:
        payload_store(provider=name, headers={}, body=body)
        nudge_seldom(handle_inbound)
    finally:
        if not connection.in_atomic_block:
            connection.close()
