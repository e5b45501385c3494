"""Say where a campaign stands, counted from message rows."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

from notify.selectors.campaigns import campaign_status
from notify.selectors.funnel import FunnelRow, funnel
from notify.types import CampaignStatus
from portal.management.campaign_commands import errors_told


class Command(BaseCommand):
    """Figures only: no recipient is named, so no right is asked for."""

    help = "Say where a campaign stands: campaign_status 12 --json"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what the command takes."""
        parser.add_argument("campaign_id", type=int)
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the figures and the funnel."""
        with errors_told():
            status = campaign_status(campaign_id=options["campaign_id"])
        rows = funnel(campaign_id=options["campaign_id"])
        if options["json"]:
            answer = asdict(status) | {"funnel": [asdict(row) for row in rows]}
            self.stdout.write(json.dumps(answer, cls=DjangoJSONEncoder, ensure_ascii=False))
        else:
            self.stdout.write(_in_words(status, rows))


def _in_words(status: CampaignStatus, rows: list[FunnelRow]) -> str:
    lines = [
        f"{status.name}: {status.state}",
        _("Запланировано: %(count)s") % {"count": status.planned_total},
        _("Отправлено: %(count)s, из них доставлено: %(delivered)s")
        % {"count": status.sent, "delivered": status.delivered},
        _("Не отправлялось: %(count)s") % {"count": status.skipped} + _reasons(status.skipped_by_reason),
        _("Не доставлено: %(count)s") % {"count": status.failed} + _reasons(status.failed_by_code),
        _("Исход неизвестен: %(count)s") % {"count": status.unknown},
        _("В работе: %(count)s") % {"count": status.open},
    ]
    for row in rows:
        lines.append(
            _("%(kind)s: перешли %(visited)s, подтвердили %(confirmed)s, согласились %(consented)s, MAX %(max_linked)s")
            % asdict(row)
        )
    return "\n".join(lines)


def _reasons(counts: Any) -> str:
    return f" ({', '.join(f'{word}: {count}' for word, count in counts.items())})" if counts else ""
