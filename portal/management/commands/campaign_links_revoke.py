"""Close every personal link that a campaign has sent so far."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from portal.audit.permissions import Right
from portal.flows.campaigns import revoke_links
from portal.management.campaign_commands import acting_staff, errors_told


class Command(BaseCommand):
    """One row is written, whatever the number of links, so it takes effect at once."""

    help = (
        "Отзывает личные ссылки кампании: ни одна из отправленных больше не открывается. "
        "campaign_links_revoke 12 --as boris@bank.example"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what the command takes."""
        parser.add_argument("campaign_id", type=int, help="номер кампании")
        parser.add_argument("--as", dest="email", required=True, help="почта сотрудника с правом запуска")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Revoke; a repeat closes what has been sent since."""
        user = acting_staff(options["email"], Right.APPROVE_CAMPAIGN, "campaign_links_revoke")
        campaign_id = options["campaign_id"]
        with errors_told():
            revoke_links(actor=user, campaign_id=campaign_id)
        self.stdout.write(_("Ссылки кампании %(id)s отозваны.") % {"id": campaign_id})
