"""What is done with a bot besides sending: its account, commands, subscription, and answers to pressed buttons."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from notify.channels.base import AccountState, Misconfigured, Rejected
from notify.channels.columns import column_word
from notify.channels.max.api import MaxApi, MaxConf

COMMANDS: Final[Mapping[str, str]] = {
    "start": "Начать получать сообщения",
    "stop": "Больше не получать сообщений",
    "help": "Что умеет этот бот",
}
"""What the bot offers in its menu. MAX has no commands of its own: a person's `/stop` comes as a text."""

UPDATE_TYPES: Final = ("bot_started", "bot_stopped", "dialog_removed", "message_created", "message_callback")
"""All that the webhook reads; MAX is asked for no more."""

POLL_SECONDS: Final = 10
"""How long MAX may hold a question for updates: well below a call."""
POLL_LIMIT: Final = 100


@dataclass(frozen=True, slots=True)
class Subscription:
    """An address that MAX calls. ``types`` is None where it is told of everything."""

    url: str
    types: frozenset[str] | None


class MaxBot:
    """One bot. All its methods but `callback_answer` may be repeated.

    They raise `TemporarilyUnavailable` or `Misconfigured`.
    """

    def __init__(self, conf: MaxConf) -> None:
        self._conf = conf
        self._api = MaxApi(conf)

    def open(self) -> None:
        """Look MAX up and make ready to call it."""
        self._api.open()

    def close(self) -> None:
        """Let go of the connections."""
        self._api.close()

    def account(self) -> AccountState:
        """Return the bot's name in links, which MAX generates."""
        return AccountState(name=column_word(self._asked("GET", "/me").get("username")))

    def commands_set(self) -> None:
        """Show the commands of `COMMANDS` in the bot's menu, and no others."""
        commands = [{"name": name, "description": text} for name, text in COMMANDS.items()]
        self._asked("PATCH", "/me/commands", payload={"commands": commands})

    def callback_answer(self, callback_id: str, notification: str) -> None:
        """Show a line to the person who pressed a button. Raises any `ChannelError`; nothing hangs on it."""
        self._api.call("POST", "/answers", {"callback_id": callback_id}, {"notification": notification})

    def subscriptions(self) -> list[Subscription]:
        """Return the addresses that MAX calls."""
        found = self._asked("GET", "/subscriptions").get("subscriptions") or ()
        return [_subscription(one) for one in found if isinstance(one, dict)]

    def subscribe(self, url: str, secret: str) -> None:
        """Have MAX call ``url`` with ``secret``. For an address that it calls already this changes the secret."""
        self._asked(
            "POST", "/subscriptions", payload={"url": url, "secret": secret, "update_types": list(UPDATE_TYPES)}
        )

    def unsubscribe(self, url: str) -> None:
        """Have MAX call ``url`` no more."""
        self._asked("DELETE", "/subscriptions", {"url": url})

    def webhook_keep(self, url: str, secret: str, *, is_new: bool = False) -> bool:
        """See to it that MAX calls ``url`` about all that we read, and no other address.

        The bot's commands are set along with it. Return whether it had to be told: MAX drops an address that has not
        answered for 8 hours. The secret cannot be seen there; ``is_new`` tells it again in any case.
        """
        known = self.subscriptions()
        is_kept = Subscription(url, frozenset(UPDATE_TYPES)) in known
        if is_new or not is_kept:
            self.subscribe(url, secret)
            self.commands_set()
        for other in known:
            if other.url != url:
                self.unsubscribe(other.url)
        return is_new or not is_kept

    def updates(self, marker: int | None = None) -> tuple[list[bytes], int | None]:
        """Return what has happened since ``marker``, each as the webhook would get it, and the next marker.

        For development: MAX refuses it while an address is subscribed, and keeps updates for a day.
        """
        query = {"limit": str(POLL_LIMIT), "timeout": str(POLL_SECONDS), "types": ",".join(UPDATE_TYPES)}
        if marker is not None:
            query["marker"] = str(marker)
        told = self._asked("GET", "/updates", query)
        bodies = [json.dumps(update).encode() for update in told.get("updates") or ()]
        following = told.get("marker")
        return bodies, following if isinstance(following, int) else marker

    def _asked(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        payload: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Make a call that may be repeated. What is refused for good a person must look at."""
        try:
            return self._api.call(method, path, query, payload, is_safe=True)
        except Rejected as error:
            raise Misconfigured(error.reason) from error


def _subscription(told: Mapping[str, Any]) -> Subscription:
    types: Sequence[str] | None = told.get("update_types")
    return Subscription(str(told.get("url") or ""), None if types is None else frozenset(map(str, types)))
