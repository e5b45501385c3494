"""What one page may cost: statements that reach the database, counted at the driver.

SAVEPOINT and RELEASE are left out: a test runs inside a transaction, so each block of a request that would be BEGIN and
COMMIT, or nothing, is a savepoint here. Everything else counts, also what selectors run on the driver's own cursor.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest

from consents.models import Customer
from tests.portal.public.people import Walker, link_for, walked_to_level_one

FIRST_PAGE = 2
CONSENT_PAGE = 12
ANSWER = 15
LAST_ANSWER = 22
"""With the receipt, which the last answer of a visit brings."""
NEXT_STEP = 8


@dataclass
class Statements:
    """Statements of one request after the other."""

    sent: list[str] = field(default_factory=list)

    def of(self, request: Callable[..., Any], *args: Any) -> tuple[Any, int]:
        """Return the answer to a request with the number of its statements."""
        self.sent.clear()
        answer = request(*args)
        return answer, sum(not one.startswith(("SAVEPOINT", "RELEASE")) for one in self.sent)


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Statements:
    """Every statement of this process from now on."""
    counted, execute = Statements(), psycopg.Cursor.execute

    def noted(cursor: psycopg.Cursor[Any], query: Any, *args: Any, **kwargs: Any) -> Any:
        counted.sent.append(str(query))
        return execute(cursor, query, *args, **kwargs)

    monkeypatch.setattr(psycopg.Cursor, "execute", noted)
    return counted


@pytest.fixture
def asked(customer: Customer) -> Walker:
    """A browser before its first consent: SMS chosen."""
    walker = walked_to_level_one(customer)
    walker.choose("sms")
    return walker


def yes(walker: Walker) -> dict[str, str]:
    """What the form on the screen sends with a yes."""
    return {"decision": "grant", "read": "on", "shown": walker.hidden("shown")}


def test_the_first_page_of_a_link(customer: Customer, walker: Walker, statements: Statements) -> None:
    token = link_for(customer).token
    _, opened = statements.of(walker.client.get, f"/k/{token}")

    page, shown = statements.of(walker.client.get, "/me/")

    assert page.status_code == 200
    assert opened <= FIRST_PAGE
    assert 0 < shown <= FIRST_PAGE


def test_a_consent_page(asked: Walker, statements: Statements) -> None:
    page, count = statements.of(asked.client.get, asked.where)

    assert page.status_code == 200
    assert 0 < count <= CONSENT_PAGE


def test_an_answer_and_the_step_after_it(asked: Walker, statements: Statements) -> None:
    asked.answer("grant")
    asked.press("/me/offers/")
    answer, written = statements.of(asked.client.post, asked.where, yes(asked))
    step, led = statements.of(asked.client.get, "/me/next/")

    assert answer.headers["Location"] == "/me/next/"
    assert step.headers["Location"].startswith("/me/consent/")
    assert 0 < written <= ANSWER
    assert 0 < led <= NEXT_STEP


def test_a_refusal(asked: Walker, statements: Statements) -> None:
    values = {"decision": "refuse", "shown": asked.hidden("shown")}

    answer, written = statements.of(asked.client.post, asked.where, values)

    assert answer.headers["Location"] == "/me/next/"
    assert 0 < written <= LAST_ANSWER


def test_each_of_several_answers_and_the_receipt_at_the_end(asked: Walker, statements: Statements) -> None:
    asked.answer("grant")
    asked.press("/me/offers/")
    costs = []
    for _ in range(2):
        values, where = yes(asked), asked.where
        page, shown = statements.of(asked.client.get, where)
        _, written = statements.of(asked.client.post, where, values)
        _, led = statements.of(asked.client.get, "/me/next/")
        assert page.status_code == 200
        costs.append((shown, written, led))
        asked.get("/me/next/")

    assert asked.where == "/me/done/"
    (shown, written, led), (last_shown, last_written, last_led) = costs
    assert max(shown, last_shown) <= CONSENT_PAGE
    assert written <= ANSWER
    assert last_written <= LAST_ANSWER
    assert max(led, last_led) <= NEXT_STEP
