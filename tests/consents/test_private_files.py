"""Files with personal data are as readable as their folder."""

import os
import stat
from pathlib import Path

import pytest

from consents.private_files import private_create, private_folder


@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o700, 0o600), (0o750, 0o640), (0o770, 0o660), (0o777, 0o660)])
def test_a_file_is_as_readable_as_its_folder_and_never_for_the_world(
    tmp_path: Path, folder_mode: int, file_mode: int
) -> None:
    folder = tmp_path / "uploads"
    folder.mkdir()
    folder.chmod(folder_mode)
    before = os.umask(0)
    try:
        os.close(private_create(folder / "file"))
    finally:
        os.umask(before)

    assert stat.S_IMODE((folder / "file").stat().st_mode) == file_mode


def test_a_folder_is_made_for_its_owner_alone_but_inside_a_shared_one_for_its_group(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o2770)

    tmp_path.chmod(0o755)
    before = os.umask(0)
    try:
        assert stat.S_IMODE(private_folder(tmp_path / "own").stat().st_mode) == 0o700
        assert stat.S_IMODE(private_folder(shared).stat().st_mode) == 0o2770
        assert stat.S_IMODE(private_folder(shared / "inside").stat().st_mode) & 0o777 == 0o770
    finally:
        os.umask(before)


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    os.close(private_create(tmp_path / "file"))

    with pytest.raises(FileExistsError):
        private_create(tmp_path / "file")
