"""Delete exports whose day is over."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from portal.exports.jobs import export_make, exports_sweep


class Command(BaseCommand):
    """The clock does this by itself; the command is for an installation without one."""

    help = _("Удалить просроченные выгрузки и подготовить отложенные.")

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Sweep, then make what has lost its nudge."""
        made = sum(export_make(job_id=job_id) for job_id in exports_sweep())
        self.stdout.write(_("Просроченные выгрузки удалены, сделано отложенных: %(count)d.") % {"count": made})
