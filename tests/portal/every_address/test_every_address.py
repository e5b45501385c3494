"""Every address of the site, asked as no page of ours asks: never a mistake of ours, nothing of staff to strangers.

`FUZZ_ROUNDS=50` asks more, `FUZZ_SEED=11` other things.
"""

import logging
import os
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, quote_from_bytes, urlsplit

import pytest
from django.db import transaction
from django.test import override_settings

from portal.middleware import CUSTOMER_PATHS, STAFF_PATHS
from tests.fakes.loft_kind import kinds_declare
from tests.portal.every_address.forms import Fields, names_asked
from tests.portal.every_address.ground import ANYBODY, Ground, Place, client_with, ground_make, places
from tests.portal.every_address.nasty import BODIES, COOKIES, HEADERS, OF_PATHS, VALUES

ROUNDS: Final = int(os.environ.get("FUZZ_ROUNDS", "1"))
SEED: Final = os.environ.get("FUZZ_SEED", "7")
PLACES: Final = places()
MACHINES: Final = frozenset({"webhook", "sandbox:provider"})
"""Addresses that no person opens."""
FORM: Final = "application/x-www-form-urlencoded"
METHODS: Final = ("HEAD", "PUT", "OPTIONS", "DELETE", "TRACE", "GET", "POST")
NAMES: Final = {"GET": names_asked("GET"), "POST": names_asked("POST")}
RUSSIAN: Final = re.compile("[А-Яа-яё]{3}")

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    method: str
    address: str
    who: str
    query: str = ""
    body: bytes = b""
    kind: str = FORM
    headers: dict[str, str] = field(default_factory=dict)
    cookies: str = ""
    """In place of those of ``who``."""

    @property
    def is_stranger(self) -> bool:
        """Return whether nobody has logged in."""
        return self.who == ANYBODY or bool(self.cookies)


