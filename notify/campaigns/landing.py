"""What the first page of a personal link shows, read in one query, because scanners open it as often as people."""

import functools
import json
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection

from consents.customers.contacts_read import contacts_array, masked_contacts
from consents.enums import Channel
from consents.types import MaskedContact
from notify import statements
from notify.channel_settings import channels_coded
from notify.links.issuing import LINK_COLUMNS, LinkView, links_live
from notify.models import Link
from notify.provider_setups import channels_carried, channels_set_up

_WANTED: Final = -987_654_321
"""Stands for the link's id in the text of the query."""


@dataclass(frozen=True, slots=True)
class Landing:
    """A live link with the masked contacts of its customer. No name: a letter may reach the wrong hands.

    ``connected`` are the channels with a provider.
    """

    link: LinkView
    contacts: tuple[MaskedContact, ...]
    connected: frozenset[Channel]


def landing_read(*, link_id: int) -> Landing | None:
    """Return a live link with its masks and what is connected; None once it has expired or was revoked."""
    with connection.wrap_database_errors:
        row = statements.read(_query(), {"link": link_id}).fetchone()
    if row is None:
        return None
    *link, contacts, carried = row
    return Landing(
        link=LinkView(*link),
        contacts=masked_contacts([json.loads(contact) for contact in contacts]),
        connected=channels_coded(channels_carried([json.loads(codes) for codes in carried])),
    )


@functools.cache
def _query() -> str:
    """Return the SQL, built once per process: to build and plan it costs five times as much as to run it."""
    rows = (
        links_live(Link.objects.filter(pk=_WANTED))
        .annotate(
            contacts=contacts_array("customer_id", with_accounts=True),
            carried=ArraySubquery(channels_set_up().values("channels")),
        )
        .values_list(*LINK_COLUMNS, "contacts", "carried")[:1]
    )
    operations: Any = connection.ops  # PostgreSQL's, which the stubs do not know
    text = str(operations.compose_sql(*rows.query.sql_with_params()))
    return text.replace("%", "%%").replace(str(_WANTED), "%(link)s")
