"""The pages of the project lead somewhere, and the formats they describe are those of the code."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
from django.utils import timezone

from consents.documents.checks import REQUIRED_HEADINGS, REQUIRED_NAMES
from consents.documents.fields import COMPANY_FIELDS, PERSON_FIELDS
from consents.enums import DocumentKind
from consents.importing.reports import REPORT_HEADER
from consents.ledger.checking.checking import Findings
from consents.ledger.checking.findings import Finding
from consents.management.commands.ledger_verify import _summary
from consents.register.exports import HEADER, TEXT_COLUMN
from notify.campaigns.funnel import FunnelRow
from notify.types import CampaignStatus
from portal.staff.campaigns.views_lists import _header

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PLACES = ("bench", "consents", "deploy", "docs", "notify", "portal", "requirements", "templates", "tests")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")
FOREIGN = re.compile(r"[a-z]+:")
PATH = re.compile(rf"`((?:{'|'.join(PLACES)})/[\w./@-]*|[\w.-]+\.md)`")
"""A path in a code span: one of ours from the root, or a page beside this one."""


def _leads_nowhere(page: Path, target: str) -> bool:
    return not ((page.parent / target).exists() or (ROOT / target).exists())


def _table(page: str, heading: str, column: int = 0) -> list[str]:
    """Cells of one column of the table under a heading, code marks and the two first lines left out."""
    section = (ROOT / "docs" / page).read_text().split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("|")]
    return [row[column].strip("` ") for row in rows[2:]]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_names_no_file_that_is_not_there(page: Path) -> None:
    text = page.read_text()
    named = [target for target in LINK.findall(text) if not FOREIGN.match(target)] + PATH.findall(text)

    assert [target for target in named if _leads_nowhere(page, target)] == []


def test_every_promise_of_security_names_tests_that_are_there() -> None:
    named = [re.findall(r"tests/[\w./]*|test_\w+\.py", cell) for cell in _table("security.md", "Promises", 2)]
    there = {path.name for path in (ROOT / "tests").rglob("test_*.py")}

    assert all(named)
    assert [name for names in named for name in names if name not in there and not (ROOT / name).exists()] == []


def test_the_columns_of_the_register_are_described() -> None:
    assert _table("formats.md", "Export of the register") == [str(name) for name in (*HEADER, TEXT_COLUMN)]


def test_the_columns_of_the_reports_are_described() -> None:
    assert _table("formats.md", "Report of a campaign") == _header(with_consents=True)
    assert _table("formats.md", "Report of a customer file") == [str(name) for name in REPORT_HEADER]


def test_the_keys_of_a_campaigns_status_are_described() -> None:
    status = [field.name for field in fields(CampaignStatus)]

    assert _table("formats.md", "campaign_status --json") == [*status, "funnel"]
    assert _table("formats.md", "An object of the funnel") == [field.name for field in fields(FunnelRow)]


def test_the_keys_of_a_check_of_the_ledger_are_described() -> None:
    finding = [field.name for field in fields(Finding)]
    last = _summary(Findings(started_at=timezone.now()))

    assert _table("formats.md", "A finding of ledger_verify --json") == finding
    assert _table("formats.md", "The last line of ledger_verify --json") == list(last)


def test_the_kinds_of_documents_are_described() -> None:
    assert _table("documents.md", "Kinds") == DocumentKind.values


def test_the_placeholders_of_documents_are_described() -> None:
    cells = _table("documents.md", "How a text is written")

    assert re.findall(r"\(\(([^)]+)\)\)", " ".join(cells)) == [*PERSON_FIELDS, *COMPANY_FIELDS]


@pytest.mark.parametrize(
    ("column", "required"), [(1, REQUIRED_HEADINGS), (2, REQUIRED_NAMES)], ids=["headings", "placeholders"]
)
def test_what_an_edition_must_have_is_described(column: int, required: dict[DocumentKind, tuple[str, ...]]) -> None:
    kinds, cells = (_table("documents.md", "What an edition must have", number) for number in (0, column))
    described, last = dict[str, str](), ""
    for named, cell in zip(kinds, cells, strict=True):
        last = last if cell == "the same" else cell
        described |= dict.fromkeys(re.findall(r"\w+", named), last)

    assert list(described) == DocumentKind.values
    assert described == {kind.value: ", ".join(names) for kind, names in required.items()}
