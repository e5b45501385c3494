"""What the first page of a personal link shows: read in one query, because scanners open it as often as people."""

import functools
import json
import weakref
from dataclasses import dataclass
from typing import Any, Final

from django.db import DatabaseError, connection

from consents.selectors.contacts import contacts_array, masked_contacts
from consents.types import MaskedContact
from notify.models import Link
from notify.services.links import LINK_COLUMNS, LinkView, link_view_from, links_live

_NAME: Final = "notify_landing"
_WANTED: Final = -987_654_321
"""Stands for the link's id in the text of the query."""
_POOL_LOST_IT: Final = frozenset({"26000", "42P05"})
"""A pool between us and the server has given this connection another session: not prepared there, or already."""

_prepared: weakref.WeakSet[Any] = weakref.WeakSet()
"""Connections of this process whose session knows the query."""


@dataclass(frozen=True, slots=True)
class Landing:
    """A live link with the masked contacts of its customer. No name: a letter may reach the wrong hands."""

    link: LinkView
    contacts: tuple[MaskedContact, ...]


def landing_read(*, link_id: int) -> Landing | None:
    """Read a live link with its masks. None once it has expired or been revoked, alone or with its campaign."""
    row = _row(link_id)
    if row is None:
        return None
    contacts = masked_contacts([json.loads(contact) for contact in row[-1]])
    return Landing(link=link_view_from(row[:-1]), contacts=contacts)


def _row(link_id: int) -> Any:
    """Ask by a prepared statement: reading and planning the query anew costs five times what running it does."""
    with connection.cursor() as cursor:
        try:
            if connection.connection not in _prepared:
                cursor.execute(f"PREPARE {_NAME} (bigint) AS {_query()}")
                _prepared.add(connection.connection)
            cursor.execute(f"EXECUTE {_NAME} (%s)", [link_id])
        except DatabaseError as error:
            if getattr(error.__cause__, "sqlstate", "") not in _POOL_LOST_IT or connection.in_atomic_block:
                raise
            cursor.execute(_query().replace("$1", "%s"), [link_id])
        return cursor.fetchone()


@functools.cache
def _query() -> str:
    """Write the query once per process, with `$1` for the link's id."""
    rows = (
        links_live(Link.objects.filter(pk=_WANTED))
        .annotate(contacts=contacts_array("customer_id"))
        .values_list(*LINK_COLUMNS, "contacts")[:1]
    )
    operations: Any = connection.ops  # PostgreSQL's, which the stubs do not know
    return str(operations.compose_sql(*rows.query.sql_with_params())).replace(str(_WANTED), "$1")
