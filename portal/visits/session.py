"""What one browser of a customer has proven.

Opening a link gives a signed cookie that names the link and nothing else: level 0, no row in the database.
The first pressed button makes a `PersonSession` row and a random key; the row keeps the key's SHA-256. The
key is renewed at every rise of the level. The signature's own time is the idle clock, the row's
(or the cookie's) beginning the absolute one.
"""

import dataclasses
import datetime
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from django.db import transaction

from consents.database.clock import database_now
from consents.enums import ProofLevel
from consents.outside.requests import requests_waiting
from notify.links.account_tokens import account_tokens_end
from portal.models import PersonSession
from portal.visits.progress import VisitProgress, progress_json, progress_read

ABSOLUTE: Final = datetime.timedelta(minutes=60)
"""However busy a visit is, it is over then."""

_KEY_BYTES: Final = 32
_BY_KEY: Final = "key:"
_BY_LINK: Final = "link:"


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitorSession:
    """What one browser of a customer has proven. Frozen: services return a new one."""

    level: ProofLevel = ProofLevel.LINK
    customer_id: int | None = None
    link_id: int | None = None
    touchpoint_id: int | None = None
    session_id: int | None = None
    session_key: str = ""
    """SHA-256 of the key in the cookie; what codes are bound to."""
    method: str = ""
    progress: VisitProgress = field(default_factory=VisitProgress)
    opened_at: datetime.datetime
    signed_at: float = 0

    @property
    def stable_key(self) -> str:
        """Name the session for things that outlive a renewal of its key."""
        return f"session:{self.session_id}"

    @property
    def row_id(self) -> int:
        """Return the id of the session's row. Raises LookupError before the first pressed button."""
        if self.session_id is None:
            raise LookupError("this visit has no session yet")
        return self.session_id


def session_read(*, key: str, signed_at: float = 0) -> VisitorSession | None:
    """Read the visit whose key this is. None once it has ended, an hour after it began, and for any other key."""
    since = database_now() - ABSOLUTE
    row = PersonSession.objects.filter(key_hash=key_hash(key), ended_at__isnull=True, created_at__gt=since).first()
    return None if row is None else _visitor(row, signed_at)


def session_start(
    *,
    customer_id: int | None,
    link_id: int | None = None,
    touchpoint_id: int | None = None,
    progress: VisitProgress | None = None,
) -> tuple[VisitorSession, str]:
    """Make a session at level 0; return it with the key for the cookie."""
    key = secrets.token_urlsafe(_KEY_BYTES)
    now = database_now()
    row = PersonSession.objects.create(
        key_hash=key_hash(key),
        customer_id=customer_id,
        link_id=link_id,
        touchpoint_id=touchpoint_id,
        progress=progress_json(progress) if progress else {},
        created_at=now,
        seen_at=now,
    )
    return _visitor(row, database_now().timestamp()), key


@transaction.atomic
def session_rise(
    *,
    visitor: VisitorSession,
    level: ProofLevel,
    method: str,
    customer_id: int | None = None,
    link_id: int | None = None,
) -> tuple[VisitorSession, str]:
    """Note what has been proven and renew the key; the old key opens nothing from now on.

    A level never falls. Of two parallel rises both keys' owner is the same browser; the last one stands.
    """
    row = PersonSession.objects.select_for_update().get(pk=visitor.row_id)
    key = secrets.token_urlsafe(_KEY_BYTES)
    row.key_hash = key_hash(key)
    row.level = max(row.level, level)
    row.method = method
    row.customer_id = row.customer_id if customer_id is None else customer_id
    row.link_id = row.link_id if link_id is None else link_id
    row.seen_at = database_now()
    row.save(update_fields=["key_hash", "level", "method", "customer_id", "link_id", "seen_at"])
    return _visitor(row, database_now().timestamp()), key


def session_lock(*, visitor: VisitorSession) -> VisitorSession | None:
    """Read a visit anew and let no other request change it until this transaction ends.

    None once it has ended, or once another request has renewed its key: what this request was told of the visit
    is no longer so. Whoever counts tries in a visit counts in what this gives.
    """
    row = PersonSession.objects.select_for_update().filter(pk=visitor.row_id, ended_at__isnull=True).first()
    if row is None or row.key_hash != visitor.session_key:
        return None
    return _visitor(row, visitor.signed_at)


def sign_ins_waiting(*, since: datetime.datetime, most: int) -> list[int]:
    """Return visits whose request for a code at the entrance is not answered yet, the oldest first."""
    rows = PersonSession.objects.filter(
        progress__entrance__answered=False, created_at__gt=database_now() - ABSOLUTE, seen_at__gt=since
    )
    return list(rows.order_by("id").values_list("id", flat=True)[:most])


