"""After a restore of the database: see where it stands, read back what lies outside it, take a log, go on."""

import sys
from pathlib import Path
from typing import Any, Final

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from consents.enums import SetBack
from notify.outbox.watching.outcome_files import outcomes_read
from portal.audit.permissions import Right
from portal.flows.restoring.restore import (
    RestoreView,
    ask_read_back,
    end_restore,
    read_back,
    resolve_restored,
    restore_view,
)
from portal.management.campaign_commands import CampaignCommand
from portal.ui.restore_words import counts_said

STEPS: Final = ("status", "read-back", "outcomes", "end")


class Command(CampaignCommand):
    """One step after another: status, read-back, outcomes, end. Each may be repeated."""

    help = (
        "После восстановления базы из копии. status: что произошло; read-back: вернуть отказы, ссылки и исходы из "
        "записей рядом с базой; outcomes ФАЙЛ: учесть журнал почтового сервера; end: продолжить работу."
    )
    acts_as = "почта администратора или ответственного за персональные данные"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a step, and who acts."""
        parser.add_argument("step", choices=STEPS, help="шаг")
        parser.add_argument("file", nargs="?", help="журнал или список наших номеров для outcomes; - читает ввод")
        parser.add_argument("--as", dest="email", default="", help=self.acts_as)
        parser.add_argument(
            "--outcome", choices=("accepted", "failed"), help="исход строк, в которых он не назван: ушло или не ушло"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do one step, and say what came of it."""
        step = options["step"]
        if step == "status":
            self._status(restore_view())
            return
        if not options["email"]:
            raise CommandError(_("Укажите, кто это делает: --as почта."))
        actor = self.acting_staff(options["email"], Right.RESTORE)
        if step == "read-back":
            ask_read_back(actor=actor)
            self.stdout.write("\n".join(f"{label}: {count}" for label, count in counts_said(read_back())))
        elif step == "outcomes":
            read = outcomes_read(_lines(options["file"]), default=options["outcome"])
            done = resolve_restored(actor=actor, outcomes=read.outcomes, reason=f"manage.py restore {options['file']}")
            self.stdout.write(
                _("Номеров с исходом: %(named)s, записано: %(count)s, здесь не найдено: %(missing)s")
                % {"named": len(read.outcomes), "count": done.resolved, "missing": len(done.missing)}
            )
        else:
            paused = end_restore(actor=actor)
            self.stdout.write(_("Восстановление закончено, сообщения снова уходят."))
            for campaign_id in paused:
                self.stdout.write(_("Кампания № %(id)s на паузе: продолжите её или остановите.") % {"id": campaign_id})

    def _status(self, view: RestoreView) -> None:
        if not view.epoch.is_held:
            self.stdout.write(_("База не отстаёт от записей рядом с ней, сообщения уходят."))
            return
        self.stdout.write(
            _("Рассылка остановлена: %(why)s. Отметка в базе: %(inside)s, в записях: %(outside)s.")
            % {
                "why": SetBack(view.epoch.held_for).label,
                "inside": view.reach.counter,
                "outside": view.reach.outside_counter,
            }
        )
        if not view.reach.is_whole:
            self.stdout.write(_("Записи рядом с базой не достают до копии: часть отказов и исходов неизвестна."))
        for label, count in counts_said(view.epoch.recovered):
            self.stdout.write(f"{label}: {count}")
        for campaign in view.campaigns:
            self.stdout.write(
                _("Кампания № %(id)s «%(name)s»: не отправлено %(left)s")
                % {"id": campaign.id, "name": campaign.name, "left": campaign.left}
            )


def _lines(name: str | None) -> list[str]:
    if not name:
        raise CommandError(_("Назовите файл: журнал почтового сервера или список наших номеров."))
    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise CommandError(_("Файл %(name)s не читается: %(why)s") % {"name": name, "why": error.strerror}) from error
    return content.decode("utf-8", "replace").splitlines()
