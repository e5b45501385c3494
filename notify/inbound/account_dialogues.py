"""Dialogues of accounts: opened, stopped, tied to a customer by a linking token or by the company's own backend."""

import hashlib
import logging
from typing import Final

from django.db import connection, transaction

from consents.customers.contacts_read import contacts_by_value, contacts_of
from consents.customers.customers_read import customers_numbered
from consents.customers.messenger_accounts import account_link, account_unlink, dialogue_opened
from consents.enums import ActorKind, Channel, ContactKind, ProofLevel, ProofMethod
from consents.receipts.refusals import refusal_receipt
from consents.types import Actor, AppendedEvent, Circumstances
from notify.channels.events import DialogueEvent, InboundText, PhoneProof
from notify.dialogues.receiving import dialogue_tie
from notify.errors import LinkTokenRefused
from notify.links.account_tokens import account_token_use, is_payload
from notify.links.dialogue_ends import dialogue_end_mark
from notify.links.issuing import touchpoint_of
from notify.links.staff_tokens import is_staff_payload, staff_token_use
from notify.links.tracking import LinkStage, stage_record
from notify.messages.telling import contact_placed_tell
from notify.messages.transactional import notice_send
from notify.models import AccountDialogue

logger = logging.getLogger(__name__)

_TURN: Final = (
    "INSERT INTO notify_accountdialogue (channel, account, chat, is_open, changed_at) VALUES (%s, %s, %s, %s, %s) "
    "ON CONFLICT (channel, account) DO UPDATE SET chat = EXCLUDED.chat, is_open = EXCLUDED.is_open, "
    "changed_at = EXCLUDED.changed_at WHERE notify_accountdialogue.changed_at < EXCLUDED.changed_at RETURNING 1"
)
_KEY_LENGTH: Final = 64
"""Most characters of a request key in the ledger."""


@transaction.atomic
def dialogue_apply(*, event: DialogueEvent) -> None:
    """Act upon a turn of a dialogue. Late, repeated and shuffled ones are harmless: the provider's own time decides.

    A turn on a channel that has no accounts changes nothing.
    """
    if event.channel not in Channel.values or not Channel(event.channel).kind.spec.is_account:
        return
    kind = Channel(event.channel).kind
    if event.kind == "stopped":
        if _turned(event, is_open=False):
            _unlink(kind, event)
            dialogue_end_mark(kind=kind, account=event.account)
        return
    if _turned(event, is_open=True):
        dialogue_opened(kind=kind, account=event.account, chat=event.chat)
    if _was_closed_since(event):
        return
    if kind.spec.is_customer_number:
        _link_own(kind, event)
    elif event.payload:
        _link(kind, event)
    dialogue_end_mark(kind=kind, account=event.account)


def typed_token(event: InboundText) -> DialogueEvent | None:
    """Return the start that a typed token stands for, where the address that brings it did not work."""
    text = event.text.strip().removeprefix("/start").strip()
    if not is_payload(text) or not Channel(event.channel).kind.is_linked:
        return None
    return DialogueEvent(
        channel=event.channel,
        kind="started",
        account=event.account,
        chat=event.chat,
        occurred_at=event.occurred_at,
        payload=text,
    )


def _unlink(kind: ContactKind, event: DialogueEvent) -> None:
    """End the tie wherever the account has one: whoever holds it has pressed that there."""
    circumstances = Circumstances(
        actor=Actor(kind=ActorKind.CUSTOMER),
        level=ProofLevel.LINK,
        method=_stop_method(kind),
        request_key=_key(f"{kind}-stop:{event.account}:{_milliseconds(event)}"),
    )
    ended = account_unlink(kind=kind, account=event.account, circumstances=circumstances)
    for customer_id, events in ended.items():
        refusal_receipt(customer_id=customer_id, events=events, circumstances=circumstances)


def _link_staff(event: DialogueEvent) -> None:
    """Note the account of a member of staff who wants their own tests there, and answer in the dialogue."""
    try:
        staff_token_use(payload=event.payload, max_user_id=int(event.account))
    except LinkTokenRefused:
        logger.info("A linking token of staff was refused")
        _reply(event, "staff_refused")
    else:
        _reply(event, "staff_linked")


def _link(kind: ContactKind, event: DialogueEvent) -> None:
    """Tie the account to the token's customer, and answer in the dialogue that the person has opened."""
    channel = Channel(event.channel)
    if channel == Channel.MAX and is_staff_payload(event.payload):
        _link_staff(event)
        return
    try:
        with transaction.atomic():
            token = account_token_use(channel=channel, payload=event.payload, account=event.account)
    except LinkTokenRefused:
        # Addresses of a community carry words of others too, of a poster or an advertisement.
        if channel == Channel.MAX or is_payload(event.payload):
            logger.info("A linking token of %s was refused", channel)
            _reply(event, f"{_prefix(channel)}_refused")
        return
    is_max = channel == Channel.MAX
    linked = account_link(
        customer_id=token.customer_id,
        kind=kind,
        account=event.account,
        chat=event.chat,
        circumstances=Circumstances(
            actor=Actor(kind=ActorKind.CUSTOMER),
            # The token is only given to those who have proven a contact on file.
            level=ProofLevel.KNOWN_CONTACT,
            method=ProofMethod.LINK_MAX_BOT if is_max else ProofMethod.LINK_DIALOGUE,
            request_key=f"{kind}-link:{token.pk}",
            touchpoint=touchpoint_of(link_id=token.link_id),
            button="Начать" if is_max else "",
        ),
    )
    dialogue_tie(customer_id=token.customer_id, channel=channel, account=event.account)
    _tell_others(kind, token.customer_id, event.account, linked)
    if is_max and token.link_id is not None:
        stage_record(link_id=token.link_id, stage=LinkStage.MAX_LINKED)
    _reply(event, f"{_prefix(channel)}_linked", customer_id=token.customer_id)


