"""Refusals as they were asked for, kept outside the database until they stand in it.

One file for each, there before anything else is tried: a database that is away, a killed process or a link that is not
known here loses none. Personal facts in it are encrypted.
"""

import json
import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from consents.errors import SecretUnreadable
from consents.field_encryption import text_decrypt, text_encrypt
from consents.outside.files import Line, file_put, file_read, outside_folder
from consents.private_files import folder_now, private_folder

logger = logging.getLogger(__name__)

MOST_UNKNOWN: Final = 50_000
"""So many refusals by unknown links are kept; whoever makes up more of them fills no disk."""
_PLACE: Final = "outside.requests"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRequest:
    """A refusal by a link, or by a visit: when it was asked for, and how.

    ``link_hash`` is what the link is stored under, ``visit`` what names the visit, ``mark`` the visit that the form was
    made for.
    """

    way: str
    link_hash: bytes = b""
    visit: str = ""
    mark: str = ""
    asked_at: str
    facts: Mapping[str, str]

    @property
    def name(self) -> str:
        """Return the name of its file: the same refusal again is the same file."""
        return sha256(f"{self.way}|{self.link_hash.hex()}{self.visit}".encode()).hexdigest()[:40]


def request_keep(request: KeptRequest) -> None:
    """Keep a refusal until `request_forget`. A repeat keeps the first. Raises OSError."""
    file_put(
        _waiting() / f"{request.name}.json",
        {
            "way": request.way,
            "link": request.link_hash.hex(),
            "visit": request.visit,
            "mark": request.mark,
            "at": request.asked_at,
            "facts": text_encrypt(json.dumps(dict(request.facts)), place=_PLACE),
        },
    )


def request_forget(request: KeptRequest) -> None:
    """Forget a refusal that stands in the database now."""
    for folder in (_waiting(), _unknown()):
        (folder / f"{request.name}.json").unlink(missing_ok=True)


def request_set_aside(request: KeptRequest) -> bool:
    """Keep the refusal of a link that is not known here, until it is: a restore may bring it. False once too many."""
    path = _waiting() / f"{request.name}.json"
    if len(os.listdir(private_folder(_unknown()))) >= MOST_UNKNOWN:
        logger.error("refusals by unknown links are not kept any more: there are %d", MOST_UNKNOWN)
        path.unlink(missing_ok=True)
        return False
    try:
        os.replace(path, _unknown() / path.name)
    except FileNotFoundError:
        return False
    return True


def requests_waiting() -> Iterator[KeptRequest]:
    """Yield the refusals that wait for the database."""
    yield from _requests(_waiting())


def requests_unknown() -> Iterator[KeptRequest]:
    """Yield the refusals whose links were not known when they came."""
    yield from _requests(_unknown())


def requests_unknown_forget(*, days: int) -> int:
    """Delete refusals of unknown links whose files are older; return how many."""
    files = list(_unknown().glob("*.json"))
    oldest = folder_now(_unknown()) - days * 86_400 if files else 0
    gone = [path for path in files if path.stat().st_mtime < oldest]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _waiting() -> Path:
    return outside_folder() / "asked"


def _unknown() -> Path:
    return outside_folder() / "asked" / "unknown"


def _requests(folder: Path) -> Iterator[KeptRequest]:
    for path in sorted(folder.glob("*.json")):
        request = _read(path)
        if request is not None:
            yield request


def _read(path: Path) -> KeptRequest | None:
    """Return a kept refusal. One whose facts cannot be read any more is a refusal all the same."""
    content = file_read(path) or {}
    try:
        link, asked_at = bytes.fromhex(content["link"]), datetime.fromisoformat(content["at"]).isoformat()
        visit, mark = str(content.get("visit", "")), str(content.get("mark", ""))
        way, facts = str(content["way"]), _facts(content)
        return KeptRequest(way=way, link_hash=link, visit=visit, mark=mark, asked_at=asked_at, facts=facts)
    except (LookupError, TypeError, ValueError):
        logger.error("a kept refusal cannot be read: %s", path.name)
        return None


def _facts(content: Line) -> dict[str, str]:
    try:
        return dict(json.loads(text_decrypt(content["facts"], place=_PLACE)))
    except (SecretUnreadable, LookupError, TypeError, ValueError):
        return {}
