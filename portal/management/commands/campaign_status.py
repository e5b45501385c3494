"""Say where a campaign stands, with its funnel."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

from consents.touchpoint import touchpoint_labels
from notify.campaigns.funnel import FunnelRow, funnel
from notify.campaigns.reading import campaign_status
from notify.enums import CampaignState
from notify.types import CampaignStatus
from portal.management.campaign_commands import CampaignCommand
from portal.staff.campaigns.view import failures, figure, reasons


class Command(CampaignCommand):
    """Figures only: no recipient is named, so no right is asked for."""

    help = "Показывает, как идёт кампания: campaign_status 12 --json"

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what the command takes."""
        super().add_arguments(parser)
        parser.add_argument("--json", action="store_true", help="ответить в JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the figures and the funnel."""
        status = campaign_status(campaign_id=options["campaign_id"])
        rows = funnel(campaign_id=options["campaign_id"])
        if options["json"]:
            answer = asdict(status) | {"funnel": [asdict(row) for row in rows]}
            self.stdout.write(json.dumps(answer, cls=DjangoJSONEncoder, ensure_ascii=False))
        else:
            self.stdout.write(_in_words(status, rows))


def _in_words(status: CampaignStatus, rows: list[FunnelRow]) -> str:
    lines = [
        f"{status.name}: {CampaignState(status.state).label}",
        _("Запланировано: %(count)s") % {"count": status.planned_total},
        _sent(status, rows),
        _("Не отправлялось: %(count)s") % {"count": status.skipped} + _reasons(reasons(status.skipped_by_reason)),
        _("Не доставлено: %(count)s") % {"count": status.failed} + _reasons(failures(status.failed_by_code)),
        _("Исход неизвестен: %(count)s") % {"count": status.unknown},
        _("В обработке: %(count)s") % {"count": status.open},
    ]
    for row in rows:
        lines.append(
            _("%(kind)s: перешли %(visited)s, подтвердили %(confirmed)s, согласились %(consented)s, MAX %(max_linked)s")
            % (asdict(row) | {"kind": touchpoint_labels()[row.kind]})
        )
    return "\n".join(lines)


def _sent(status: CampaignStatus, rows: list[FunnelRow]) -> str:
    if rows and all(figure(row, "delivered") is None for row in rows):
        return _("Отправлено: %(count)s; о доставке почта не сообщает") % {"count": status.sent}
    return _("Отправлено: %(count)s, из них доставлено: %(delivered)s") % {
        "count": status.sent,
        "delivered": status.delivered,
    }


def _reasons(found: list[tuple[str, int]]) -> str:
    return f" ({', '.join(f'{label}: {count}' for label, count in found)})" if found else ""
