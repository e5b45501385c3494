"""What a page has shown, as a signed text in its form: the answer names exactly that, and nothing else can be sent.

The request key in it is derived from visit, text, contacts and the state that the answer would change. So a
double click, a repeat and a parallel request carry the same key and are one event. What was answered is not in it:
another answer from the same open page must be seen as one that differs, never as a question of its own.
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.core.signing import BadSignature, TimestampSigner

from consents.enums import Channel
from consents.types import RenderedDocument
from portal.errors import FormStale
from portal.visits.evidence import now_iso, request_key
from portal.visits.session import ABSOLUTE, VisitorSession

_SALT: Final = "mostik.shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One text on one page of one visit, with the words that the page put on its buttons."""

    edition_id: int
    purpose: str
    contacts: Mapping[Channel, uuid.UUID]
    sha256: str
    captions: Mapping[str, str]
    """By the value of the button."""
    language: str
    """Of the page; the text has its own."""
    key: str
    shown_at: str


def shown_sign(
    visitor: VisitorSession,
    document: RenderedDocument,
    *,
    contacts: Mapping[Channel, uuid.UUID],
    captions: Mapping[str, str],
    language: str,
    state: object,
) -> str:
    """Write down what this page shows. `state` is the events that stand there now, or nothing."""
    named = {channel.value: str(contact) for channel, contact in contacts.items()}
    facts = {
        "session": visitor.session_id,
        "version": document.edition_id,
        "purpose": str(document.purpose),
        "contacts": named,
        "sha256": document.sha256,
        "captions": dict(captions),
        "language": language,
        "key": request_key("answer", visitor.session_id, document.edition_id, sorted(named.items()), state),
        "at": now_iso(),
    }
    return TimestampSigner(salt=_SALT).sign(json.dumps(facts, separators=(",", ":"), ensure_ascii=False))


def shown_read(visitor: VisitorSession, signed: str) -> Shown:
    """Read what the page of this visit had shown. Raises `FormStale` for any other text."""
    try:
        facts = json.loads(TimestampSigner(salt=_SALT).unsign(signed, max_age=ABSOLUTE))
    except BadSignature as error:
        raise FormStale from error
    if facts["session"] != visitor.session_id or "captions" not in facts:  # or a form of the version before
        raise FormStale
    return Shown(
        edition_id=facts["version"],
        purpose=facts["purpose"],
        contacts={Channel(channel): uuid.UUID(contact) for channel, contact in facts["contacts"].items()},
        sha256=facts["sha256"],
        captions=facts["captions"],
        language=facts["language"],
        key=facts["key"],
        shown_at=facts["at"],
    )
