"""Saying no: at once, without proof beyond the link, never refused. Queued messages meet the gate and stop."""

from django.db import transaction

from consents.enums import SuppressionScope
from consents.services.withdrawing import consent_withdraw, consent_withdraw_all, contact_deny
from consents.types import AppendedEvent, Circumstances
from notify.enums import TextKind
from notify.services.links import LinkView
from notify.services.tracking import visit_record
from portal.public.session import sessions_end


@transaction.atomic
def everything_refuse(*, customer_id: int, link_id: int | None, circumstances: Circumstances) -> None:
    """Stop all messages that the law lets a person stop. A repeat with the same key adds nothing."""
    consent_withdraw_all(customer_id=customer_id, circumstances=circumstances, scope=SuppressionScope.ALL)
    _count(link_id)


@transaction.atomic
def contacts_deny(*, customer_id: int, link_id: int | None, circumstances: Circumstances) -> None:
    """Take it that the contacts belong to somebody else: they are not written to any more, for this customer.

    Whoever is let in by a code to one of them may be a stranger: all visits of the customer end.
    """
    contact_deny(customer_id=customer_id, contact_uuid=None, circumstances=circumstances)
    sessions_end(customer_id=customer_id)
    _count(link_id)


@transaction.atomic
def one_click_refuse(*, link: LinkView, circumstances: Circumstances) -> None:
    """Unsubscribe from what the message was: advertising from advertising, anything else from everything.

    A repeat adds nothing.
    """
    is_advertising = link.text_kind == TextKind.ADVERTISING
    scope = SuppressionScope.ADVERTISING if is_advertising else SuppressionScope.ALL
    consent_withdraw_all(customer_id=link.customer_id, circumstances=circumstances, scope=scope)


@transaction.atomic
def permission_withdraw(*, customer_id: int, purpose: str, channel: str, circumstances: Circumstances) -> AppendedEvent:
    """Take one permission back."""
    return consent_withdraw(customer_id=customer_id, purpose=purpose, channel=channel, circumstances=circumstances)


def _count(link_id: int | None) -> None:
    """A pressed button is a human visit, whatever it says."""
    if link_id is not None:
        visit_record(link_id=link_id)
