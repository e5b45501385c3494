"""Collects static files when they have changed, so that a start which changes nothing is quick."""

import hashlib
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

STAMP: Final = "collected"


def static_files_collect() -> bool:
    """Collect unless the last collection was of the same files; return whether it was done."""
    folder: Path = settings.STATIC_ROOT
    stamp = folder.with_name(f"{folder.name}.{STAMP}")
    state = _state()
    if folder.is_dir() and stamp.exists() and stamp.read_text() == state:
        return False
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(state)
    return True


def _state() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            facts = Path(storage.path(path)).stat()
            digest.update(f"{path}|{facts.st_size}|{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
