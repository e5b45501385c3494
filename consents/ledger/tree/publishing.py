"""Heads on their way out of the database: into their file, and never beside another history than the file's."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings

from consents.database.clock import database_now
from consents.errors import HeadsMissing, HeadsUnreadable, HeadsUnwritable, LedgerRolledBack
from consents.ledger.tree.heads import heads_append, last_head
from consents.ledger.tree.reading import heads_after, last_seal
from consents.ledger.tree.signing import Head
from consents.models import Seal

HEAD_WITHIN: Final = timedelta(minutes=1)
"""How soon a signed head reaches the file: the next run of the sealer adds it."""


def heads_file() -> Path:
    """Return where signed heads are kept outside the database."""
    return Path(settings.VAR_DIR) / "heads" / "heads.jsonl"


def heads_publish(*, anew: bool = False) -> int:
    """Add the heads that the file lacks, in order, under the file's lock; return how many.

    Makes the file only for the first head; a later file without heads raises HeadsMissing, unless the administrator
    asks for ``anew``. Raises LedgerRolledBack when the file holds a head of another history, HeadsUnreadable,
    HeadsUnwritable.
    """
    path = heads_file()
    try:
        with _file_lock(path.with_suffix(".lock")):
            previous = last_seal()
            if anew or previous is None:
                path.touch()
            outside = last_head(path) if anew else published_head(path, previous)
            refuse_a_second_history(previous, outside)
            return heads_append(path, heads_after(outside.size if outside else 0))
    except OSError as error:
        raise HeadsUnwritable(f"the file of heads cannot be added to: {error.strerror}") from error


def heads_begin_anew() -> int:
    """Put the file of heads aside after a restore and begin it anew; the old one stays beside it, as evidence.

    A file that goes on as the database does stays. Return how many heads were written.
    """
    path = heads_file()
    with _file_lock(path.with_suffix(".lock")):
        try:
            refuse_a_second_history(last_seal(), last_head(path))
        except (LedgerRolledBack, HeadsUnreadable):
            path.rename(path.with_name(f"heads-before-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}.jsonl"))
    return heads_publish(anew=True)


def heads_check() -> None:
    """Raise what would stop the sealer at the file of heads, and change nothing.

    HeadsUnwritable also where the newest head has not reached the file within `HEAD_WITHIN`.
    """
    path, previous = heads_file(), last_seal()
    if previous is None and not path.exists():
        return
    try:
        outside = published_head(path, previous)
        refuse_a_second_history(previous, outside)
        is_writable = _can_add(path)
    except OSError as error:
        raise HeadsUnwritable(f"the file of heads cannot be read: {error.strerror}") from error
    if previous is None:
        return
    is_behind = outside is None or outside.size < previous.size
    is_old = datetime.fromisoformat(previous.time) < database_now() - HEAD_WITHIN
    if not is_writable or (is_behind and is_old):
        raise HeadsUnwritable("the file of heads cannot be added to")


def published_head(path: Path, previous: Head | None) -> Head | None:
    """Return the last head outside. Raises HeadsMissing when heads were signed and none is there.

    A missing file is accepted while there is one head only: a crash may fall between its signature and the file.
    """
    outside = last_head(path)
    if previous is None or outside is not None:
        return outside
    if not path.exists() or Seal.objects.count() > 1:
        raise HeadsMissing("the file of published heads is gone or empty; bring it back, or write it with ledger_heads")
    return None


def refuse_a_second_history(previous: Head | None, outside: Head | None) -> None:
    """Raise LedgerRolledBack when the database lacks a published head: two histories would carry good signatures."""
    if outside is None:
        return
    size = previous.size if previous else 0
    if outside.size > size:
        raise LedgerRolledBack(f"a head over {outside.size} events was published, the database knows of {size}")
    known = Seal.objects.filter(tree_size=outside.size).values_list("root_hash", flat=True).first()
    if known is None or bytes(known) != outside.root:
        raise LedgerRolledBack(f"the published head over {outside.size} events is another than the stored one")


def _can_add(path: Path) -> bool:
    """Return whether the file can be added to, as far as this process can tell: on a server the sealer owns it."""
    there = path if path.exists() else path.parent
    return there.stat().st_uid != os.geteuid() or os.access(there, os.W_OK)


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
