"""The company's own application as an administrator sets it up."""

from typing import Final

from notify.channels.base import Misconfigured
from notify.channels.ownapp.adapter import OwnAppChannel, OwnAppConf
from notify.channels.ownapp.address import checked_url
from notify.channels.ownapp.webhook import CHANNEL, OwnAppWebhook
from notify.channels.setup import ConfigField, Provider, ProviderKind, SetupValues, gettext_noop, secrets_of
from notify.channels.signing import key_of, secret_written

SECRET: Final = r"whsec_[A-Za-z0-9+/]{32,86}={0,2}"  # noqa: S105 - how a secret looks


def _keys(secrets: tuple[str, ...]) -> tuple[bytes, ...]:
    try:
        return tuple(key_of(secret) for secret in secrets if secret)
    except ValueError as error:
        raise Misconfigured("bad_secret") from error


def _make(values: SetupValues) -> Provider:
    keys = _keys(secrets_of(values.values.get("secret", "")))
    if not keys:
        raise Misconfigured("bad_secret")
    conf = OwnAppConf(name=values.name, url=checked_url(values.values.get("url", "")), keys=keys)
    return Provider(
        name=values.name,
        channels=OWN_APP.channels,
        adapter=lambda _channel: OwnAppChannel(conf),
        webhook=OwnAppWebhook(_keys(tuple(values.webhook_secrets))),
    )


OWN_APP: Final = ProviderKind(
    code="ownapp",
    label=gettext_noop("Своё приложение"),
    channels=(CHANNEL,),
    fields=(
        ConfigField(
            name="url",
            label=gettext_noop("Адрес сервера приложения"),
            help=gettext_noop("Куда отправлять сообщения. Только https; перенаправления не выполняются."),
            kind="url",
        ),
        ConfigField(
            name="secret",
            label=gettext_noop("Секрет подписи"),
            help=gettext_noop(
                "Начинается с «whsec_». Тем же секретом сервер приложения проверяет подпись. "
                "На время замены укажите через пробел новый и прежний."
            ),
            kind="secret",
            pattern=rf"\s*{SECRET}(?:[\s,]+{SECRET})*\s*",
        ),
    ),
    make=_make,
    webhook_help=gettext_noop(
        "Передайте этот адрес и секрет вебхука разработчикам приложения: сюда его сервер сообщает о доставке "
        "и передаёт ответы клиентов. Каждый вызов он подписывает по правилам Standard Webhooks. "
        "Секрет начинается с «whsec_»: библиотеки Standard Webhooks принимают его как есть."
    ),
    needs_webhook_secret=True,
    webhook_secret=secret_written,
    page="ownapp",
)
