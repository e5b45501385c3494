"""How old a nudge may be, by the clock of the broker alone.

Celery itself compares the time of the machine that sends with the time of the worker: a worker whose clock was ten
seconds ahead of the other found every nudge too old and sent nothing.
"""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from celery.worker.request import Request
from celery.worker.state import revoked

EXPIRES_AT: Final = "expires_at"
"""Header: a moment of the broker's clock."""
LASTS: Final = "lasts"
"""Header: seconds, on the way from whoever makes the message to whoever sends it."""
_UPTIME: Final = Path("/proc/uptime")


def broker_seconds(channel: Any) -> float:
    """Return the time of the broker behind a channel: of Redis its own, of a folder that of this machine's start."""
    if hasattr(channel, "conn_or_acquire"):
        with channel.conn_or_acquire() as client:
            seconds, micros = client.time()
            return float(seconds) + float(micros) / 1_000_000
    return float(_UPTIME.read_text().split()[0]) if _UPTIME.exists() else time.monotonic()


def expiry_options(headers: dict[str, Any], producer: Any) -> dict[str, Any]:
    """Return what makes a message expire: RabbitMQ drops it by itself, of others the worker asks in `NudgeRequest`."""
    seconds = headers.pop(LASTS, None)
    if seconds is None:
        return {}
    if producer.connection.transport.driver_type == "amqp":
        return {"expiration": seconds}
    headers[EXPIRES_AT] = broker_seconds(producer.channel) + seconds
    return {}


class NudgeRequest(Request):
    """A task as a worker has received it; whether it is too old is asked of the broker's clock."""

    def __init__(self, message: Any, *args: Any, **options: Any) -> None:
        super().__init__(message, *args, **options)
        self._channel, self._until = message.channel, message.headers.get(EXPIRES_AT)

    @property  # type: ignore[misc]  # Celery sets it from a header that our messages do not have
    def expires(self) -> Any:
        """Return when a nudge is too old, None where it lasts."""
        return None if self._until is None else datetime.fromtimestamp(self._until, tz=UTC)

    def maybe_expire(self) -> Any:
        """Return whether the nudge is too old; then Celery drops it."""
        if self._until is None or broker_seconds(self._channel) <= self._until:
            return False
        revoked.add(self.id)
        return True
