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

from consents.database.clock import database_now
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
        """Return whether the code can still be entered."""
        return self.expires_at > database_now()

    @property
    def seconds_left(self) -> int:
        """Return the seconds until it runs out."""
        return max(0, int((self.expires_at - database_now()).total_seconds()))

    @property
    def minutes_left(self) -> int:
        """Return the whole minutes until it runs out, at least one while it can be entered."""
        return -(-self.seconds_left // 60)

    @property
    def wait_seconds(self) -> int:
        """Return the seconds until another may be asked for."""
        return max(0, int((self.again_at - database_now()).total_seconds()) + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingCode(AskedCode):
    """A code to a contact of a known customer."""

    verification: uuid.UUID
    contact: uuid.UUID | None
    """The contact on file, or None while a new one is being proven."""

    @property
    def is_new(self) -> bool:
        """Return whether the code proves a contact that is not on file yet."""
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
    later: tuple[int, ...] = ()
    """Editions of the texts that were put off."""
    offers: Literal["", "show"] = ""
    """The texts about offers were asked for."""
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


def progress_read(kept: Mapping[str, Any]) -> VisitProgress:
    """Read the JSON of a session's row."""
    stored = {field.name: kept.get(_KEYS.get(field.name, field.name)) for field in dataclasses.fields(VisitProgress)}
    return VisitProgress(**{name: _READ.get(name, _same)(value) for name, value in stored.items() if value})


def progress_json(progress: VisitProgress) -> dict[str, Any]:
    """Return what a session's row keeps; what was never chosen is left out."""
    return {key: value for key, value in _plain(progress).items() if value}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value)]
        return {_KEYS.get(name, name): _plain(getattr(value, name)) for name in names}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    return "" if value is None else value


def _same(value: Any) -> Any:
    return value


def _selection(kept: Mapping[str, Any]) -> Selection:
    return Selection(
        channels=tuple(kept["channels"]),
        purposes=tuple(kept["purposes"]),
        since=datetime.datetime.fromisoformat(kept["since"]),
        is_first_way=kept["first"],
    )


def _code(kept: Mapping[str, Any]) -> PendingCode:
    contact = uuid.UUID(kept["contact"]) if kept["contact"] else None
    return PendingCode(**_with_kind(kept) | {"verification": uuid.UUID(kept["verification"]), "contact": contact})


def _sign_in(kept: Mapping[str, Any]) -> SignInRequest:
    return SignInRequest(**_with_kind(kept))


def _with_kind(kept: Mapping[str, Any]) -> dict[str, Any]:
    moments = {name: datetime.datetime.fromisoformat(kept[name]) for name in kept if name.endswith("_at")}
    return {**kept, "kind": ContactKind(kept["kind"]), **moments}


_KEYS: Final = {"selection": "wish", "is_first_way": "first", "sign_in": "entrance"}
"""Stored keys that are called otherwise than their field."""

_READ: Final[Mapping[str, Callable[[Any], Any]]] = {
    "selection": _selection,
    "later": lambda kept: tuple(one for one in kept if isinstance(one, int)),
    "events": tuple,
    "answered": lambda answers: tuple(map(tuple, answers)),
    "code": _code,
    "sign_in": _sign_in,
}
"""How a stored value becomes its field, where it is not kept as it is."""
