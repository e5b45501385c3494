"""The rules that an event must meet before it is added to the ledger. Pure, no database."""

import re
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from consents.enums import ActorKind, Channel, EventKind, ProofLevel, ProofMethod, Purpose
from consents.errors import EventInvalid, ProofTooWeak
from consents.ledger.evidence import TEXT_LIMIT
from consents.storable import storable
from consents.types import Circumstances, RenderedDocument

STATE_KINDS = frozenset({EventKind.GRANTED, EventKind.REFUSED, EventKind.WITHDRAWN})
DOCUMENT_KINDS = frozenset({EventKind.SHOWN, EventKind.GRANTED, EventKind.RULES_ACCEPTED})

_KEY = re.compile(r"[!-~]{1,64}")
_VALUE = re.compile(r"[!-~]{0,64}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class EventContent(NamedTuple):
    """The content of an event. Two requests with one key must agree in all of it.

    Left out on purpose: ``answers`` (a repeated withdrawal no longer finds the grant) and the circumstances (a phone
    may change its network between two taps).
    """

    kind: str
    purpose: str
    channel: str
    contact: UUID | None
    document: str
    document_version: int | None
    document_sha256: str
    actor_kind: str
    actor: str


def content_check(content: EventContent, document: RenderedDocument | None, how: Circumstances) -> None:
    """Raise EventInvalid or ProofTooWeak when the event must not be added to the ledger."""
    _check_words(content, how)
    if content.kind in STATE_KINDS and not (content.purpose and content.channel):
        raise EventInvalid(f"{content.kind}: an answer is about one purpose on one channel")
    if content.kind in DOCUMENT_KINDS and document is None:
        raise EventInvalid(f"{content.kind}: the text that was shown is missing")
    if document is not None:
        _check_document(content, document)
    if content.kind == EventKind.GRANTED:
        _check_proof(content, how)


def _check_words(content: EventContent, how: Circumstances) -> None:
    try:
        EventKind(content.kind)
        ActorKind(content.actor_kind)
        ProofMethod(how.method)
        ProofLevel(how.level)
        for word, words in ((content.purpose, Purpose), (content.channel, Channel)):
            if word:
                words(word)
    except ValueError as error:
        raise EventInvalid(str(error)) from error
    if not _KEY.fullmatch(how.request_key):
        raise EventInvalid("a request key has 1 to 64 printable ASCII characters")
    if not (_VALUE.fullmatch(how.touchpoint) and _VALUE.fullmatch(how.actor.ident)):
        raise EventInvalid("touchpoint and actor have up to 64 printable ASCII characters")


def _check_document(content: EventContent, document: RenderedDocument) -> None:
    if not document.text or storable(document.text, TEXT_LIMIT) != document.text:
        raise EventInvalid("the text cannot be kept as it was shown")
    if sha256(document.text.encode()).hexdigest() != document.sha256:
        raise EventInvalid("the hash is not that of the text")
    if document.template_sha256 and not _SHA256.fullmatch(document.template_sha256):
        raise EventInvalid("the template's SHA-256 is not hex")
    if document.purpose and content.purpose and document.purpose != content.purpose:
        raise EventInvalid("the text is about another purpose")


def _check_proof(content: EventContent, how: Circumstances) -> None:
    if content.actor_kind == ActorKind.SYSTEM:
        raise ProofTooWeak("no machine consents for a person")
    if content.actor_kind == ActorKind.CUSTOMER and how.level < ProofLevel.KNOWN_CONTACT:
        raise ProofTooWeak("a link alone cannot consent")
