"""MAX as a company sets it up: a bot of its own."""

from typing import Any, Final

from notify.channels.max.adapter import PER_SECOND, MaxChannel
from notify.channels.max.api import BASE_URL, MaxConf
from notify.channels.max.dialogues import pace_of
from notify.channels.max.image_tokens import SharedTokens
from notify.channels.max.webhook import MaxWebhook
from notify.channels.setup import (
    ConfigField,
    Provider,
    ProviderKind,
    SetupValues,
    address_field,
    gettext_noop,
    secrets_of,
)

NAME: Final = "max"


def max_provider(settings: Any) -> Provider | None:
    """Read the secrets of its webhook: that of the MAX inside the sandbox. None without any."""
    secrets = secrets_of(settings.MAX_WEBHOOK_SECRET)
    return Provider(name=NAME, webhook=MaxWebhook(secrets)) if secrets else None


def _make(values: SetupValues) -> Provider:
    given = values.values
    conf = MaxConf(
        name=values.name,
        token=given.get("token", ""),
        url=given.get("url") or BASE_URL,
        ca_file=given.get("ca_file", ""),
        has_link_preview=given.get("link_preview") == "yes",
    )
    images = SharedTokens(values.memory) if values.memory is not None else None
    return Provider(
        name=values.name,
        channels=("max",),
        adapter=lambda _channel: MaxChannel(conf, pace=pace_of(conf), images=images),
        webhook=MaxWebhook(values.webhook_secrets, token=conf.token),
        per_second=PER_SECOND,
    )


MAX: Final = ProviderKind(
    code="max",
    label="MAX",
    channels=("max",),
    fields=(
        ConfigField(
            name="token",
            label=gettext_noop("Токен бота"),
            help=gettext_noop("Его выдают после проверки бота: business.max.ru, «Чат-боты», ваш бот, «Настройки»."),
            kind="secret",
            pattern=r"[!-~]+",
        ),
        ConfigField(
            name="link_preview",
            label=gettext_noop("Предпросмотр ссылок"),
            help=gettext_noop("Чтобы показать предпросмотр, MAX сам открывает ссылку из сообщения."),
            kind="choice",
            default="no",
            choices=(("no", gettext_noop("Не показывать")), ("yes", gettext_noop("Показывать"))),
        ),
        address_field(
            BASE_URL,
            help=gettext_noop("Меняйте, только если MAX сообщит о новом адресе."),
            pattern=r"https://\S+|http://(127\.0\.0\.1|localhost)(:\d+)?(/\S*)?",
            is_required=True,
        ),
        ConfigField(
            name="ca_file",
            label=gettext_noop("Файл корневого сертификата"),
            help=gettext_noop(
                "Где на сервере лежит файл PEM. Оставьте пустым: корневой сертификат Минцифры в Мостике уже есть."
            ),
            is_required=False,
        ),
    ),
    make=_make,
    page="max",
)