@pytest.fixture(scope="module")
def ground(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """One for all tests of this module: each request is rolled back."""
    with (
        django_db_blocker.unblock(),
        override_settings(VAR_DIR=tmp_path_factory.mktemp("var"), OUTSIDE_DIR=tmp_path_factory.mktemp("outside")),
        pytest.MonkeyPatch.context() as patch,
        transaction.atomic(),
    ):
        kinds_declare(patch)
        yield ground_make()
        transaction.set_rollback(True)


class Faults(logging.Handler):
    """Collects what a server would log as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line and its traceback."""
        self.lines.append(logging.Formatter("%(name)s: %(message)s").format(record)[-3000:])


@pytest.fixture
def faults() -> Iterator[Faults]:
    found = Faults()
    logging.getLogger().addHandler(found)
    yield found
    logging.getLogger().removeHandler(found)


@pytest.mark.parametrize("name", sorted(PLACES))
def test_no_request_is_a_mistake_of_ours(name: str, ground: Ground, faults: Faults) -> None:
    chance = random.Random(SEED + name)
    wrong = []
    for number, asked in enumerate(_requests(chance, ground, PLACES[name])):
        faults.lines.clear()
        answer, text = _answer(ground, asked, number)
        if said := [*_wrong(name, asked, answer), *_told(ground, asked, text), *_unsaid(name, asked, answer, text)]:
            faults.lines += said
        if faults.lines:
            wrong.append(f"{answer.status_code} {str(asked)[:1500]}\n" + "\n".join(faults.lines))

    assert not wrong, "\n\n".join(wrong)


def _requests(chance: random.Random, ground: Ground, place: Place) -> Iterator[Asked]:
    """Yield some requests to one address."""
    for _ in range(ROUNDS):
        for method in ground.methods[place.name]:
            yield _filled(chance, ground, place, method)
        for ask in chance.sample((_bodied, _misplaced, _garbled, _elsewhere), 2):
            yield ask(chance, ground, place)


def _filled(chance: random.Random, ground: Ground, place: Place, method: str) -> Asked:
    """Return a form of the site with something bad in it."""
    forms = ground.forms[place.name, method]
    who = chance.choice(sorted(forms) or ground.may[place.name])
    spoilt = _spoilt(chance, forms.get(who, []), NAMES[method])
    query, body = (spoilt, b"") if method == "GET" else ("", spoilt.encode())
    return Asked(method, _address(chance, ground, place), who, query=query, body=body)


def _bodied(chance: random.Random, ground: Ground, place: Place) -> Asked:
    kind, body = chance.choice(BODIES)
    who = chance.choice(ground.may[place.name])
    return Asked(ground.methods[place.name][-1], _address(chance, ground, place), who, body=body, kind=kind)


def _misplaced(chance: random.Random, ground: Ground, place: Place) -> Asked:
    address = _address(chance, ground, place, is_spoilt=True)
    return Asked(chance.choice(ground.methods[place.name]), address, chance.choice(ground.may[place.name]))


def _garbled(chance: random.Random, ground: Ground, place: Place) -> Asked:
    method, address = chance.choice(ground.methods[place.name]), _address(chance, ground, place)
    return Asked(method, address, ANYBODY, headers=chance.choice(HEADERS), cookies=chance.choice(COOKIES))


def _elsewhere(chance: random.Random, ground: Ground, place: Place) -> Asked:
    """Return a request by whoever it is, by any method, with parameters of other pages."""
    who, query = chance.choice(sorted(ground.cookies)), _spoilt(chance, [], NAMES["GET"])
    return Asked(chance.choice(METHODS), _address(chance, ground, place), who, query=query)


def _spoilt(chance: random.Random, good: Fields, names: Sequence[str]) -> str:
    """Return good fields of which one is bad, twice there or missing, or all are bad; and two of other pages."""
    pairs = [(name, value.encode()) for name, value in good]
    which = chance.choice([name for name, _ in good] or names)
    others = [(name, value) for name, value in pairs if name != which]
    pairs = chance.choices(
        [
            [*others, (which, chance.choice(VALUES))],
            [(name, chance.choice(VALUES)) for name, _ in pairs],
            [*pairs, (which, chance.choice(VALUES)), (f"{which}[]", b"1"), (which, chance.choice(VALUES))],
            others,
        ],
        weights=[6, 2, 1, 1],
    )[0]
    pairs += [(chance.choice(names), chance.choice(VALUES)) for _ in range(2)]
    return "&".join(f"{quote(name)}={quote_from_bytes(value)}" for name, value in pairs)


def _address(chance: random.Random, ground: Ground, place: Place, *, is_spoilt: bool = False) -> str:
    parts = {name: quote(ground.parts[place.name][name], safe="") for name in place.parts}
    if is_spoilt and parts:
        which = chance.choice(sorted(parts))
        parts[which] = quote_from_bytes(chance.choice(OF_PATHS[place.parts[which]]), safe="")
    return place.address(parts)


def _answer(ground: Ground, asked: Asked, number: int) -> tuple[Any, str]:
    """Ask, each time from another machine, and take back what came of it."""
    client = client_with({} if asked.cookies else ground.cookies[asked.who], enforce_csrf_checks=bool(asked.cookies))
    headers = {"HTTP_ACCEPT": "text/html", "REMOTE_ADDR": f"203.0.{number // 250 % 250}.{number % 250}"} | asked.headers
    if asked.cookies:
        headers["HTTP_COOKIE"] = asked.cookies
    if asked.query:
        headers["QUERY_STRING"] = asked.query
    with transaction.atomic():
        answer = client.generic(asked.method, asked.address, asked.body, asked.kind, **headers)  # type: ignore[arg-type]  # headers of WSGI
        content = b"".join(answer) if answer.streaming else answer.content
        transaction.set_rollback(True)
    return answer, content.decode("utf-8", "replace")


def _wrong(name: str, asked: Asked, answer: Any) -> Iterator[str]:
    """Yield what no answer may be."""
    if answer.status_code >= 500:
        yield "a mistake of ours"
    if urlsplit(answer.get("Location", "").replace("\\", "/")).netloc not in ("", "testserver"):
        yield f"leads to {answer['Location']}"
    if name not in MACHINES and "default-src 'none'" not in answer.get("Content-Security-Policy", ""):
        yield f"policy: {answer.get('Content-Security-Policy')}"
    if answer.get("X-Content-Type-Options") != "nosniff":
        yield "may be sniffed"
    if asked.address.startswith((*CUSTOMER_PATHS, *STAFF_PATHS)) and "no-store" not in answer.get("Cache-Control", ""):
        yield f"may be kept: {answer.get('Cache-Control')}"


def _told(ground: Ground, asked: Asked, text: str) -> list[str]:
    """Return what a stranger was told that only staff may see."""
    return [f"tells {secret}" for secret in ground.secrets if secret in text] if asked.is_stranger else []


def _unsaid(name: str, asked: Asked, answer: Any, text: str) -> Iterator[str]:
    """Yield a refusal without a sentence, where a person may read it."""
    is_read = name not in MACHINES and asked.method in ("GET", "POST") and "json" not in answer.get("Content-Type", "")
    if 400 <= answer.status_code < 500 and is_read and not RUSSIAN.search(text):
        yield f"says nothing in Russian: {text[:200]}"
