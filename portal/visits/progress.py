"""What a visit has chosen, asked for and answered. Never a personal value: contacts are masked or sealed.

The only place that knows how a session's row keeps it. Keys of the stored JSON are older than the names here: rows of
visits that are open during an upgrade are read as they are.
"""

import dataclasses
import datetime
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.utils import timezone

from consents.enums import ContactKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a person has asked for in this visit."""

    channels: tuple[str, ...]
    purposes: tuple[str, ...]
    since: datetime.datetime
    """Answers older than this are asked again."""
    is_first_way: bool
    """On the way from an invitation; otherwise from the personal page, where offers are not made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedCode:
    """What a page may show of a code that was asked for."""

    kind: ContactKind
    mask: str
    expires_at: datetime.datetime
    again_at: datetime.datetime

    @property
    def is_live(self) -> bool:
        """Tell whether it can still be entered."""
        return self.expires_at > timezone.now()

    @property
    def minutes_left(self) -> int:
        """Return the whole minutes until it runs out, at least one while it can be entered."""
        return max(0, -(-int((self.expires_at - timezone.now()).total_seconds()) // 60))

    @property
    def wait_seconds(self) -> int:
        """Return the seconds until another may be asked for."""
        return max(0, int((self.again_at - timezone.now()).total_seconds()) + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingCode(AskedCode):
    """A code to a contact of a known customer."""

    verification: uuid.UUID
    contact: uuid.UUID | None
    """The contact on file, or None while a new one is being proven."""

    @property
    def is_new(self) -> bool:
        """Tell whether the code proves a contact that is not on file yet."""
        return self.contact is None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRequest:
    """A code asked for at the public entrance, where it is not known yet whether anybody has the contact."""

    kind: ContactKind
    sealed: str
    """The contact, encrypted."""
    mask: str
    lock: str
    """What too many wrong codes lock."""
    asked_at: datetime.datetime
    answered: bool = False
    """The task has looked the contact up."""
    verification: str = ""
    """The code that was sent; empty where none was."""
    tries: int = 0
    number_tries: int = 0
    proven: str = ""
    """The code that was entered rightly, while the customer's number is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitProgress:
    """Everything that a visit remembers between two requests."""

    selection: Selection | None = None
    later: tuple[str, ...] = ()
    """Texts that were put off, by `later_name`."""
    offers: Literal["", "show", "skip"] = ""
    max_skipped: bool = False
    contacts_ok: bool = False
    returning: bool = False
    """Has answered before, or begun from the personal page: goes back there."""
    events: tuple[int, ...] = ()
    """Events without a receipt yet."""
    answered: tuple[tuple[str, str], ...] = ()
    """Request key and decision of each answer, in their order."""
    receipt: str = ""
    code: PendingCode | None = None
    sign_in: SignInRequest | None = None
    reached: int = 0
    """The contact that the code of the entrance reached."""

    def answer_given(self, key: str) -> str:
        """Return the last answer written down with this key; empty when there is none."""
        given = [decision for noted, decision in self.answered if noted == key]
        return given[-1] if given else ""


def later_name(version_id: int, channel: str) -> str:
    """Name a text for one channel within a visit."""
    return f"{version_id}:{channel}"


def progress_read(kept: Mapping[str, Any]) -> VisitProgress:
    """Read the JSON of a session's row."""
    return VisitProgress(**{name: read(kept[key]) for name, (key, read, _) in _STORED.items() if kept.get(key)})


def progress_json(progress: VisitProgress) -> dict[str, Any]:
    """Return what a session's row keeps; what was never chosen is left out."""
    values = {name: getattr(progress, name) for name in _STORED}
    return {_STORED[name][0]: _STORED[name][2](value) for name, value in values.items() if value}


def _selection(kept: Mapping[str, Any]) -> Selection:
    return Selection(
        channels=tuple(kept["channels"]),
        purposes=tuple(kept["purposes"]),
        since=datetime.datetime.fromisoformat(kept["since"]),
        is_first_way=kept["first"],
    )


def _selection_json(selection: Selection) -> dict[str, Any]:
    return {
        "channels": list(selection.channels),
        "purposes": list(selection.purposes),
        "since": selection.since.isoformat(),
        "first": selection.is_first_way,
    }


def _code(kept: Mapping[str, str]) -> PendingCode:
    return PendingCode(
        verification=uuid.UUID(kept["verification"]),
        kind=ContactKind(kept["kind"]),
        mask=kept["mask"],
        contact=uuid.UUID(kept["contact"]) if kept["contact"] else None,
        expires_at=datetime.datetime.fromisoformat(kept["expires_at"]),
        again_at=datetime.datetime.fromisoformat(kept["again_at"]),
    )


def _code_json(code: PendingCode) -> dict[str, str]:
    return {
        "verification": str(code.verification),
        "kind": code.kind,
        "mask": code.mask,
        "contact": str(code.contact or ""),
        "expires_at": code.expires_at.isoformat(),
        "again_at": code.again_at.isoformat(),
    }


def _sign_in(kept: Mapping[str, Any]) -> SignInRequest:
    moment = datetime.datetime.fromisoformat(kept["asked_at"])
    return SignInRequest(**{**kept, "kind": ContactKind(kept["kind"]), "asked_at": moment})


def _sign_in_json(request: SignInRequest) -> dict[str, Any]:
    return dataclasses.asdict(request) | {"asked_at": request.asked_at.isoformat()}


def _answers(kept: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((key, decision) for key, decision in kept)


def _answers_json(answers: tuple[tuple[str, str], ...]) -> list[list[str]]:
    return [list(answer) for answer in answers]


_STORED: Final[Mapping[str, tuple[str, Callable[[Any], Any], Callable[[Any], Any]]]] = {
    "selection": ("wish", _selection, _selection_json),
    "later": ("later", tuple, list),
    "offers": ("offers", str, str),
    "max_skipped": ("max_skipped", bool, bool),
    "contacts_ok": ("contacts_ok", bool, bool),
    "returning": ("returning", bool, bool),
    "events": ("events", tuple, list),
    "answered": ("answered", _answers, _answers_json),
    "receipt": ("receipt", str, str),
    "code": ("code", _code, _code_json),
    "sign_in": ("entrance", _sign_in, _sign_in_json),
    "reached": ("reached", int, int),
}
"""By field: the key of the stored JSON, how it is read, how it is written."""
