"""The pair of tokens that opens ChatApp, and where it is kept.

At most 100 pairs a day are made for an account, and a refresh token is spent by its use. So a pair is shared by all
workers, is renewed only when ChatApp calls it invalid, and by one worker at a time. The store that does this over
processes comes from outside; the one here serves one process.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, field
from typing import Protocol

from notify.channels.base import TemporarilyUnavailable
from notify.channels.setup import Memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """A pair as it is kept; both halves are secrets. ``owner`` names the login that it was made for, by a hash."""

    owner: str
    access: str = field(repr=False)
    refresh: str = field(repr=False)


class TokenStore(Protocol):
    """Where the pair of one set-up is kept, the same for all workers."""

    def load(self) -> Tokens | None:
        """Return the pair that was saved last."""

    def save(self, tokens: Tokens) -> None:
        """Keep a pair at once, for all, whatever happens to the message after it."""

    def locked(self, seconds: float) -> AbstractContextManager[None]:
        """Keep all others from renewing, for the length of two calls to ChatApp. `load` and `save` are called within.

        Raises `TemporarilyUnavailable` when another one still renews after so many seconds.
        """


class MemoryTokens:
    """A store of one process."""

    def __init__(self) -> None:
        self._tokens: Tokens | None = None
        self._lock = threading.Lock()

    def load(self) -> Tokens | None:
        """Return the pair that was saved last."""
        return self._tokens

    def save(self, tokens: Tokens) -> None:
        """Keep a pair."""
        self._tokens = tokens

    @contextmanager
    def locked(self, seconds: float) -> Iterator[None]:
        """Keep other threads from renewing. Raises `TemporarilyUnavailable`."""
        if not self._lock.acquire(timeout=seconds):
            raise TemporarilyUnavailable("tokens_busy")
        try:
            yield
        finally:
            self._lock.release()


class SharedTokens:
    """A store in what all workers of a set-up share."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def load(self) -> Tokens | None:
        """Return the pair that was saved last; None also for one that cannot be read."""
        try:
            found = json.loads(self._memory.load() or "null")
            return None if found is None else Tokens(**found)
        except (ValueError, TypeError):
            return None

    def save(self, tokens: Tokens) -> None:
        """Keep a pair."""
        self._memory.save(json.dumps(asdict(tokens)))

    def locked(self, seconds: float) -> AbstractContextManager[None]:
        """Keep all workers from renewing. Raises `TemporarilyUnavailable`."""
        return self._memory.locked(seconds)
