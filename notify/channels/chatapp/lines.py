"""A line of ChatApp with one messenger, and the addresses made of it."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from notify.channels.chatapp.words import type_check

DIALOGS_URL: Final = "https://new.dialogs.pro/dialogs"
"""The cabinet in which people of the company read and answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One messenger of one licence. Making one with a foreign messenger raises `Misconfigured`: it has no address."""

    channel: str
    license_id: str
    messenger: str

    def __post_init__(self) -> None:
        type_check(self.channel, self.messenger)

    @property
    def path(self) -> str:
        """Return the path of the line in the API."""
        return f"/v1/licenses/{_part(self.license_id)}/messengers/{_part(self.messenger)}"

    def messages_path(self, chat: str) -> str:
        """Return the path of the messages of one dialogue."""
        return f"{self.path}/chats/{_part(chat)}/messages"

    def dialogue_url(self, chat: str) -> str:
        """Return where staff read and answer a dialogue in ChatApp's cabinet, once they have signed in there."""
        return f"{DIALOGS_URL}/{_part(self.license_id)}/{_part(self.messenger)}/{_part(chat)}"


def _part(text: str) -> str:
    return quote(text, safe="@")
