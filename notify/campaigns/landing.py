"""What the first page of a personal link shows, read in one query, because scanners open it as often as people."""

import functools
import json
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from consents.customers.contacts_read import contacts_array, masked_contacts
from consents.types import MaskedContact
from notify import statements
from notify.links.issuing import LINK_COLUMNS, LinkView, links_live
from notify.models import Link

_WANTED: Final = -987_654_321
"""Stands for the link's id in the text of the query."""


@dataclass(frozen=True, slots=True)
class Landing:
    """A live link with the masked contacts of its customer. No name: a letter may reach the wrong hands."""

    link: LinkView
    contacts: tuple[MaskedContact, ...]


def landing_read(*, link_id: int) -> Landing | None:
    """Return a live link with its masks; None once it has expired or was revoked."""
    with connection.wrap_database_errors:
        row = statements.read(_query(), {"link": link_id}).fetchone()
    if row is None:
        return None
    contacts = masked_contacts([json.loads(contact) for contact in row[-1]])
    return Landing(link=LinkView(*row[:-1]), contacts=contacts)


@functools.cache
def _query() -> str:
    """Return the SQL, built once per process: to build and plan it costs five times as much as to run it."""
    rows = (
        links_live(Link.objects.filter(pk=_WANTED))
        .annotate(contacts=contacts_array("customer_id", with_accounts=True))
        .values_list(*LINK_COLUMNS, "contacts")[:1]
    )
    operations: Any = connection.ops  # PostgreSQL's, which the stubs do not know
    text = str(operations.compose_sql(*rows.query.sql_with_params()))
    return text.replace("%", "%%").replace(str(_WANTED), "%(link)s")
