"""The values of the company that a text would get if it were published now."""

from consents.conf import personal_page
from consents.documents.company_reading import company_current
from consents.documents.fields import SENDER, SENDER_NAMES, SenderNames, company_values, sender_names
from consents.documents.rendering import placeholders
from consents.enums import Channel
from consents.errors import CompanyMissing
from consents.models import Sender


def company_values_now(*, text: str, channel: Channel | str, valid_days: int | None) -> tuple[int, dict[str, str]]:
    """Return the id of the requisites and the values that a text asks for; without a channel they name all senders.

    Raises CompanyMissing while nobody has entered the requisites.
    """
    profile = company_current()
    if profile is None:
        raise CompanyMissing("no requisites yet")
    rows = Sender.objects.order_by("channel")
    if channel:
        rows = rows.filter(channel=channel)
    senders = tuple(dict.fromkeys(_sender(row) for row in rows))
    values = company_values(company=profile, senders=senders, personal_page=personal_page(), valid_days=valid_days)
    asked = {name: values[name] for name in placeholders(text) if name in values}
    if SENDER in asked:
        asked[SENDER_NAMES] = sender_names(senders)
    return profile.id, asked


def _sender(row: Sender) -> SenderNames:
    return SenderNames(name=row.name, address=row.address, inn=row.inn, contract=row.contract)
