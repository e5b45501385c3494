"""Write down what became of doubtful messages, from a list or from a log of the mail server."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from notify.outbox.watching.outcome_files import OutcomesRead, outcomes_read
from notify.outbox.watching.resolution import Resolution, messages_resolution
from portal.audit.permissions import Right
from portal.flows.sending.outcomes import resolve_messages
from portal.management.campaign_commands import CampaignCommand

LISTED: Final = 20


class Command(CampaignCommand):
    """Without `--reason` it changes nothing and shows what it would do. Nothing is ever sent again."""

    help = (
        "Записывает исход сообщений, о которых неизвестно, ушли ли они. Файл: список наших номеров, CSV «номер;исход» "
        "или строки журнала почтового сервера (Message-ID содержит наш номер). Сначала показывает, что запишет; "
        "с --reason записывает. Повторно сообщения не отправляются."
    )
    acts_as = "почта сотрудника, который записывает исход"

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what the command takes."""
        parser.add_argument("file", help="файл со списком; - читает стандартный ввод")
        parser.add_argument("--as", dest="email", required=True, help=self.acts_as)
        parser.add_argument(
            "--outcome", choices=("accepted", "failed"), help="исход строк, в которых он не назван: ушло или не ушло"
        )
        parser.add_argument("--reason", default="", help="откуда известен исход, для журнала; без него запись пробная")
        parser.add_argument("--campaign", type=int, default=None, help="только сообщения этой кампании")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read, show, and with a reason store."""
        actor = self.acting_staff(options["email"], Right.RUN_CAMPAIGN)
        read = outcomes_read(_lines(options["file"]), default=options["outcome"])
        self.stdout.write(_understood(read))
        if not read.outcomes:
            raise CommandError(_("В файле нет ни одного нашего номера с исходом. Ничего не изменилось."))
        reason, campaign_id = options["reason"].strip(), options["campaign"]
        if not reason:
            self.stdout.write(_report(messages_resolution(outcomes=read.outcomes, campaign_id=campaign_id)))
            raise CommandError(_("Ничего не записано. Если всё верно, повторите с --reason «откуда известно»."))
        done = resolve_messages(actor=actor, outcomes=read.outcomes, reason=reason, campaign_id=campaign_id)
        self.stdout.write(_report(done))


def _lines(name: str) -> list[str]:
    """Return the lines of a file in UTF-8; bytes of another encoding matter to no reference."""
    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise CommandError(_("Файл %(name)s не читается: %(why)s") % {"name": name, "why": error.strerror}) from error
    return content.decode("utf-8", "replace").splitlines()


def _understood(read: OutcomesRead) -> str:
    lines = [_("Номеров с исходом: %(count)s") % {"count": len(read.outcomes)}]
    if read.without_reference:
        lines.append(_("Строк без нашего номера: %(count)s") % {"count": read.without_reference})
    if read.without_outcome:
        lines.append(_("Исход не назван (добавьте --outcome): %(list)s") % {"list": _listed(read.without_outcome)})
    if read.contradicting:
        lines.append(_("Названы два разных исхода, пропущены: %(list)s") % {"list": _listed(read.contradicting)})
    return "\n".join(lines)


def _report(done: Resolution) -> str:
    lines = [
        _("Исход записан: %(count)s") % {"count": done.resolved},
        _("Стояло так и раньше: %(count)s") % {"count": done.repeated},
    ]
    if done.certain:
        lines.append(_("Их исход не под сомнением, не тронуты: %(list)s") % {"list": _listed(done.certain)})
    if done.missing:
        lines.append(_("Таких сообщений здесь нет: %(list)s") % {"list": _listed(done.missing)})
    lines.append(_("Контрольная сумма списка: %(sha256)s") % {"sha256": done.sha256})
    return "\n".join(lines)


def _listed(references: Sequence[UUID]) -> str:
    shown = ", ".join(str(reference) for reference in references[:LISTED])
    return f"{len(references)} ({shown}{', …' if len(references) > LISTED else ''})"
