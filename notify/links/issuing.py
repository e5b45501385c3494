"""Personal links: making them for messages and notices, resolving tokens, revoking by customer or by campaign."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from consents.database.clock import database_now
from consents.enums import Channel
from consents.touchpoint import ENTRANCE, TouchpointName
from notify.enums import LinkScope
from notify.links import tokens
from notify.models import Campaign, Link, Touchpoint
from notify.statements import run

# Under the lock of its message a lease can be neither taken over nor given back until the hash is stored.
_PREPARE: Final = """
INSERT INTO notify_link (message_id, customer_id, touchpoint_id, scope, token_hash, created_at, expires_at)
SELECT m.id, m.customer_id, o.touchpoint_id, o.scope, o.token_hash, statement_timestamp(), o.expires_at
FROM unnest(%(messages)s::bigint[], %(touchpoints)s::bigint[], %(scopes)s::text[], %(hashes)s::bytea[],
    %(ends)s::timestamptz[]) AS o (message_id, touchpoint_id, scope, token_hash, expires_at)
JOIN notify_message m ON m.id = o.message_id
WHERE m.lease = %(lease)s AND m.state = 'claimed'
FOR NO KEY UPDATE OF m
ON CONFLICT (message_id) DO UPDATE
SET token_hash = EXCLUDED.token_hash, created_at = EXCLUDED.created_at, expires_at = EXCLUDED.expires_at
RETURNING message_id
"""

LINK_COLUMNS: Final = (
    "id",
    "customer_id",
    "scope",
    "touchpoint_id",
    "touchpoint__campaign_id",
    "touchpoint__kind",
    "touchpoint__step__text_kind",
)
"""What makes a `LinkView`, for selectors that fetch more in the same query."""


@dataclass(frozen=True)
class LinkOrder:
    """A message of a claimed batch that needs its link."""

    message_id: int
    touchpoint_id: int | None
    expires_at: datetime.datetime
    scope: LinkScope = LinkScope.PERSONAL


@dataclass(frozen=True)
class IssuedLink:
    """A fresh link. Its token exists here and in the message only.

    The addresses that carry it are made from the setting and never from a request's Host header.
    """

    token: str

    @property
    def url(self) -> str:
        """Return the address of the personal page."""
        return settings.SITE_URL + tokens.link_path(self.token)

    @property
    def unsubscribe_url(self) -> str:
        """Return the address of the one-click unsubscribe."""
        return settings.SITE_URL + tokens.unsubscribe_path(self.token)

    @property
    def qr_url(self) -> str:
        """Return the address of the QR code."""
        return settings.SITE_URL + tokens.qr_path(self.token)


@dataclass(frozen=True)
class LinkView:
    """The values of a live link, without its token: a row of `LINK_COLUMNS`."""

    id: int
    customer_id: int
    scope: str
    touchpoint_id: int | None
    campaign_id: int | None
    kind: str | None
    text_kind: str | None

    @property
    def touchpoint(self) -> str:
        """Return the touchpoint as the ledger keeps it: `campaign:12/email`."""
        return str(TouchpointName(self.kind or "", self.campaign_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkChange:
    """A change of a contact that a link takes back: what was replaced, and how old the visit was that did it."""

    contact_point_id: int
    visit_age: datetime.timedelta


def token_bits(channel: str) -> int:
    """Return how long the token of a link on ``channel`` is: shorter where each character costs."""
    return tokens.BITS_SMS if Channel(channel).spec.is_in_segments else tokens.BITS_DEFAULT


def links_prepare(*, orders: Sequence[LinkOrder], channel: str, lease: UUID) -> dict[int, IssuedLink]:
    """Make the links of a claimed batch in one statement; return them by message id.

    A message has one link. Preparing it again (its lease had run out before anything was sent) draws a
    new token and replaces the stored hash: the token of the earlier try never left this process. A row whose
    lease was lost gets no link and keeps its hash: another worker may be sending it.
    """
    bits = token_bits(channel)
    issued = {order.message_id: IssuedLink(tokens.token_new(bits)) for order in orders}
    parameters = {
        "messages": list(issued),
        "touchpoints": [order.touchpoint_id for order in orders],
        "scopes": [str(order.scope) for order in orders],
        "hashes": [link_hash(link.token) for link in issued.values()],
        "ends": [order.expires_at for order in orders],
        "lease": lease,
    }
    return {message_id: issued[message_id] for (message_id,) in run(_PREPARE, parameters)}


def link_make(
    *,
    customer_id: int,
    expires_at: datetime.datetime,
    channel: str = Channel.EMAIL,
    scope: LinkScope = LinkScope.PERSONAL,
    touchpoint_id: int | None = None,
) -> IssuedLink:
    """Make one link outside of any message. Every call makes another one."""
    issued = IssuedLink(tokens.token_new(token_bits(channel)))
    Link.objects.create(
        customer_id=customer_id,
        touchpoint_id=touchpoint_id,
        scope=scope,
        token_hash=link_hash(issued.token),
        created_at=database_now(),
        expires_at=expires_at,
    )
    return issued


@transaction.atomic
def entrance_link_make(*, customer_id: int, expires_at: datetime.datetime) -> int:
    """Make the link of one visit by the public entrance, so that the funnel counts it; return its id.

    Its token is drawn and not kept, so that nobody can open it. Every call makes another one.
    """
    touchpoint, _ = Touchpoint.objects.get_or_create(campaign=None, kind=ENTRANCE, label="")
    link = Link.objects.create(
        customer_id=customer_id,
        touchpoint=touchpoint,
        token_hash=link_hash(tokens.token_new()),
        created_at=database_now(),
        expires_at=expires_at,
    )
    return link.pk


def link_resolve(*, token: str) -> LinkView | None:
    """Return the live link of a token by one indexed look-up; None for an unknown, expired or revoked one."""
    return _first_view(links_live(Link.objects.all()).filter(token_hash=link_hash(token)))


def link_resolve_for_refusal(*, token: str) -> LinkView | None:
    """Return a link for unsubscribing only: a refusal is taken from an expired or revoked link too."""
    return link_resolve_by_hash(token_hash=link_hash(token))


def link_resolve_by_hash(*, token_hash: bytes) -> LinkView | None:
    """Return the link that is stored under a hash, whatever became of it."""
    return _first_view(Link.objects.filter(token_hash=token_hash))


def link_view(*, link_id: int) -> LinkView | None:
    """Return a live link by its id; None once it has expired or was revoked."""
    return _first_view(links_live(Link.objects.all()).filter(pk=link_id))


def link_known(*, link_id: int, opened_at: datetime.datetime) -> LinkView | None:
    """Return the link that was opened then, whatever became of it; None for one that was made later under its id."""
    return _first_view(Link.objects.filter(pk=link_id, created_at__lt=opened_at + datetime.timedelta(seconds=1)))


def link_contact_point(*, link_id: int) -> int | None:
    """Return the id of the contact that a link's message went to; None for a link without one."""
    return Link.objects.filter(pk=link_id).values_list("message__contact_point_id", flat=True).first()


