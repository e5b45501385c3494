"""Names, lengths and lock files."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("consents", "notify", "portal")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts)
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
VAGUE = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "manager",
    "managers",
    "handler",
    "handlers",
    "misc",
    "signals",
}
LONGEST = 400


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_no_module_has_a_name_that_says_nothing() -> None:
    vague = [str(path.relative_to(ROOT)) for path in MODULES if {path.stem, path.parent.name} & VAGUE]

    assert vague == []


def test_no_module_is_longer_than_one_can_read() -> None:
    long = {str(path.relative_to(ROOT)): _lines(path) for path in MODULES if _lines(path) > LONGEST}

    assert long == {}


def test_most_modules_are_short() -> None:
    long = [path for path in MODULES if _lines(path) > 250]

    assert len(long) <= len(MODULES) * 0.03, sorted(str(path.relative_to(ROOT)) for path in long)


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if path.read_text().strip() and not path.read_text().lstrip("#! /usrbinev\nptho").startswith('"""')
    ]

    assert silent == []


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_a_lock_file_names_no_address(path: Path) -> None:
    lines = [line for line in path.read_text().splitlines() if not line.lstrip().startswith("#")]

    assert [line for line in lines if re.search(r"://|^--(?!hash)|find-links|index-url", line)] == []


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_locked_package_has_a_hash(path: Path) -> None:
    packages = re.split(r"\n(?=[a-zA-Z0-9])", path.read_text())[1:]

    assert packages
    assert [package.split("==")[0] for package in packages if "--hash=sha256:" not in package] == []


def test_the_lock_holds_what_is_asked_for() -> None:
    for name in ("run", "dev"):
        asked = re.findall(r"^[A-Za-z][A-Za-z0-9-]*", (ROOT / "requirements" / f"{name}.in").read_text(), re.M)
        locked = re.findall(r"^([A-Za-z0-9-]+)==", (ROOT / "requirements" / f"{name}.txt").read_text(), re.M)

        assert {package.lower() for package in asked} <= set(locked)
