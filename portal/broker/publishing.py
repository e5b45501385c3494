"""Handing a task to the broker, with a limit to every wait."""

from collections.abc import Callable
from typing import Any, Final

from celery.app.amqp import AMQP

from portal.broker.expiry import LASTS, expiry_options

CONFIRM_SECONDS: Final = 2.0
"""RabbitMQ answers within milliseconds that it has a task. Where it does not, the connection is made anew, once."""

Send = Callable[..., Any]


class LimitedAMQP(AMQP):
    """What pages, workers and the clock publish with. Raises after some seconds where the broker is silent."""

    def as_task_v2(self, *args: Any, expires: Any = None, **options: Any) -> Any:
        """Make the message of a task. ``expires`` is a number of seconds; whose clock counts them, `expiry` says."""
        message = super().as_task_v2(*args, **options)
        if expires is not None:
            message.headers[LASTS] = float(expires)
        return message

    def _create_task_sender(self) -> Send:
        send: Send = super()._create_task_sender()  # type: ignore[misc]  # the stubs leave it out

        def send_within_limits(producer: Any, name: str, message: Any, **options: Any) -> Any:
            limits = {"confirm_timeout": CONFIRM_SECONDS, **expiry_options(message.headers, producer)}
            return send(producer, name, message, **{**limits, **options})

        return send_within_limits
