"""What adapters over HTTP have in common: one client, looked up before the calls and let go of after them."""

from notify.channels.base import Capabilities
from notify.channels.http import Client


class HttpChannel:
    """One provider at one address. How it sends is said by each provider's own adapter."""

    def __init__(self, url: str, capabilities: Capabilities, client: Client | None = None) -> None:
        """Take the address of the API, what it carries, and a client if it is not a plain one."""
        self.capabilities = capabilities
        self._base_url = url
        self._client = client or Client()

    def open(self) -> None:
        """Look the provider up; connections are made by the calls themselves."""
        self._client.look_up(self._base_url)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()
