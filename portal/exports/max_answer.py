"""What is answered to MAX when it asks on what basis we write to a user of the bot: a letter, and files that prove it.

The package holds what concerns the account alone.
"""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from consents.enums import Channel, ContactKind
from consents.field_encryption import text_decrypt, text_encrypt
from consents.ledger.history import EventView
from consents.ledger.tree.signing import KeyRing, key_ring_read
from consents.receipts.content import ledger_facts
from consents.receipts.reading import receipt_lines, receipts_with
from consents.register.accounts import AccountOwner, account_csv, account_events, account_owners
from consents.register.exports import Export
from consents.register.spreadsheet import csv_stream
from notify.dialogues.account_facts import SentMessage, max_dialogue_of, messages_to
from portal.exports.max_letter import answer_by, max_letter, moment_said

ACCOUNT: Final = "account"
PLACE: Final = "portal_exportjob.filters"

Files = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class OwnedAccount:
    """An account with one of its owners, and what the ledger holds of it."""

    owner: AccountOwner
    events: tuple[EventView, ...]


def answer_filters(*, account: str, asked_on: date, customer_ids: Sequence[int]) -> dict[str, Any]:
    """Return what the row of the export keeps: days and customers in clear, the account encrypted."""
    return {
        "asked_on": asked_on.isoformat(),
        "answer_by": answer_by(asked_on).isoformat(),
        "customers": sorted(set(customer_ids)),
        ACCOUNT: text_encrypt(account, place=PLACE),
    }


def max_answer(*, filters: Mapping[str, Any], number: str) -> Export:
    """Put the package together, as ZIP; its rows are the events and the messages in it."""
    account = text_decrypt(filters[ACCOUNT], place=PLACE)
    owned = [
        OwnedAccount(owner, account_events(owner=owner, kind=ContactKind.MAX))
        for owner in account_owners(kind=ContactKind.MAX, value=account)
    ]
    messages = messages_to(
        channel=Channel.MAX, account=account, contact_point_ids=[one.owner.contact_id for one in owned]
    )
    files = _evidence(owned, number) | ({"messages.csv": _messages_csv(messages, number)} if messages else {})
    letter = max_letter(
        account=account,
        asked_on=date.fromisoformat(filters["asked_on"]),
        number=number,
        events=None if not owned else [event for one in owned for event in one.events],
        dialogue=max_dialogue_of(account=account),
        messages=messages,
        files=files,
    )
    rows = sum(len(one.events) for one in owned) + len(messages)
    return rows, iter([_zipped({"letter.pdf": letter} | files)])


def _evidence(owned: Sequence[OwnedAccount], number: str) -> Files:
    """Return the files of each owner: events with the exact texts, and their places in the ledger."""
    keys = key_ring_read(Path(settings.SEAL_KEY_FILE))
    files: Files = {}
    for at, one in enumerate(owned, start=1):
        mark = f"-{at}" if len(owned) > 1 else ""
        files[f"events{mark}.csv"] = b"".join(account_csv(events=one.events, number=number))
        files[f"proofs{mark}.json"] = _proofs(one, keys)
    return files


def _proofs(one: OwnedAccount, keys: KeyRing) -> bytes:
    ids = [event.id for event in one.events]
    receipts = receipts_with(customer_id=one.owner.customer_id, event_ids=ids)
    facts = {
        "receipts": [{"number": row.number, "created": row.created_at.isoformat()} for row in receipts],
        "events": [
            {"uuid": str(line.event.uuid)} | ledger_facts(line, keys, is_opened=False)
            for line in receipt_lines(one.events)
        ],
    }
    return json.dumps(facts, ensure_ascii=False, indent=1).encode()


def _messages_csv(messages: Sequence[SentMessage], number: str) -> bytes:
    head = (
        _("Вид"), _("Содержание"), _("Основание"), _("Создано"), _("Отправлено"), _("Состояние"),
        _("Почему не ушло"), _("Номер выгрузки"),
    )  # fmt: skip
    rows = [
        [
            message.kind.label,
            message.text_kind.label if message.text_kind else "",
            message.basis.label if message.basis else "",
            moment_said(message.created_at),
            moment_said(message.sent_at),
            message.state.label,
            message.skip_reason.label if message.skip_reason else "",
            number,
        ]
        for message in messages
    ]
    return b"".join(csv_stream(head, rows))


def _zipped(files: Files) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()
