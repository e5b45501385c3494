"""Handing a task to the broker, with a limit to every wait."""

from collections.abc import Callable
from typing import Any, Final

from celery.app.amqp import AMQP

CONFIRM_SECONDS: Final = 2.0
"""RabbitMQ answers within milliseconds that it has a task. Where it does not, the connection is made anew, once."""

Send = Callable[..., Any]


class LimitedAMQP(AMQP):
    """What pages, workers and the clock publish with. Raises after some seconds where the broker is silent."""

    def _create_task_sender(self) -> Send:
        send: Send = super()._create_task_sender()  # type: ignore[misc]  # the stubs leave it out

        def send_within_limits(producer: Any, name: str, message: Any, **options: Any) -> Any:
            return send(producer, name, message, **{"confirm_timeout": CONFIRM_SECONDS, **options})

        return send_within_limits
