"""Close every personal link that a campaign has sent so far."""

from typing import Any

from django.utils.translation import gettext as _

from portal.audit.permissions import Right
from portal.flows.campaigns import revoke_links
from portal.management.campaign_commands import CampaignCommand


class Command(CampaignCommand):
    """One row is written, whatever the number of links, so it takes effect at once."""

    help = (
        "Отзывает личные ссылки кампании: ни одна из отправленных больше не открывается. "
        "campaign_links_revoke 12 --as boris@bank.example"
    )

    acts_as = "почта сотрудника с правом запуска"

    def handle(self, *_args: Any, **options: Any) -> None:
        """Revoke; a repeat closes what has been sent since."""
        user = self.acting_staff(options["email"], Right.APPROVE_CAMPAIGN)
        revoke_links(actor=user, campaign_id=options["campaign_id"])
        self.stdout.write(_("Ссылки кампании %(id)s отозваны.") % {"id": options["campaign_id"]})
