"""Save a campaign from a JSON file and give it to a second person. The form: docs/campaigns.md."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from consents.enums import Channel
from notify.campaigns.spec import spec_read
from notify.channel_settings import channels_connected
from portal.audit.permissions import Right
from portal.flows.campaigns import create_campaign, submit_campaign
from portal.management.campaign_commands import CampaignCommand
from portal.staff.campaigns.sentences import WARNINGS


class Command(CampaignCommand):
    """Print the number of the campaign, the size of its audience and the hash that is to be approved."""

    help = "Сохраняет кампанию и отдаёт её на проверку: campaign_create spec.json --as anna@bank.example"

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what the command takes."""
        parser.add_argument("spec", help="файл JSON или - для стандартного ввода (описание: docs/campaigns.md)")
        parser.add_argument("--as", dest="email", required=True, help="почта автора")
        parser.add_argument("--draft", action="store_true", help="только сохранить черновик, на проверку не отдавать")
        parser.add_argument("--json", action="store_true", help="ответить в JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Save and submit in one transaction: a refused spec leaves nothing.

        Where the channel has no provider the draft is saved and a warning printed; when it should have been submitted,
        that is an error.
        """
        author = self.acting_staff(options["email"], Right.DRAFT_CAMPAIGN)
        data = _read(options["spec"])
        with transaction.atomic():
            spec = spec_read(data)
            connected = channels_connected()
            is_connected = all(Channel(step.channel) in connected for step in spec.steps)
            campaign_id = create_campaign(actor=author, spec=spec)
            answer: dict[str, Any] = {"id": campaign_id, "state": "draft"}
            if is_connected and not options["draft"]:
                content = submit_campaign(actor=author, campaign_id=campaign_id)
                answer |= {"state": "review", "size": content.size, "content_sha256": content.sha256}
        self.stdout.write(json.dumps(answer) if options["json"] else _in_words(answer))
        if not is_connected:
            warning = str(WARNINGS["channel_not_connected"])
            if not options["draft"]:
                raise CommandError(warning)
            self.stderr.write(warning)


def _read(name: str) -> dict[str, Any]:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
        data = json.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(_("Файл %(name)s не читается. Нужен JSON в UTF-8.") % {"name": name}) from error
    except ValueError as error:
        raise CommandError(_("В файле %(name)s не JSON: %(problem)s") % {"name": name, "problem": error}) from error
    if not isinstance(data, dict):
        raise CommandError(_("В файле %(name)s нужен один объект JSON в фигурных скобках.") % {"name": name})
    return data


def _in_words(answer: dict[str, Any]) -> str:
    if answer["state"] == "draft":
        return _("Кампания %(id)s сохранена как черновик.") % answer
    words = _("Кампания %(id)s ждёт второго сотрудника. Получателей: %(size)s. Контрольная сумма: %(content_sha256)s")
    return words % answer
