"""Files with personal data: as readable as the folder that they lie in, never more."""

import os
from pathlib import Path
from typing import Final

_GROUP: Final = 0o660
_FOLDER: Final = 0o700


def private_folder(path: Path) -> Path:
    """Return the folder, made for its owner alone when it is missing.

    On a server it is there before, made for the group of the services (`deploy/mostik.tmpfiles`), because one
    process writes what another reads.
    """
    path.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
    return path


def private_create(path: Path) -> int:
    """Create the file and return its descriptor: readable by the folder's owner, and by its group where that may write.

    Raises FileExistsError.
    """
    mode = 0o600 | (path.parent.stat().st_mode & _GROUP)
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
