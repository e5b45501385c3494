"""The values of the company that a text would get if it were published now."""

from consents.conf import personal_page
from consents.documents.fields import SENDER, SENDER_NAMES, Sender, company_values, sender_names
from consents.documents.operator import operator_current
from consents.documents.rendering import placeholders
from consents.enums import Channel
from consents.errors import CompanyMissing
from consents.models import Processor


def company_values_now(*, text: str, channel: Channel | str, valid_days: int | None) -> tuple[int, dict[str, str]]:
    """Return the id of the requisites and the values that a text asks for; without a channel they name all senders.

    Raises CompanyMissing while nobody has entered the requisites.
    """
    operator = operator_current()
    if operator is None:
        raise CompanyMissing("no requisites yet")
    processors = Processor.objects.order_by("channel")
    if channel:
        processors = processors.filter(channel=channel)
    senders = tuple(dict.fromkeys(_sender(row) for row in processors))
    values = company_values(company=operator, senders=senders, personal_page=personal_page(), valid_days=valid_days)
    asked = {name: values[name] for name in placeholders(text) if name in values}
    if SENDER in asked:
        asked[SENDER_NAMES] = sender_names(senders)
    return operator.id, asked


def _sender(row: Processor) -> Sender:
    return Sender(name=row.name, address=row.address, inn=row.inn, contract=row.contract)
