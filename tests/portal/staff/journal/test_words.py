"""The journal of staff is read in words: no code of the program stands on its page."""

import ast
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from consents.customers.groups import GROUPS
from consents.enums import Channel, DemandKind, EventKind, Purpose, StopReason, StopScope
from notify.enums import ContractKind, MessageState
from portal.audit.acts import DETAILS, OBJECTS, AuditedAction
from portal.audit.permissions import Right
from portal.exports.kinds import ExportKind
from portal.models import StaffAction
from portal.models.user import Role
from portal.staff.company.forms import CompanyForm
from portal.staff.journal.words import CHANGES, WAYS, details_words, object_words
from tests.factories.staff import client_of, user_make

ROOT = Path(__file__).parents[4]
PROPER = {"MAX", "IP"}
EVERYTHING: dict[str, Any] = {
    "found": 2,
    "customers": [7, 8],
    "customer_id": 7,
    "filter": {"since": "2026-11-01", "kind": "granted", "purpose": "service", "channel": "sms"},
    "filters": {"since": "2026-11-01", "until": "2026-11-30"},
    "is_new": True,
    "old": {"is_open": True, "per_second": 5, "contract": False, "contract_note": "№ 1"},
    "new": {"is_open": False, "per_second": 0, "contract": True, "contract_note": "№ 2"},
    "changed": list(CompanyForm.base_fields),
    "contract": "№ 1 от 01.11.2026",
    "asked_on": "2026-11-02",
    "answer_by": "2026-11-05",
    "rows": 3,
}
CODES = {
    "kind": [*ExportKind.values, *EventKind.values],
    "kinds": ContractKind.values,
    "purpose": Purpose.values,
    "channel": Channel.values,
    "role": Role.values,
    "outcome": MessageState.values,
    "change": list(CHANGES),
    "way": list(WAYS),
    "group": list(GROUPS),
    "scope": StopScope.values,
    "stop": StopReason.values,
    "demand": DemandKind.values,
    "refused": [*Purpose.values, *StopScope.values, *Channel.values],
}


def _cells(page: str) -> Iterator[str]:
    """What was done, to what, why and how in every row, as text; numbers of files and events are no words."""
    body = page.split("<tbody>")[1].split("</tbody>", maxsplit=1)[0]
    for row in body.split("<tr>")[1:]:
        for cell in row.split("<td")[3:]:
            yield re.sub(r"\b[0-9a-f]{8,64}\b", "", unescape(re.sub(r"<[^>]*>?", " ", f"<td{cell}")))


@pytest.mark.django_db
def test_no_word_of_the_program_stands_on_the_page() -> None:
    user = user_make(Role.DPO)
    rows = [{"action": act, "details": EVERYTHING} for act in AuditedAction.values[:8]]
    rows += [{"action": act, "details": {}} for act in AuditedAction.values[8:]]
    rows += [
        {"action": AuditedAction.ACCESS_DENIED, "object_kind": "right", "object_id": right.value} for right in Right
    ]
    rows += [
        {"action": AuditedAction.CHANNEL_CHANGED, "object_kind": "channel", "object_id": name}
        for name in Channel.values
    ]
    rows += [{"action": AuditedAction.LOGGED_IN, "object_kind": kind, "object_id": "7"} for kind in OBJECTS]
    rows += [
        {"action": AuditedAction.LOGGED_IN, "details": {n: value}} for n, values in CODES.items() for value in values
    ]
    for row in rows:
        StaffAction.objects.create(user=user, actor=user.email, **row)
    client = client_of(user)
    pages = [client.get(f"/staff/journal/?page={number}").content.decode() for number in range(1, len(rows) // 50 + 2)]

    cells = [cell for page in pages for cell in _cells(page)]

    assert len(cells) >= len(rows)
    assert {word for cell in cells for word in re.findall(r"[A-Za-z_]{2,}", cell)} - PROPER == set()
    assert not any(sign in cell for cell in cells for sign in "[]{}'")


def test_values_are_said_as_people_say_them() -> None:
    assert dict(details_words(EVERYTHING | {"count": 0, "outcome": "", "kind": "period"})) == {
        "найдено": "2",
        "клиенты": "7, 8",
        "клиент": "7",
        "отбор": "с 01.11.2026, по 30.11.2026",
        "первый запуск": "да",
        "было": "открыт: да, сообщений в секунду: 5, договор: нет, номер договора: № 1",
        "стало": "открыт: нет, сообщений в секунду: 0, договор: да, номер договора: № 2",
        "изменены поля": ", ".join(str(field.label) for field in CompanyForm.base_fields.values()),
        "договор": "№ 1 от 01.11.2026",
        "дата запроса": "02.11.2026",
        "ответить до": "05.11.2026",
        "строк": "3",
        "сколько": "0",
        "вид": "Записи за период",
    }


@pytest.mark.parametrize("title", ["0000-00-00", "2026-99-99", "٢٠٢٦-٠١-٠١", "2026-02-30"])
def test_a_title_that_looks_like_a_day_is_shown_as_it_was_typed(title: str) -> None:
    assert dict(details_words({"contract": title})) == {"договор": title}


def test_objects_are_named_not_coded() -> None:
    assert object_words("right", "see_customer_full") == "право «открывать контакты клиента»"
    assert object_words("channel", "sms") == "канал СМС"
    assert object_words("export", "1f3c5a70-0000-4000-8000-000000000001") == "выгрузка 1f3c5a70"
    assert object_words("customer", "12") == "клиент 12"


def test_every_right_has_words() -> None:
    assert not [right for right in Right if re.search("[A-Za-z]", str(right.label))]


def _fills_details(node: ast.Assign | ast.AugAssign) -> bool:
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    return "details" in {getattr(target, "id", ""), getattr(target, "attr", "")}


def _detail_names() -> set[str]:
    """Names that the code gives to details of an act: `details=`, `details = `, `details[…]`, `details |= …`."""
    found: set[str] = set()
    for path in (ROOT / "portal").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "details" and isinstance(node.value, ast.Dict):
                found.update(str(key.value) for key in node.value.keys if isinstance(key, ast.Constant))
            elif isinstance(node, ast.Assign | ast.AugAssign) and _fills_details(node):
                keys = node.value.keys if isinstance(node.value, ast.Dict) else []
                found.update(str(key.value) for key in keys if isinstance(key, ast.Constant))
            elif isinstance(node, ast.Subscript) and getattr(node.value, "attr", "") == "details":
                found.update(str(key.value) for key in [node.slice] if isinstance(key, ast.Constant))
    return found


def test_every_detail_that_the_code_writes_has_a_name() -> None:
    names = _detail_names()

    assert names >= {"found", "customers", "sha256", "old", "new", "outcome", "filters"}
    assert names - set(DETAILS) == set()
