"""Letters to staff about their accounts and their campaigns, through the queue of all messages.

No page waits for a mail server: the letter is planned in the transaction of what it tells of, and a worker sends it.
It is whole in the row, encrypted under ``FIELD_KEY``, because a link to a new password is a secret; the row forgets it
once the mail server has it.
"""

import json
from datetime import timedelta
from typing import Any, Final
from uuid import NAMESPACE_OID, uuid4, uuid5

from django.db.models.functions import Now

from consents.database.clock import database_now
from consents.documents.company_reading import company_current
from consents.enums import Channel
from consents.errors import SecretUnreadable
from consents.field_encryption import text_decrypt, text_encrypt
from notify.channels.base import OutboundMessage
from notify.enums import MessageKind, MessageState, SkipReason
from notify.messages.composing import RenderFailed, company_words
from notify.messages.queueing import message_plan
from notify.types import LeasedMessage

PLACE: Final = "notify_message.context"
LIFE: Final = timedelta(hours=24)


def staff_letter_send(
    *,
    address: str,
    subject: str,
    text: str,
    request_key: str = "",
    life: timedelta = LIFE,
    is_for_nobody: bool = False,
) -> int:
    """Plan a letter to a member of staff; the way in then starts ``send_transactional`` on commit.

    A repeat with the same ``request_key`` adds nothing; without one each call makes another letter. A letter
    ``is_for_nobody`` costs the same and is never sent: so an answer tells nothing by its time of whether an account
    exists. Its address is not kept.
    """
    columns: dict[str, Any] = {"address": address}
    if is_for_nobody:
        columns = {"state": MessageState.SKIPPED, "skip_reason": SkipReason.NO_CONTACT, "finished_at": Now()}
    content = text_encrypt(json.dumps([subject, text]), place=PLACE)
    return message_plan(
        uuid5(NAMESPACE_OID, f"staff-letter:{request_key}") if request_key else uuid4(),
        database_now() + life,
        kind=MessageKind.STAFF,
        channel=Channel.EMAIL,
        context={"letter": content},
        **columns,
    )


def staff_letter(row: LeasedMessage) -> OutboundMessage:
    """Return the letter of a row. Raises `RenderFailed` where its key is another by now."""
    try:
        subject, text = json.loads(text_decrypt(row.context.get("letter", ""), place=PLACE))
    except SecretUnreadable as error:
        raise RenderFailed("letter_unreadable") from error
    return OutboundMessage(
        reference=str(row.reference),
        address=row.address,
        subject=subject,
        text=text,
        sender_name=company_words(company_current())["short_name"],
        is_automatic=True,
    )
