"""How a provider is declared and set up: its kinds of accounts, the fields that an administrator fills in. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

from notify.channels.base import AccountState, ChannelAdapter
from notify.channels.events import Webhook

MAIL_ADDRESS: Final = r"[^\s@]+@[^\s@]+"
"""For a field with an address of e-mail."""


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for the catalogue: pages translate it when they show it."""
    return sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Cabinet:
    """Where people of the company answer at a provider, in place of our inbox."""

    url: str
    """Its first page."""
    dialogue_url: Callable[[str, str], str]
    """Makes the address of one dialogue, of a channel and a chat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One provider as it is set up. It may serve several channels, and a channel have several.

    ``name`` is unique among the set-ups of a company; reports and stored calls are kept under it.
    """

    name: str
    channels: tuple[str, ...] = ()
    adapter: Callable[[str], ChannelAdapter] | None = None
    """Makes a new adapter for one of ``channels``."""
    webhook: Webhook | None = None
    per_second: int = 0
    """Messages a second, over all workers; 0: no limit."""
    check: Callable[[], AccountState] | None = None
    """Looks whether the set-up works, where no adapter does. Safe calls; raises `ChannelError`."""
    linking_url: str = ""
    """Where a person opens the dialogue with a linking token, which is put at its end; empty: no such address."""
    cabinet: Cabinet | None = None
    """What nobody answers is left there, and its adapter is a `notify.channels.events.CabinetLook`; None: the inbox."""
    has_own_process: bool = False
    """Its adapter lives in one process, `manage.py provider_run`, and is a `notify.channels.events.Listener`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigField:
    """One field of a set-up. A secret is kept encrypted and never shown again."""

    name: str
    label: str
    help: str = ""
    kind: Literal["text", "secret", "choice", "switch", "number", "url"] = "text"
    default: str = ""
    is_required: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    pattern: str = ""
    """Regular expression that the whole value must match."""

    def fits(self, value: str) -> bool:
        """Return whether ``value`` may stand here."""
        if not value:
            return not self.is_required or self.kind == "switch"
        if self.choices and value not in {code for code, _ in self.choices}:
            return False
        return not self.pattern or re.fullmatch(self.pattern, value) is not None


ADDRESS_HELP: Final = gettext_noop("Меняйте, только если об этом попросил провайдер.")


def address_field(
    default: str, *, help: str = ADDRESS_HELP, pattern: str = "", is_required: bool = False
) -> ConfigField:
    """Return the field of the API's base address: empty means ``default``, unless it is required."""
    return ConfigField(
        name="url",
        label=gettext_noop("Адрес API"),
        help=help,
        kind="url",
        default=default,
        is_required=is_required,
        pattern=pattern,
    )


class Memory(Protocol):
    """A text that all workers of one set-up share; it is a secret."""

    def load(self) -> str:
        """Return what was saved last; empty for nothing."""

    def save(self, text: str) -> None:
        """Keep a text at once, for all, whatever happens to the message after it."""

    def locked(self, seconds: float) -> AbstractContextManager[None]:
        """Keep all others out for two calls to the provider.

        Raises `TemporarilyUnavailable` when another one is still in after so many seconds.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupValues:
    """One set-up as it was filled in. ``webhook_secrets`` are ours: made by the site, the newest first."""

    name: str
    values: Mapping[str, str] = field(repr=False)
    webhook_secrets: Sequence[str] = field(default=(), repr=False)
    webhook_url: str = ""
    """Where the provider shall call us; its path is secret too."""
    mail_domain: str = ""
    """Of the company's sender: letters of ours are known by it."""
    bounce_address: str = ""
    bounce_key: bytes = field(default=b"", repr=False)
    """With which addresses of return are made (`notify.channels.verp`)."""
    memory: Memory | None = field(default=None, repr=False)
    """What a provider gives us for a time (tokens), the same for all workers; None: nobody keeps it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderKind:
    """A provider that a company can set up, any number of times (two contracts, two bots)."""

    code: str
    """At most 12 characters; the name of a set-up begins with it."""
    label: str
    channels: tuple[str, ...]
    fields: tuple[ConfigField, ...]
    make: Callable[[SetupValues], Provider]
    """Raises `Misconfigured` for values that cannot work."""
    webhook_help: str = ""
    """What to do with the address of the webhook at the provider; empty: it does not call us, or is told by a call."""
    needs_webhook_secret: bool = False
    """Whoever follows ``webhook_help`` types our secret at the provider."""
    webhook_secret: Callable[[str], str] = str
    """Writes a secret of ours as this provider takes it; one that is written so already stays as it is."""
    page: str = ""
    """Name of its page in ``docs/channels/``, without ``.md``."""


def is_on(value: str) -> bool:
    """Return whether the value of a switch means on."""
    return value.lower() in {"1", "on", "true", "yes"}


def secrets_of(setting: str) -> tuple[str, ...]:
    """Cut a setting with one secret or, separated by blanks or commas, several."""
    return tuple(setting.replace(",", " ").split())
