"""Find dialogues: by who the customer is, or by words of messages, both ways."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import F

from consents.register.search import contact_meant, customer_ids_named_exactly
from notify.dialogues.reading import PREVIEW_CHARACTERS, DialogueView, LastText, dialogues_shown
from notify.models import Dialogue, InboundMessage, Reply

FOUND: Final = 50
READ: Final = 200
"""Messages that are looked at: one dialogue may have many that fit."""
LATEST: Final = 2000
"""Messages of both sides that are looked through without the index."""
LANGUAGE: Final = "russian"


@dataclass(frozen=True, slots=True)
class _Hit:
    is_ours: bool
    dialogue_id: int
    text: str
    at: datetime


def dialogues_found(*, text: str) -> list[DialogueView]:
    """Return dialogues of whoever has this customer id, whole phone or whole e-mail; else those with these words.

    By words the dialogue with the newest fitting message comes first and shows that message. An empty text finds none.
    """
    text = " ".join(text.split())
    if not text:
        return []
    of_people = _of_people(text)
    return dialogues_shown(of_people[:FOUND]) if of_people else _with_words(text)


def _of_people(text: str) -> list[int]:
    customers = customer_ids_named_exactly(text=text)
    found = list(Dialogue.objects.filter(customer_id__in=customers).order_by("-last_at").values_list("pk", flat=True))
    contact = contact_meant(text)
    if contact is not None:
        kind, value = contact
        strangers = Dialogue.objects.filter(customer=None, channel__in=kind.channels, account=value)
        found += strangers.values_list("pk", flat=True)
    return found


def _with_words(text: str) -> list[DialogueView]:
    """Return dialogues by words in any form and order; quotes keep words together, a minus leaves one out."""
    query = SearchQuery(text, config=LANGUAGE, search_type="websearch")
    hits = [
        *(_Hit(False, *row) for row in _matches(InboundMessage, "received_at", query)),
        *(_Hit(True, *row) for row in _matches(Reply, "created_at", query)),
    ]
    texts: dict[int, LastText] = {}
    for hit in sorted(hits, key=lambda hit: hit.at, reverse=True):
        texts.setdefault(hit.dialogue_id, LastText(text=hit.text[:PREVIEW_CHARACTERS], is_ours=hit.is_ours))
    shown = dialogues_shown([*texts][:FOUND])
    return [replace(dialogue, last=texts[dialogue.id]) for dialogue in shown]


def _matches(model: type[InboundMessage] | type[Reply], moment: str, query: SearchQuery) -> list[Any]:
    """Return the newest fitting messages: of a word that everybody writes the latest, of others by the index."""
    messages: Any = model.objects
    rows = messages.annotate(words=SearchVector("text", config=LANGUAGE)).filter(words=query)
    rows = rows.values_list("dialogue_id", "text", moment)
    newest = messages.order_by("-id").values_list("id", flat=True).first() or 0
    latest = list(rows.filter(id__gt=newest - LATEST).order_by("-id")[:READ])
    if len(latest) == READ:
        return latest
    # The sum keeps the planner from walking the whole table by number, which it takes for cheaper than it is.
    return list(rows.order_by((F("id") + 0).desc())[:READ])
