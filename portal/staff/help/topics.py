"""Help of the console: one file a topic and language, `templates/staff/help/<language>/<topic>.md`.

A file begins with `# ` and the title; `## ` begins a section. Lines `1. ` and `- ` are lists, an empty line ends a
paragraph. Nothing else is mark-up: what stands there is text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from portal.audit.permissions import Right

FOLDER: Final = Path(__file__).resolve().parents[3] / "templates" / "staff" / "help"

TOPICS: Final[Mapping[str, Right]] = MappingProxyType(
    {
        "files": Right.IMPORT_CUSTOMERS,
        "campaigns": Right.READ_CAMPAIGNS,
        "outcomes": Right.RUN_CAMPAIGN,
        "scenarios": Right.READ_SCENARIOS,
        "inbox": Right.ANSWER_CUSTOMERS,
        "search": Right.SEE_CUSTOMER_MASKED,
        "refusals": Right.RECORD_REFUSALS,
        "evidence": Right.EXPORT_CONSENTS,
        "documents": Right.PUBLISH_DOCUMENTS,
        "accounts": Right.MANAGE_USERS,
        "channels": Right.MANAGE_CHANNELS,
        "restore": Right.RESTORE,
        "login": Right.SEE_OVERVIEW,
    }
)
"""Topic -> the right that it is about: whoever has not got it does not need it."""

PLACES: Final[Mapping[str, tuple[str, int]]] = MappingProxyType(
    {
        "imports": ("files", 2),
        "import": ("files", 2),
        "campaigns": ("campaigns", 1),
        "campaign_new": ("campaigns", 1),
        "campaign_edit": ("campaigns", 1),
        "campaign": ("campaigns", 3),
        "campaign_launch": ("campaigns", 2),
        "campaign_stop": ("campaigns", 3),
        "campaign_links_revoke": ("campaigns", 4),
        "campaign_messages": ("outcomes", 2),
        "scenarios": ("scenarios", 1),
        "scenario_edit": ("scenarios", 2),
        "inbox": ("inbox", 1),
        "dialogue": ("inbox", 1),
        "customers": ("search", 1),
        "customer": ("search", 2),
        "register": ("search", 1),
        "refusal": ("refusals", 1),
        "stop_lift": ("refusals", 2),
        "customer_links_close": ("refusals", 3),
        "person": ("evidence", 1),
        "export_person": ("evidence", 2),
        "exports": ("evidence", 3),
        "ledger": ("evidence", 4),
        "max_answer": ("evidence", 5),
        "documents": ("documents", 1),
        "document_draft": ("documents", 1),
        "document": ("documents", 2),
        "document_publish": ("documents", 2),
        "documents_refresh": ("documents", 5),
        "users": ("accounts", 1),
        "user": ("accounts", 3),
        "channels": ("channels", 2),
        "providers": ("channels", 1),
        "provider": ("channels", 1),
        "restore": ("restore", 2),
    }
)
"""Route of a page -> the topic and the section that tell of it."""

Kind = Literal["p", "ol", "ul"]
_ITEM: Final = re.compile(r"(\d+\.|-) ")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a list with its items."""

    kind: Kind
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a topic; ``place`` counts from 1 and is its anchor."""

    place: int
    heading: str
    blocks: tuple[Block, ...]

    def has(self, words: str) -> bool:
        """Return whether all these words stand in it."""
        text = " ".join([self.heading, *(line for block in self.blocks for line in block.lines)]).casefold()
        return all(word in text for word in words.casefold().split())


@dataclass(frozen=True, slots=True)
class Topic:
    """One page of help."""

    name: str
    title: str
    sections: tuple[Section, ...]


@cache
def topic(name: str, language: str) -> Topic:
    """Return a topic of `TOPICS` in a language; in Russian where there is no other. Raises KeyError."""
    if name not in TOPICS:
        raise KeyError(name)
    path = FOLDER / language / f"{name}.md"
    text = (path if path.is_file() else FOLDER / "ru" / f"{name}.md").read_text("utf-8")
    title, *parts = text.removeprefix("# ").split("\n## ")
    return Topic(name, title.strip(), tuple(_section(place, part) for place, part in enumerate(parts, start=1)))


def _section(place: int, part: str) -> Section:
    heading, _newline, body = part.partition("\n")
    blocks = [block.split("\n") for block in body.strip().split("\n\n")]
    return Section(place, heading.strip(), tuple(_block(lines) for lines in blocks))


def _block(lines: list[str]) -> Block:
    mark = _ITEM.match(lines[0])
    if mark is None:
        return Block("p", (" ".join(lines),))
    return Block("ul" if mark[1] == "-" else "ol", tuple(_ITEM.sub("", line, count=1) for line in lines))
