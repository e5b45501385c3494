"""One company with its staff and customers' visits, and every address of it by its name."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from consents.models import ConsentEvent, Edition, Receipt
from notify.conf import webhook_path
from tests.factories.staff import client_of
from tests.portal.addresses import OUTSIDE
from tests.portal.every_address.forms import Fields, forms_of
from tests.portal.public.people import Walker, answered, customer_make, link_for, walked_to_level_one
from tests.portal.staff.matrix import MATRIX, ROLES
from tests.portal.staff.world import World, world_make

ANYBODY: Final = "anybody"
VISITS: Final = ("opened", "proven", "answered", "at the entrance")


@dataclass(frozen=True, slots=True)
class Place:
    """An address of the resolver: its pattern, and the parts of it that vary, each with its kind."""

    name: str
    route: str
    parts: dict[str, str]

    @property
    def is_file(self) -> bool:
        """Return whether it is no page."""
        return "." in self.route

    def address(self, values: dict[str, str]) -> str:
        """Put values, percent-encoded ones, into the pattern."""
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda part: values[part[1]], self.route)


@dataclass(slots=True)
class Ground:
    """Cookies by who asks; good parts and fields by the name of an address."""

    world: World
    cookies: dict[str, dict[str, str]]
    parts: dict[str, dict[str, str]]
    forms: dict[tuple[str, str], dict[str, Fields]] = field(default_factory=lambda: defaultdict(dict))
    """(name of an address, method) -> who -> the fields of the form that leads there."""
    methods: dict[str, tuple[str, ...]] = field(default_factory=dict)
    may: dict[str, list[str]] = field(default_factory=dict)
    """Name of an address -> those whom it opens to."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return what staff see and nobody else."""
        world = self.world
        return world.contact.value, world.customer.name, world.author.email, world.author.name, world.running.name


def places() -> dict[str, Place]:
    """Return every address of the site."""
    return {place.name: place for place in _places(get_resolver(), "", "")}


def _places(found: URLResolver, route: str, namespace: str) -> Iterator[Place]:
    for entry in found.url_patterns:
        is_route = isinstance(entry.pattern, RoutePattern)
        own = str(entry.pattern) if is_route else _of_regex(str(entry.pattern))
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _places(entry, route + own, inner)
        elif isinstance(entry, URLPattern):
            whole = route + own
            parts = {part[2]: part[1] or "str" for part in re.finditer(r"<(?:(\w+):)?(\w+)>", whole)}
            yield Place(f"{namespace}{entry.name}", whole, parts)


def _of_regex(pattern: str) -> str:
    """Write a regular expression as a route."""
    text = re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", pattern)
    return text.lstrip("^").rstrip("$").replace("[kK]", "k").replace("/?", "").replace("\\.", ".")


def ground_make() -> Ground:
    """Build the company and look at all its pages once, for their forms."""
    world = world_make()
    visits = _visits()
    ground = Ground(world=world, cookies={ANYBODY: {}} | visits, parts=_outside_parts())
    for role in ROLES:
        ground.cookies[role.value] = _cookies(client_of(world.people[role]))
    for row in MATRIX:
        name = f"staff:{row.name}"
        ground.parts[name] = {key: str(value) for key, value in row.where(world).items()}
        allowed = [role.value for role, answer in zip(ROLES, row.answers, strict=True) if answer != 403]
        ground.methods[name] = tuple(sorted({*ground.methods.get(name, ()), row.method}))
        ground.may[name] = sorted({*ground.may.get(name, []), *allowed})
        data = [(key, one) for key, value in row.data.items() for one in _each(value)]
        ground.forms[name, row.method] |= dict.fromkeys(allowed, data) if data else {}
    for address in OUTSIDE:
        everybody = (
            [ANYBODY, *VISITS] if address.name.startswith("public:") else [ANYBODY, *[role.value for role in ROLES]]
        )
        ground.may[address.name] = everybody
        ground.methods[address.name] = address.methods
    _look_around(ground)
    return ground


def _each(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _visits() -> dict[str, dict[str, str]]:
    opened, entering = Walker(), Walker()
    opened.open_link(link_for(customer_make(phone="+79167770001", email="opened@yandex.ru")))
    proven = walked_to_level_one(customer_make(phone="+79167770002", email="proven@yandex.ru"))
    proven.choose("sms")
    done = answered(customer_make(phone="+79167770003", email="answered@yandex.ru"))
    entering.press("/", value="+79167770001")
    return {
        name: _cookies(walker.client) for name, walker in zip(VISITS, (opened, proven, done, entering), strict=True)
    }


def _cookies(client: Client) -> dict[str, str]:
    return {name: morsel.value for name, morsel in client.cookies.items() if morsel.value}


def _outside_parts() -> dict[str, dict[str, str]]:
    parts = {address.name: {key: str(value) for key, value in address.where.items()} for address in OUTSIDE}
    receipt = Receipt.objects.latest("id")
    edition = Edition.objects.filter(document__kind="pd_service").latest("id")
    live = link_for(customer_make(phone="+79167770004", email="live@yandex.ru")).token
    for name in ("receipt", "receipt_pdf", "receipt_json"):
        parts[f"public:{name}"] = {"receipt": str(receipt.uuid)}
    for name in ("event_text", "event_text_pdf"):
        parts[f"public:{name}"] = {"event": str(_event_of(receipt))}
    for name in ("consent", "consent_pdf"):
        parts[f"public:{name}"] = {"edition_id": str(edition.pk)}
    for name in ("link", "one_click", "qr"):
        parts[f"public:{name}"] = {"token": live}
    provider, secret = webhook_path(provider="max").strip("/").split("/")[1:]
    parts["webhook"] = {"provider": provider, "secret": secret}
    return parts


def _event_of(receipt: Receipt) -> UUID:
    return ConsentEvent.objects.get(pk=receipt.event_ids[0]).uuid


def _look_around(ground: Ground) -> None:
    """Open every page as each visit, or as one of the staff, and keep its forms."""
    for name, place in places().items():
        if "GET" not in ground.methods[name] or place.is_file or name == "account_logout":
            continue
        for who in VISITS[:3] if name.startswith("public:") else ground.may[name][-1:]:
            answer = client_with(ground.cookies[who]).get(place.address(ground.parts[name]))
            if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                for about, method, fields in forms_of(answer.request["PATH_INFO"], answer.content.decode()):
                    known = ground.forms[about, method].get(who, [])
                    ground.forms[about, method][who] = known + [one for one in fields if one not in known]


def client_with(cookies: dict[str, str], **how: Any) -> Client:
    """A browser with these cookies that passes a mistake of ours on as a 500."""
    client = Client(raise_request_exception=False, **how)
    for name, value in cookies.items():
        client.cookies[name] = value
    return client