def session_take(*, session_id: int) -> VisitorSession | None:
    """Lock a visit until this transaction ends and read it; None while another transaction holds it."""
    row = PersonSession.objects.select_for_update(skip_locked=True).filter(pk=session_id).first()
    return None if row is None else _visitor(row, 0)


def session_was_renewed(*, visitor: VisitorSession) -> bool:
    """Return whether a request at the same moment has proven something, so that the session has another key."""
    rows = PersonSession.objects.filter(pk=visitor.row_id, ended_at__isnull=True)
    return rows.exclude(key_hash=visitor.session_key).exists()


def session_progress_change(
    *, visitor: VisitorSession, change: Callable[[VisitProgress], VisitProgress]
) -> VisitorSession:
    """Remember choices of this visit, in one statement unless another request has changed them since they were read.

    Then `change` is asked again with what stands now: both requests get theirs in.
    """
    own = PersonSession.objects.filter(pk=visitor.row_id)
    changed = change(visitor.progress)
    read_before = own.filter(progress=progress_json(visitor.progress))
    if not read_before.update(progress=progress_json(changed), seen_at=database_now()):
        with transaction.atomic():
            changed = change(progress_read(own.select_for_update().get().progress))
            own.update(progress=progress_json(changed), seen_at=database_now())
    return dataclasses.replace(visitor, progress=changed)


@transaction.atomic
def session_end(*, visitor: VisitorSession) -> None:
    """End a session, and what it began and nobody has finished. A repeat changes nothing."""
    if visitor.session_id is not None:
        PersonSession.objects.filter(pk=visitor.session_id, ended_at__isnull=True).update(ended_at=database_now())
        if visitor.customer_id is not None:
            account_tokens_end(customer_id=visitor.customer_id, session_key=visitor.stable_key)


@transaction.atomic
def sessions_end(*, customer_id: int) -> int:
    """End every visit of a customer, in whatever browser, and what they began; return how many were open.

    A transaction that also locks the customer does so afterwards: whoever is at work in a visit has locked them in that
    order, and is waited for here.
    """
    rows = PersonSession.objects.filter(customer_id=customer_id, ended_at__isnull=True)
    ended = rows.update(ended_at=database_now())
    account_tokens_end(customer_id=customer_id)
    return ended


def sessions_clean() -> int:
    """Delete sessions that can be used no more; return how many. Those of refusals that wait to be recorded stay."""
    needed = [request.visit.removeprefix(_BY_KEY) for request in requests_waiting() if request.visit]
    over = PersonSession.objects.filter(created_at__lt=database_now() - ABSOLUTE)
    return over.exclude(key_hash__in=needed).delete()[0]


def visit_name(visitor: VisitorSession) -> str:
    """Name a visit in its forms, whatever key it has by now."""
    return f"{_BY_LINK}{visitor.link_id}" if visitor.link_id is not None else f"session:{visitor.session_id}"


def session_name(key: str) -> str:
    """Name a visit by the key in its cookie."""
    return f"{_BY_KEY}{key_hash(key)}"


def link_visit_name(visitor: VisitorSession) -> str:
    """Name a visit that has no session yet: by its link and when that was opened."""
    return f"{_BY_LINK}{visitor.link_id}:{int(visitor.opened_at.timestamp())}"


def visit_recalled(name: str) -> VisitorSession | None:
    """Read a visit by its name, also one that is over by now; None for one that is not known here."""
    if name.startswith(_BY_KEY):
        row = PersonSession.objects.filter(key_hash=name.removeprefix(_BY_KEY)).first()
        return None if row is None else _visitor(row, 0)
    link_id, _, opened = name.removeprefix(_BY_LINK).partition(":")
    return VisitorSession(link_id=int(link_id), opened_at=datetime.datetime.fromtimestamp(int(opened), datetime.UTC))


def key_hash(key: str) -> str:
    """Hash a key the way the row keeps it."""
    return hashlib.sha256(key.encode()).hexdigest()


def _visitor(row: PersonSession, signed_at: float) -> VisitorSession:
    return VisitorSession(
        level=ProofLevel(row.level),
        customer_id=row.customer_id,
        link_id=row.link_id,
        touchpoint_id=row.touchpoint_id,
        session_id=row.pk,
        session_key=row.key_hash,
        method=row.method,
        progress=progress_read(row.progress),
        opened_at=row.created_at,
        signed_at=signed_at,
    )
