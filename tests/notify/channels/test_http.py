"""What a provider answers is read as an object, or the outcome is unknown."""

import pytest

from notify.channels.base import OutcomeUnknown
from notify.channels.http import Answer

NO_OBJECTS = [b"", b"thank you", b"[1]", b"\xff", b"[" * 100_000, b'{"a":' * 100_000]


def answer(content: bytes) -> Answer:
    return Answer(status=200, headers={}, content=content)


@pytest.mark.parametrize("content", NO_OBJECTS, ids=range(len(NO_OBJECTS)))
def test_whatever_is_no_object_leaves_the_outcome_unknown(content: bytes) -> None:
    with pytest.raises(OutcomeUnknown, match="unreadable_answer"):
        answer(content).json()
