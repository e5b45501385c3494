"""No test sees what another left in the process."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.test import Client
from django.utils import translation

from portal.database.outage import outage_of
from tests.support.process import MEMORIES, forget_process

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("consents", "notify", "portal")
FRESH = frozenset({"Counter", "defaultdict", "deque", "dict", "list", "set", "OrderedDict", "WeakKeyDictionary"})


def test_the_language_of_a_reader_does_not_reach_the_next_test(client: Client, db: None) -> None:
    client.get("/", headers={"accept-language": "en"})
    assert translation.get_language() == "en"

    forget_process()

    assert translation.get_language() == settings.LANGUAGE_CODE


def test_an_outage_that_one_test_has_played_is_over_in_the_next() -> None:
    outage_of("broker").begun()
    assert not outage_of("broker").may_try()

    forget_process()

    assert outage_of("broker").may_try()


def test_every_memory_of_the_rooms_is_emptied() -> None:
    found = {(module, name) for room in ROOMS for module, name in memories_of(room)}

    assert found == {(module, name) for module, name, _ in MEMORIES}


def memories_of(room: str) -> Iterator[tuple[str, str]]:
    """Yield module and name of what is filled while it serves: an empty container in lower case, or a name set anew."""
    for path in sorted((ROOT / room).rglob("*.py")):
        tree = ast.parse(path.read_text())
        replaced = {name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names}
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for node in tree.body:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    pass
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                    pass
                case _:
                    continue
            if name in replaced or (name.islower() and is_empty_container(value)):
                yield module, name


def is_empty_container(value: ast.expr) -> bool:
    """Return whether an expression makes something that is there to be filled."""
    match value:
        case ast.Dict(keys=[]) | ast.List(elts=[]):
            return True
        case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called), args=[]):
            return called in FRESH
    return False
