"""Celery's broker in a folder, made safe for several workers.

kombu's own writes into a file that consumers already see: one that is quick reads it empty and its whole worker ends.
Here a message appears by a rename, is taken by a rename, and the table of an exchange is replaced by a rename.
"""

import fcntl
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads


class Channel(filesystem.Channel):
    """Messages are files ``TIME_ID.QUEUE.msg``; names that begin with a dot are not messages yet or no longer."""

    def _put(self, queue: str, payload: Any, **_kwargs: Any) -> None:  # type: ignore[override]  # the base names no arguments
        folder = _made(self.data_folder_out)
        name = f"{time.time_ns():020d}_{uuid.uuid4().hex}.{queue}.msg"
        draft = folder / f".{name}"
        draft.write_text(dumps(payload))
        draft.rename(folder / name)

    def _get(self, queue: str) -> Any:  # type: ignore[override]  # the base names no arguments
        folder = _made(self.data_folder_in)
        for name in sorted(os.listdir(folder)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = folder / f".taken.{name}"
            try:
                (folder / name).rename(taken)
            except FileNotFoundError:
                continue  # another worker was quicker
            payload = taken.read_text()
            taken.unlink()
            return loads(payload)
        raise Empty

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str | None, queue: str) -> None:
        file = self.control_folder / f"{exchange}.exchange"
        file.parent.mkdir(parents=True, exist_ok=True)
        entry = [routing_key or "", pattern or "", queue or ""]
        with _locked(file.parent):
            table = [list(row) for row in self.get_table(exchange)]
            if entry not in table:
                draft = file.with_name(f".{file.name}")
                draft.write_text(dumps([entry, *table]))
                draft.rename(file)


class Transport(filesystem.Transport):
    """The transport that `broker_transport` names."""

    Channel = Channel


def _made(name: str) -> Path:
    folder = Path(name)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
