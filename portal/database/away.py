"""Whether an error means that the database is away, and not that a statement was wrong."""

from typing import Final

import psycopg

from consents.apart import CONNECTION_ERRORS

AWAY: Final = CONNECTION_ERRORS
"""A statement or a lock that took too long is one of these, too: whoever asks again later is answered."""
_OF_THE_SERVER: Final = ("08", "53", "57P")
"""Classes of SQLSTATE: connections, resources, starting and stopping."""


def is_unanswered(error: BaseException | None) -> bool:
    """Return whether the server could not be reached, does not answer or refuses everybody."""
    if not isinstance(error, AWAY):
        return False
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    state = getattr(cause, "sqlstate", None)
    return state is None or str(state).startswith(_OF_THE_SERVER)
