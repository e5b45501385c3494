"""Launch a campaign as the second person."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _

from notify import tasks
from notify.selectors.campaigns import campaign_read
from notify.services.campaigns import campaign_launch
from portal.management.campaign_commands import acting_staff, errors_told
from portal.staff.acts import Act
from portal.staff.audit import action_record
from portal.staff.permissions import Right


class Command(BaseCommand):
    """Refused when the author launches, and when anything has changed since it was submitted."""

    help = "Launch a campaign: campaign_launch 12 --as boris@bank.example"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what the command takes."""
        parser.add_argument("campaign_id", type=int)
        parser.add_argument("--as", dest="email", required=True, help="e-mail of the second person")
        parser.add_argument("--sha256", default="", help="launch only what has this hash (campaign_create prints it)")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Launch once; a repeat says so and starts nothing."""
        campaign_id = options["campaign_id"]
        second = acting_staff(options["email"], Right.APPROVE_CAMPAIGN)
        with errors_told(), transaction.atomic():
            approved = options["sha256"] or campaign_read(campaign_id=campaign_id).content_sha256
            launched = campaign_launch(campaign_id=campaign_id, launched_by_id=second.pk, content_sha256=approved)
            if launched.is_new:
                action_record(
                    user=second,
                    action=Act.CAMPAIGN_LAUNCHED,
                    object_kind="campaign",
                    object_id=campaign_id,
                    details={"content_sha256": approved},
                )
                tasks.plan_campaign.delay_on_commit(campaign_id)
        words = _("Кампания %(id)s запущена.") if launched.is_new else _("Кампания %(id)s уже запущена.")
        self.stdout.write(words % {"id": campaign_id})
