"""What the DPO reads of an event: every fact by its name, every code in words, every moment on one clock."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeGuard
from uuid import uuid4

import pytest

from consents.ledger.history import EventView
from consents.register.search import person_timeline
from portal.exports.evidence_words import FACTS, HIDDEN, MOMENTS, evidence_facts
from portal.models.user import Role
from tests.factories.consents import ContactPointFactory, CustomerFactory, EditionFactory, answer_make
from tests.factories.staff import client_of
from tests.portal.staff.world import World

ROOT = Path(__file__).parents[3]
WRITERS = sorted(path for place in ("consents", "notify", "portal") for path in (ROOT / place).rglob("*.py"))
PROOFS = ("code_proof.py", "proofs.py")
HOLDERS = {"personal", "extra", "facts", "further"}


def _keys(node: ast.AST | None) -> Iterator[str]:
    """The constant keys of every dictionary in an expression."""
    for inner in ast.walk(node) if node else ():
        if isinstance(inner, ast.Dict):
            yield from (key.value for key in inner.keys if isinstance(key, ast.Constant) and isinstance(key.value, str))


def _holder(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in HOLDERS


def _is_reason(node: ast.AST) -> TypeGuard[ast.Call]:
    """Why a check could not decide is no evidence of a person, though its values are called facts too."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Reason"


def _written(tree: ast.AST) -> Iterator[str]:
    """Names of facts: what goes to `personal=`, what fills a holder, what functions named for facts return."""
    of_reasons = {id(word) for node in ast.walk(tree) if _is_reason(node) for word in node.keywords}
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in HOLDERS and id(node) not in of_reasons:
            yield from _keys(node.value)
        elif isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if _holder(target):
                    yield from _keys(node.value)
                elif isinstance(target, ast.Subscript) and _holder(target.value):
                    yield from (str(n.value) for n in [target.slice] if isinstance(n, ast.Constant))
        elif isinstance(node, ast.FunctionDef) and node.name.endswith(("_facts", "_proof")):
            yield from _keys(node)


def _names() -> set[str]:
    found: set[str] = set()
    for path in WRITERS:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if path.name == "evidence.py" and path.parent.name == "ledger":
            found.update(_keys(tree))
        elif path.name in PROOFS or any(f"{name}=" in path.read_text(encoding="utf-8") for name in HOLDERS):
            found.update(_written(tree))
    return found


def test_every_fact_that_the_code_writes_has_a_name_in_the_readers_language() -> None:
    names = _names()

    assert names >= {"box", "rules_version", "shown_version", "shown_sha256", "replaced_contact", "closed_contacts"}
    assert names >= {"code_tries", "contact_event", "processor", "offset", "text_sha256"}
    assert names - set(FACTS) - HIDDEN == set()


@pytest.mark.django_db
def test_stored_codes_are_read_in_words_and_moments_on_the_persons_clock() -> None:
    contact = ContactPointFactory(customer=CustomerFactory(time_zone="Asia/Vladivostok"), confirmed=True)
    answer_make(contact)
    [event] = person_timeline(customer_id=contact.customer_id)
    kept = {
        "box": "ticked",
        "box_default": "unticked",
        "contact_method": "link+sms_code",
        "language": "ru",
        "zone": "Asia/Vladivostok",
        "shown_at": "2026-11-24T20:00:00+00:00",
    }

    facts = dict(evidence_facts(_with(event, kept)))

    assert facts == {
        "Отметка при ответе": "поставлена",
        "Отметка до ответа": "пустая",
        "Как подтверждён контакт": "ссылка и код из СМС",
        "Язык текста": "русский",
        "Часовой пояс": "Владивосток, UTC+10",
        "Текст показан": "25.11.2026 06:00:00\xa0UTC+10",
    }


def _made(personal: dict[str, str]) -> EventView:
    return EventView(
        id=1,
        uuid=uuid4(),
        kind="granted",
        occurred_at=datetime(2026, 11, 1, tzinfo=UTC),
        leaf_hash=b"",
        leaf_index=None,
        values={},
        personal=personal,
    )


def _with(event: EventView, personal: dict[str, str]) -> EventView:
    return replace(event, personal=personal)


@pytest.mark.parametrize("name", sorted(FACTS))
@pytest.mark.parametrize(
    "said", ["2026-01-01T00:00:00", "2026-99-99T99:99:99 Mozilla", "9999-12-31T23:59:59-12:00", "\u00b2", "\ud83d"]
)
def test_what_a_browser_or_a_person_said_is_shown_as_it_was_said(name: str, said: str) -> None:
    """A User-Agent that looks like a moment would break the page, or be shown as another one."""
    event = _made({name: said, "zone": "Asia/Omsk"} | {name: said})

    [shown] = [value for label, value in evidence_facts(event) if label == str(FACTS[name])]

    is_moment = name.endswith("_at") or name in MOMENTS
    assert shown == said or (is_moment and said == "2026-01-01T00:00:00")


def test_a_fact_that_nobody_named_is_shown_all_the_same(world: World) -> None:
    [event] = person_timeline(customer_id=world.customer.pk)

    assert ("future_fact", "да") in evidence_facts(_with(event, {"future_fact": "да"}))


def test_all_pages_show_one_moment_on_the_persons_own_clock(world: World) -> None:
    [event] = person_timeline(customer_id=world.customer.pk)
    client = client_of(world.people[Role.DPO])
    base = f"/staff/register/{world.customer.pk}/"

    for page in (base, f"{base}event/{world.event}/", f"{base}receipt/{world.receipt}/"):
        text = client.get(page).content.decode().replace('<span class="nowrap">', "")
        assert f"{event.local_time:%d.%m.%Y %H:%M:%S}\xa0UTC+6" in text, page
        assert "Asia/" not in text, page


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["rules_version", "shown_version"])
def test_an_edition_is_named_by_the_number_that_people_know(name: str) -> None:
    contact = ContactPointFactory(customer=CustomerFactory(), confirmed=True)
    answer_make(contact)
    [event] = person_timeline(customer_id=contact.customer_id)
    edition = EditionFactory(number=71)

    known = evidence_facts(replace(event, personal={name: str(edition.pk)}))
    unknown = evidence_facts(replace(event, personal={name: "999999999"}))

    assert known == [(str(FACTS[name]), "№ 71")]
    assert unknown == [(str(FACTS[name]), "999999999")]
