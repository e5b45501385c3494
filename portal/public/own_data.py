"""What is kept about a person, in words, for that person."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consents.selectors.register import register_person
from portal.templatetags.ui import phone

Row = tuple[str | Promise, str]


def own_rows(*, customer_id: int) -> list[Row]:
    """Give the fields that are filled in, contacts last."""
    person = register_person(customer_id=customer_id)
    if person is None:
        return []
    rows: list[Row] = [
        (_("Имя"), person.name),
        (_("Номер клиента"), person.external_id),
        (_("Город"), person.city),
        (_("Часовой пояс"), person.time_zone),
        (_("Группа"), person.segment),
    ]
    current = {contact.kind: contact.value for contact in person.contacts if contact.is_current}
    rows += [
        (_("Телефон"), phone(current["phone"]) if "phone" in current else ""),
        (_("Почта"), current.get("email", "")),
        (_("Учётная запись MAX"), current.get("max", "")),
    ]
    return [(label, value) for label, value in rows if value]
