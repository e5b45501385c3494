"""What texts would say of the company if they were published now."""

from consents.conf import personal_page
from consents.documents.fields import Company, Sender, company_values
from consents.enums import Channel
from consents.errors import CompanyMissing
from consents.models import OperatorProfile, Processor


def company_values_now(*, channel: Channel | str, valid_days: int | None) -> tuple[int, dict[str, str]]:
    """Return the id of the requisites and the values of all company fields; a text without a channel names all senders.

    Raises CompanyMissing while nobody has entered the requisites.
    """
    profile = OperatorProfile.objects.order_by("-id").first()
    if profile is None:
        raise CompanyMissing("no requisites yet")
    processors = Processor.objects.order_by("channel")
    if channel:
        processors = processors.filter(channel=channel)
    values = company_values(
        company=Company(**{name: getattr(profile, name) for name in Company.__slots__}),
        senders=tuple(dict.fromkeys(_sender(row) for row in processors)),
        personal_page=personal_page(),
        valid_days=valid_days,
    )
    return profile.pk, values


def _sender(row: Processor) -> Sender:
    return Sender(name=row.name, address=row.address, inn=row.inn, contract=row.contract)