def _link_own(kind: ContactKind, event: DialogueEvent) -> None:
    """Tie an account of the company's own application to the only customer of that number.

    What it is worth: the company's backend says that this customer, signed in there, has opened the dialogue. We have
    proven nothing, so the level is the lowest and the method names who says so. Each further opening changes nothing.
    """
    owners = customers_numbered(external_id=event.account)
    if len(owners) != 1:
        logger.info("A dialogue on %s was opened for a number of %s customers", event.channel, len(owners))
        return
    (customer_id,) = owners
    if any(one.customer_id == customer_id for one in contacts_by_value(kind=kind, value=event.account)):
        return
    account_link(
        customer_id=customer_id,
        kind=kind,
        account=event.account,
        chat=event.chat,
        circumstances=Circumstances(
            actor=Actor(kind=ActorKind.CUSTOMER),
            level=ProofLevel.LINK,
            method=ProofMethod.OWN_APP,
            request_key=_key(f"{kind}-link:{event.account}:{_milliseconds(event)}"),
        ),
    )
    dialogue_tie(customer_id=customer_id, channel=event.channel, account=event.account)


@transaction.atomic
def phone_proof_apply(*, proof: PhoneProof) -> None:
    """Tie an account whose phone MAX has vouched for to the only customer who has that phone, and answer.

    It proves the phone as a code by SMS does, without one. Nothing is tied where nobody has it, or several.
    """
    if proof.channel != Channel.MAX:
        return
    owners = {one.customer_id for one in contacts_by_value(kind=ContactKind.PHONE, value=proof.phone, limit=2)}
    customer_id = owners.pop() if len(owners) == 1 else None
    key = f"{proof.account}:{_milliseconds(proof)}"
    if customer_id is not None:
        linked = account_link(
            customer_id=customer_id,
            kind=ContactKind.MAX,
            account=proof.account,
            chat=proof.chat,
            circumstances=Circumstances(
                actor=Actor(kind=ActorKind.CUSTOMER),
                level=ProofLevel.KNOWN_CONTACT,
                method=ProofMethod.MAX_PHONE,
                request_key=f"max-phone:{key}",
                button="Поделиться номером",
            ),
        )
        dialogue_tie(customer_id=customer_id, channel=Channel.MAX, account=proof.account)
        _tell_others(ContactKind.MAX, customer_id, proof.account, linked)
        dialogue_end_mark(kind=ContactKind.MAX, account=proof.account)
    notice_send(
        notice="max_linked" if customer_id else "phone_unknown",
        channel=Channel.MAX,
        customer_id=customer_id,
        address=proof.account,
        request_key=key,
    )


def _tell_others(kind: ContactKind, customer_id: int, account: str, linked: AppendedEvent) -> None:
    """Send word of a linked account to the other contacts of the customer: whoever did it may be a stranger."""
    own = next((one for one in contacts_of(customer_id=customer_id) if (one.kind, one.value) == (kind, account)), None)
    if own is not None and linked.is_new:
        contact_placed_tell(customer_id=customer_id, contact_point_id=own.id, request_key=str(linked.id))


def _prefix(channel: Channel) -> str:
    return "max" if channel == Channel.MAX else "account"


def _reply(event: DialogueEvent, notice: str, *, customer_id: int | None = None) -> None:
    """Answer once per token and account, however often the turn comes."""
    notice_send(
        notice=notice,
        channel=event.channel,
        customer_id=customer_id,
        address=event.account,
        request_key=f"{event.account}:{event.payload}",
    )


def _stop_method(kind: ContactKind) -> ProofMethod:
    if kind == ContactKind.MAX:
        return ProofMethod.MAX_BOT
    return ProofMethod.OWN_APP if kind.spec.is_customer_number else ProofMethod.DIALOGUE


def _key(name: str) -> str:
    """Return a name as the ledger takes it: names of accounts may be long, or no ASCII."""
    fits = len(name) <= _KEY_LENGTH and name.isascii() and name.isprintable() and " " not in name
    return name if fits else hashlib.sha256(name.encode()).hexdigest()


def _milliseconds(event: DialogueEvent | PhoneProof) -> int:
    return int(event.occurred_at.timestamp() * 1000)


def _turned(event: DialogueEvent, *, is_open: bool) -> bool:
    """Move the dialogue to where the turn says. False when something newer is known."""
    with connection.cursor() as cursor:
        cursor.execute(_TURN, [event.channel, event.account, event.chat, is_open, event.occurred_at])
        return cursor.fetchone() is not None


def _was_closed_since(event: DialogueEvent) -> bool:
    closed = AccountDialogue.objects.filter(channel=event.channel, account=event.account, is_open=False)
    return closed.filter(changed_at__gte=event.occurred_at).exists()
