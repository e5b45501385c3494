"""Queues, the routes of tasks, and the schedule. Plain values: settings import this before Django is ready.

A nudge carries no work and only makes a worker read the table, so that a lost or doubled one is harmless. Nudges
expire by the clock of the broker (`portal.broker.expiry`), so that they do not pile up while a worker is down.
"""

from typing import Any, Final

from consents.channels.registry import CHANNELS

TRANSACTIONAL: Final = "transactional"
"""Codes and notices: a worker of its own, so that a campaign never stands before a code."""
SEND: Final = "send"
REPORTS: Final = "reports"
"""What takes seconds and may not wait for minutes: what providers told us, cleaning up."""
SEAL: Final = "seal"
"""The signatures of the ledger alone: its worker is the only process that can read the private key."""
LONG: Final = "long"
"""What may take minutes: customer files, exports, the check of the whole ledger, looks at providers."""

QUEUES: Final = (TRANSACTIONAL, SEND, REPORTS, SEAL, LONG)

ROUTES: Final[dict[str, dict[str, str]]] = {
    "notify.send_transactional": {"queue": TRANSACTIONAL},
    "notify.send_chunk": {"queue": SEND},
    # In the queue of the sending, whose tasks end after some seconds.
    "notify.plan_campaign": {"queue": SEND},
    "notify.sweep": {"queue": SEND},
    "notify.finish_campaigns": {"queue": SEND},
    # A provider that hangs holds it up for the time of one call.
    "notify.price_step": {"queue": REPORTS},
    "notify.handle_inbound": {"queue": REPORTS},
    # Providers that do not answer keep it for minutes.
    "notify.check_providers": {"queue": LONG},
    "notify.settle_messages": {"queue": REPORTS},
    "notify.keep_webhooks": {"queue": REPORTS},
    # A mail server that hangs must hold up nothing that takes seconds.
    "notify.read_mailboxes": {"queue": LONG},
}

NUDGE_SECONDS: Final = 3.0
NUDGE_EXPIRES: Final = 6.0
INBOUND_SECONDS: Final = 1.0
"""A message that came just after a nudge waits so long at most."""
SWEEP_SECONDS: Final = 10.0
PROVIDERS_SECONDS: Final = 900.0
SETTLE_SECONDS: Final = 60.0
WEBHOOK_SECONDS: Final = 300.0
MAILBOX_SECONDS: Final = 60.0


def _nudge(task: str, every: float, *args: str) -> dict[str, Any]:
    return {"task": task, "schedule": every, "args": args, "options": {"expires": every * 2}}


BEAT: Final[dict[str, dict[str, Any]]] = {
    "notify-transactional": _nudge("notify.send_transactional", NUDGE_SECONDS),
    **{f"notify-send-{channel}": _nudge("notify.send_chunk", NUDGE_SECONDS, channel) for channel in CHANNELS},
    "notify-inbound": _nudge("notify.handle_inbound", INBOUND_SECONDS),
    "notify-sweep": _nudge("notify.sweep", SWEEP_SECONDS),
    "notify-providers": _nudge("notify.check_providers", PROVIDERS_SECONDS),
    "notify-settle": _nudge("notify.settle_messages", SETTLE_SECONDS),
    "notify-mailboxes": _nudge("notify.read_mailboxes", MAILBOX_SECONDS),
    "notify-webhooks": _nudge("notify.keep_webhooks", WEBHOOK_SECONDS),
}
