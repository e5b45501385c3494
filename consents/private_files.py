"""Files with personal data: as readable as the folder that they lie in, never more."""

import os
import stat
import tempfile
from pathlib import Path
from typing import Final

_GROUP: Final = 0o660
_OWNER: Final = 0o700


def private_folder(path: Path) -> Path:
    """Return the folder. One that is missing is made for its owner alone, inside a shared folder for its group too.

    On a server the folders of `deploy/mostik.tmpfiles` are shared by the services, because one process writes what
    another reads.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    around = path.parent.stat().st_mode
    path.mkdir(mode=_OWNER | (around & stat.S_IRWXG if around & stat.S_IWGRP else 0), exist_ok=True)
    return path


def folder_now(folder: Path) -> float:
    """Return the present second by the clock that dates the files of a folder: ages are compared with no other."""
    with tempfile.TemporaryFile(dir=folder) as fresh:
        return os.fstat(fresh.fileno()).st_mtime


def private_create(path: Path) -> int:
    """Create the file and return its descriptor. Raises FileExistsError."""
    return private_open(path, os.O_WRONLY | os.O_EXCL)


def private_open(path: Path, flags: int) -> int:
    """Return a descriptor of the file, made where it is missing.

    A new one is readable by the folder's owner, and by its group where that may.
    """
    return os.open(path, flags | os.O_CREAT, 0o600 | (path.parent.stat().st_mode & _GROUP))
