"""Secrets of an installation are made once and are nobody else's to read."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from portal.laptop.embedded.secrets import MAKERS, SEAL_KEY_NAME, secrets_ensure


def test_a_second_call_gives_the_same(tmp_path: Path) -> None:
    first = secrets_ensure(tmp_path / "secrets")

    assert secrets_ensure(tmp_path / "secrets") == first
    assert set(first) == {*MAKERS, "SEAL_KEY_FILE"}


def test_two_installations_have_different_secrets(tmp_path: Path) -> None:
    one, other = secrets_ensure(tmp_path / "a"), secrets_ensure(tmp_path / "b")

    assert not set(one.values()) & set(other.values())


def test_only_the_owner_may_read_them(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    secrets_ensure(folder)

    secret = [path for path in folder.iterdir() if not path.name.endswith(".pub.pem")]
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in secret}
    assert modes == dict.fromkeys([*(name.lower() for name in MAKERS), SEAL_KEY_NAME], 0o600)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_many_that_start_together_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda _: secrets_ensure(tmp_path / "secrets"), range(64)))

    assert all(values == found[0] for values in found)
