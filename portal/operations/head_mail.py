"""Mail of the newest signed head to the DPO: a copy outside the control of the owner of the database."""

import json

from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from consents.documents.company_reading import company_current
from consents.ledger.tree.reading import last_seal


def head_mail() -> int:
    """Send the newest head to the DPO's mailbox; return its size, 0 without a head or an address.

    The file in the letter is what `ledger_verify --against` takes. A repeat sends the same head again, which is
    harmless.
    """
    head, company = last_seal(), company_current()
    if head is None or company is None or not company.dpo_email:
        return 0
    letter = EmailMessage(
        subject=_("Журнал согласий: подписанное состояние над %(size)d записями") % {"size": head.size},
        body=_(
            "Это состояние журнала согласий на %(time)s. Сохраните письмо: по файлу из него можно проверить, что "
            "записи журнала с тех пор не изменены и не удалены:\n\nmanage.py ledger_verify --against ФАЙЛ\n"
        )
        % {"time": head.time},
        to=[company.dpo_email],
    )
    letter.attach(f"heads-{head.size}.jsonl", json.dumps(head.as_json(), sort_keys=True) + "\n", "text/plain")
    letter.send()
    return head.size
