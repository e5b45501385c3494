"""The tokens of uploaded pictures and where they are kept: a picture is uploaded once, and by one worker at a time.

The store that does this over processes comes from outside; the one here serves one adapter.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, field
from typing import Final, Protocol

from notify.channels.setup import Memory

MOST_KEPT: Final = 100
"""Pictures of one bot. The oldest make room: they are uploaded again if they are sent again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """The token of one picture, and when MAX gave it, in seconds of the epoch."""

    token: str = field(repr=False)
    at: float


Tokens = Mapping[str, Uploaded]
"""By the key of the picture."""


class ImageTokens(Protocol):
    """Where the tokens of one bot are kept, the same for all workers."""

    def load(self) -> Tokens:
        """Return what was saved last."""

    def save(self, tokens: Tokens) -> None:
        """Keep them at once, for all, whatever happens to the message after it."""

    def locked(self, seconds: float) -> AbstractContextManager[None]:
        """Keep all others from uploading. `load` and `save` are called within.

        Raises `TemporarilyUnavailable` when another one still uploads after so many seconds.
        """


class OwnTokens:
    """A store of one adapter."""

    def __init__(self) -> None:
        self._tokens: Tokens = {}

    def load(self) -> Tokens:
        """Return what was saved last."""
        return self._tokens

    def save(self, tokens: Tokens) -> None:
        """Keep them."""
        self._tokens = tokens

    @contextmanager
    def locked(self, seconds: float) -> Iterator[None]:  # noqa: ARG002 - an adapter is used by one thread
        """Keep nobody out: there is nobody else."""
        yield


class SharedTokens:
    """A store in what all workers of a set-up share."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def load(self) -> Tokens:
        """Return what was saved last; nothing where it cannot be read."""
        try:
            return {key: Uploaded(**one) for key, one in json.loads(self._memory.load() or "{}").items()}
        except (ValueError, TypeError, AttributeError):
            return {}

    def save(self, tokens: Tokens) -> None:
        """Keep them."""
        self._memory.save(json.dumps({key: asdict(one) for key, one in tokens.items()}))

    def locked(self, seconds: float) -> AbstractContextManager[None]:
        """Keep all workers from uploading. Raises `TemporarilyUnavailable`."""
        return self._memory.locked(seconds)


def with_token(tokens: Tokens, key: str, uploaded: Uploaded) -> Tokens:
    """Return the tokens with one more, the oldest left out where there are too many."""
    kept = {**{other: one for other, one in tokens.items() if other != key}, key: uploaded}
    newest = sorted(kept.items(), key=lambda pair: pair[1].at)[-MOST_KEPT:]
    return dict(newest)
