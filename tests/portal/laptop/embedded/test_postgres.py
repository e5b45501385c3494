"""The embedded PostgreSQL: a folder of any name, a socket that no other user reaches."""

import os
import stat
from pathlib import Path

import psycopg
import pytest

from portal.laptop.embedded.postgres import DatabaseCannotStart, embedded_postgres, postmaster, socket_place
from portal.laptop.embedded.postgres_start import private_folder


def test_a_folder_with_a_space_and_a_comma_has_a_server_that_only_its_user_reaches(tmp_path: Path) -> None:
    folder = tmp_path / "мои данные, и не только" / "postgres"

    server = embedded_postgres(folder, durable=False)
    try:
        with psycopg.connect(server.url("postgres")) as database:
            assert database.execute("SELECT 1").fetchone() == (1,)
        assert server.socket != str(folder)
        assert stat.S_IMODE(Path(server.socket).stat().st_mode) == 0o700
    finally:
        server.stop()

    assert postmaster(folder) is None
    assert not Path(server.socket).exists()


def test_a_plain_folder_holds_its_own_socket() -> None:
    assert socket_place(Path("/srv/мостик/var/postgres")) == Path("/srv/мостик/var/postgres")


@pytest.mark.parametrize("name", ["a b", "a,b", "a;b", "a'b", "a" * 120])
def test_any_other_folder_gets_a_short_one_of_its_own_that_stays_the_same(name: str) -> None:
    place = socket_place(Path(f"/srv/{name}/postgres"))

    assert len(os.fsencode(place)) < 90
    assert place == socket_place(Path(f"/srv/{name}/postgres")) != socket_place(Path(f"/srv/{name}2/postgres"))


@pytest.mark.parametrize("character", ['"', "$", "`", "\\", "\n"])
def test_a_path_that_would_reach_a_shell_is_refused_with_what_to_do(tmp_path: Path, character: str) -> None:
    with pytest.raises(DatabaseCannotStart, match="Задайте VAR_DIR"):
        embedded_postgres(tmp_path / f"a{character}b" / "postgres")

    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_our_own_is_made_and_taken_again(tmp_path: Path) -> None:
    for _ in range(2):
        private_folder(tmp_path / "socket", owner=os.geteuid())

    assert stat.S_IMODE((tmp_path / "socket").stat().st_mode) == 0o700


def test_a_folder_that_others_may_enter_ends_the_start(tmp_path: Path) -> None:
    place = tmp_path / "socket"
    place.mkdir()
    place.chmod(0o777)

    with pytest.raises(SystemExit, match="открыта для других"):
        private_folder(place, owner=os.geteuid())


def test_a_folder_behind_a_link_ends_the_start(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir(mode=0o700)
    (tmp_path / "socket").symlink_to(tmp_path / "theirs")

    with pytest.raises(SystemExit, match="принадлежит другому пользователю"):
        private_folder(tmp_path / "socket", owner=os.geteuid())


def test_a_folder_of_somebody_else_ends_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "socket"
    place.mkdir(mode=0o700)
    other = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: other)

    with pytest.raises(SystemExit, match="принадлежит другому пользователю"):
        private_folder(place, owner=other)
