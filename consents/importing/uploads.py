"""Uploaded files on disk: written under a name of ours and readable as their folder is, checked, deleted."""

import hashlib
import os
from pathlib import Path
from typing import IO, Final

from consents.errors import FileRefused
from consents.importing.reading import CSV_LIMIT, rows_path, rows_unfinished
from consents.private_files import private_create

_PIECE: Final = 1 << 18


def file_write(stream: IO[bytes], path: Path) -> str:
    """Write the bytes and return their SHA-256. Raises FileRefused: file_too_big."""
    digest = hashlib.sha256()
    size = 0
    with os.fdopen(private_create(path), "wb") as target:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > CSV_LIMIT:
                raise FileRefused("file_too_big")
            digest.update(piece)
            target.write(piece)
    return digest.hexdigest()


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def file_verify(path: Path, sha256: str) -> None:
    """Raise FileRefused (file_missing, file_changed) unless the file is the one that was uploaded."""
    if not path.is_file():
        raise FileRefused("file_missing")
    if file_sha256(path) != sha256:
        raise FileRefused("file_changed")


def files_delete(path: Path) -> None:
    """Delete an upload and its unpacked rows. A repeat finds nothing to delete."""
    for place in (path, rows_path(path), rows_unfinished(path)):
        place.unlink(missing_ok=True)


def name_shown(file_name: str) -> str:
    """Return the name as it may be shown: without folders and invisible characters."""
    name = file_name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in name if sign.isprintable()).strip()[:255] or "—"
