"""Dialogues of MAX accounts with the bot: opened, stopped, tied to a customer by a linking token."""

import logging
from typing import Final

from django.db import connection, transaction

from consents.customers.contacts_read import contacts_by_value
from consents.customers.messenger_accounts import dialogue_opened, max_link, max_unlink
from consents.enums import ActorKind, Channel, ContactKind, ProofLevel, ProofMethod
from consents.receipts.refusals import refusal_receipt
from consents.types import Actor, Circumstances
from notify.channels.events import DialogueEvent, PhoneProof
from notify.dialogues.receiving import dialogue_tie
from notify.errors import MaxTokenRefused
from notify.links.issuing import touchpoint_of
from notify.links.max_tokens import max_token_use
from notify.links.staff_tokens import is_staff_payload, staff_token_use
from notify.links.tracking import LinkStage, stage_record
from notify.messages.transactional import notice_send
from notify.models import MaxDialogue

logger = logging.getLogger(__name__)

_TURN: Final = (
    "INSERT INTO notify_maxdialogue (max_user_id, chat_id, is_open, changed_at) VALUES (%s, %s, %s, %s) "
    "ON CONFLICT (max_user_id) DO UPDATE SET chat_id = EXCLUDED.chat_id, is_open = EXCLUDED.is_open, "
    "changed_at = EXCLUDED.changed_at WHERE notify_maxdialogue.changed_at < EXCLUDED.changed_at RETURNING 1"
)


@transaction.atomic
def dialogue_apply(*, event: DialogueEvent) -> None:
    """Act upon a turn of a dialogue. Late, repeated and shuffled ones are harmless: MAX's own time decides.

    Only MAX has accounts that are tied to customers; a turn on any other channel changes nothing.
    """
    if event.channel != Channel.MAX:
        return
    if event.kind == "stopped":
        if _turned(event, is_open=False):
            # Whoever holds the account has pressed it in MAX.
            circumstances = Circumstances(
                actor=Actor(kind=ActorKind.CUSTOMER),
                level=ProofLevel.LINK,
                method=ProofMethod.MAX_BOT,
                request_key=f"max-stop:{event.account}:{int(event.occurred_at.timestamp() * 1000)}",
            )
            ended = max_unlink(max_user_id=int(event.account), circumstances=circumstances)
            for customer_id, events in ended.items():
                refusal_receipt(customer_id=customer_id, events=events, circumstances=circumstances)
        return
    if _turned(event, is_open=True):
        dialogue_opened(account=event.account, chat_id=int(event.chat))
    if event.payload and not _was_closed_since(event):
        (_link_staff if is_staff_payload(event.payload) else _link)(event)


def _link_staff(event: DialogueEvent) -> None:
    """Note the account of a member of staff who wants their own tests there, and answer in the dialogue."""
    try:
        staff_token_use(payload=event.payload, max_user_id=int(event.account))
    except MaxTokenRefused:
        logger.info("A linking token of staff was refused")
        _reply(event, "staff_refused", customer_id=None)
    else:
        _reply(event, "staff_linked", customer_id=None)


def _link(event: DialogueEvent) -> None:
    """Tie the account to the token's customer, and answer in the dialogue that the person has opened."""
    try:
        with transaction.atomic():
            token = max_token_use(payload=event.payload, max_user_id=int(event.account))
    except MaxTokenRefused:
        logger.info("A linking token of MAX was refused")
        _reply(event, "max_refused", customer_id=None)
        return
    max_link(
        customer_id=token.customer_id,
        max_user_id=int(event.account),
        max_chat_id=int(event.chat),
        circumstances=Circumstances(
            actor=Actor(kind=ActorKind.CUSTOMER),
            # The token is only given to those who have proven a contact on file.
            level=ProofLevel.KNOWN_CONTACT,
            method=ProofMethod.LINK_MAX_BOT,
            request_key=f"max-link:{token.pk}",
            touchpoint=touchpoint_of(link_id=token.link_id),
            button="Начать",
        ),
    )
    dialogue_tie(customer_id=token.customer_id, channel=Channel.MAX, account=event.account)
    if token.link_id is not None:
        stage_record(link_id=token.link_id, stage=LinkStage.MAX_LINKED)
    _reply(event, "max_linked", customer_id=token.customer_id)


@transaction.atomic
def phone_proof_apply(*, proof: PhoneProof) -> None:
    """Tie an account whose phone MAX has vouched for to the only customer who has that phone, and answer.

    It proves the phone as a code by SMS does, without one. Nothing is tied where nobody has it, or several.
    """
    if proof.channel != Channel.MAX:
        return
    owners = {one.customer_id for one in contacts_by_value(kind=ContactKind.PHONE, value=proof.phone, limit=2)}
    customer_id = owners.pop() if len(owners) == 1 else None
    key = f"{proof.account}:{int(proof.occurred_at.timestamp() * 1000)}"
    if customer_id is not None:
        max_link(
            customer_id=customer_id,
            max_user_id=int(proof.account),
            max_chat_id=int(proof.chat),
            circumstances=Circumstances(
                actor=Actor(kind=ActorKind.CUSTOMER),
                level=ProofLevel.KNOWN_CONTACT,
                method=ProofMethod.MAX_PHONE,
                request_key=f"max-phone:{key}",
                button="Поделиться номером",
            ),
        )
        dialogue_tie(customer_id=customer_id, channel=Channel.MAX, account=proof.account)
    notice_send(
        notice="max_linked" if customer_id else "phone_unknown",
        channel=Channel.MAX,
        customer_id=customer_id,
        address=proof.account,
        request_key=key,
    )


def _reply(event: DialogueEvent, notice: str, *, customer_id: int | None) -> None:
    """Answer once per token and account, however often the update comes."""
    notice_send(
        notice=notice,
        channel=Channel.MAX,
        customer_id=customer_id,
        address=event.account,
        request_key=f"{event.account}:{event.payload}",
    )


def _turned(event: DialogueEvent, *, is_open: bool) -> bool:
    """Move the dialogue to where the update says. False when something newer is known."""
    with connection.cursor() as cursor:
        cursor.execute(_TURN, [int(event.account), int(event.chat), is_open, event.occurred_at])
        return cursor.fetchone() is not None


def _was_closed_since(event: DialogueEvent) -> bool:
    closed = MaxDialogue.objects.filter(max_user_id=int(event.account), is_open=False)
    return closed.filter(changed_at__gte=event.occurred_at).exists()
