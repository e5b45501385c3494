"""What a person has written: kept in the dialogue with them, then a rule at once, else an answer or a person."""

from django.db import transaction

from consents.enums import Channel
from notify.channels.events import InboundText
from notify.dialogues.keeping import inbound_keep
from notify.dialogues.receiving import inbound_settle
from notify.enums import InboundOutcome
from notify.inbound.account_dialogues import dialogue_apply, typed_token
from notify.inbound.rules import is_ruled, rule_apply


@transaction.atomic
def text_apply(*, provider: str, event: InboundText) -> bool:
    """Keep a message and let the rules act. False for a repeat, and for a channel that we do not have.

    A linking token that somebody types is a start and no message. What no rule understands stays new:
    `notify.scenarios.answering` sees to it right after, and again until it is done.
    """
    if event.channel not in Channel.values:
        return False
    if (start := typed_token(event)) is not None:
        dialogue_apply(event=start)
        return True
    (message_id,) = inbound_keep([(provider, event)])
    if message_id is None:
        return False
    rule = rule_apply(event=event, key=f"{event.account}:{message_id}")
    if rule:
        inbound_settle(message_id=message_id, outcome=InboundOutcome.RULE, handled_by=rule)
    return True


def is_only_kept(event: InboundText) -> bool:
    """Return whether `text_apply` would keep the message and do nothing more: such ones may be kept in sets."""
    return event.channel in Channel.values and typed_token(event) is None and not is_ruled(event)
