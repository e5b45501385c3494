"""The look-up as an administrator sets it up: an address and a secret. It carries no messages."""

from typing import Final

from notify.channels.lookup.adapter import Lookup
from notify.channels.setup import ConfigField, Provider, ProviderKind, SetupValues, gettext_noop


def lookup_make(values: SetupValues) -> Lookup:
    """Return the look-up of one set-up. Raises `Misconfigured`."""
    return Lookup(url=values.values.get("url", ""), secret=values.values.get("secret", ""))


def _make(values: SetupValues) -> Provider:
    lookup_make(values)
    return Provider(name=values.name)


LOOKUP: Final = ProviderKind(
    code="lookup",
    label=gettext_noop("Справка о заказах"),
    channels=(),
    fields=(
        ConfigField(
            name="url",
            label=gettext_noop("Адрес справки"),
            help=gettext_noop("Сюда бот отправит номер и получит в ответ, что с заказом. Ответ нужен за 3 секунды."),
            kind="url",
            pattern=r"https?://\S{1,400}",
        ),
        ConfigField(
            name="secret",
            label=gettext_noop("Секрет подписи"),
            help=gettext_noop("Начинается с whsec_. Тот же секрет задайте в своей системе: им проверяют наши запросы."),
            kind="secret",
            pattern=r"whsec_[A-Za-z0-9+/]{32,88}={0,2}",
        ),
    ),
    make=_make,
    page="lookup",
)