def link_change(*, link_id: int) -> LinkChange | None:
    """Return the change that a notice's link takes back; None for a link of any other message."""
    context = Link.objects.filter(pk=link_id).values_list("message__context", flat=True).first()
    if not context or "replaced" not in context:
        return None
    age = datetime.timedelta(milliseconds=int(context.get("visit_ms", "0")))
    return LinkChange(contact_point_id=int(context["replaced"]), visit_age=age)


def customer_links_count(*, customer_id: int) -> int:
    """Count the links of a customer that still open, those to take a change of contact back included."""
    return links_live(Link.objects.filter(customer_id=customer_id)).count()


def customer_links_revoke(*, customer_id: int) -> int:
    """Revoke every live link of one customer, which ends the visits by them; return how many there were.

    Messages sent afterwards carry a new link. A repeat finds none and returns 0.
    """
    return links_live(Link.objects.filter(customer_id=customer_id)).update(revoked_at=Now())


def link_revoke(*, link_id: int) -> None:
    """Close one link: it opens nothing any more. Unsubscribing by it still works."""
    links_live(Link.objects.filter(pk=link_id)).update(revoked_at=Now())


def campaign_links_revoke(*, campaign_id: int) -> bool:
    """Revoke all links that a campaign has made so far, by one moment that their age is compared with.

    A repeat moves the moment forward. Return False when there is no such campaign.
    """
    return Campaign.objects.filter(pk=campaign_id).update(links_revoked_at=Now()) == 1


def link_hash(token: str) -> bytes:
    """Return the hash of a token under the installation's key."""
    return tokens.token_hash(token, settings.LINK_KEY)


def links_live(links: QuerySet[Link]) -> QuerySet[Link]:
    """Return the links that are not expired by the database's clock and not revoked, also not by their campaign."""
    revoked_with_campaign = Q(touchpoint__campaign__links_revoked_at__gte=F("created_at"))
    return links.filter(expires_at__gt=Now(), revoked_at__isnull=True).exclude(revoked_with_campaign)


def _first_view(links: QuerySet[Link]) -> LinkView | None:
    row = next(iter(links.values_list(*LINK_COLUMNS)[:1]), None)
    return None if row is None else LinkView(*row)


def touchpoint_of(*, link_id: int | None) -> str:
    """Return the touchpoint of a link for the ledger; empty without a link."""
    view = _first_view(Link.objects.filter(pk=link_id)) if link_id is not None else None
    return view.touchpoint if view else ""
