"""The e-mail services that a company can set up."""

from typing import Final

from notify.channels.base import Misconfigured, Rejected
from notify.channels.setup import (
    MAIL_ADDRESS,
    ConfigField,
    Provider,
    ProviderKind,
    SetupValues,
    address_field,
    gettext_noop,
)
from notify.channels.smtp.mime import address_check
from notify.esp.adapter import EspChannel
from notify.esp.foreign import MAILGUN_SERVICE, POSTMARK_SERVICE
from notify.esp.service import Service
from notify.esp.unisender import UNISENDER_SERVICE
from notify.esp.webhook import EspWebhook

SENDER: Final = ConfigField(
    name="sender",
    label=gettext_noop("Адрес отправителя"),
    help=gettext_noop("Домен этого адреса должен быть подтверждён в сервисе."),
    pattern=MAIL_ADDRESS,
)
REPLY_TO: Final = ConfigField(
    name="reply_to",
    label=gettext_noop("Адрес для ответов"),
    help=gettext_noop("Если оставить пустым, ответы придут на адрес отправителя."),
    pattern=MAIL_ADDRESS,
    is_required=False,
)
KEY: Final = ConfigField(name="api_key", label=gettext_noop("Ключ API"), kind="secret")


def esp_provider(service: Service, values: SetupValues) -> Provider:
    """Return a service as it is set up. Raises `Misconfigured` for values that cannot work."""
    given = values.values
    if not given.get("api_key", "").isascii() or not given.get("api_key", "").strip():
        raise Misconfigured("key")
    try:
        address_check(given["sender"])
    except Rejected as error:
        raise Misconfigured("sender") from error
    return Provider(
        name=values.name,
        channels=("email",),
        adapter=lambda _channel: EspChannel(service, values.name, given),
        webhook=EspWebhook(service, given, values.webhook_secrets),
    )


UNISENDER: Final = ProviderKind(
    code="unisender",
    label="Unisender Go",
    channels=("email",),
    fields=(
        KEY,
        SENDER,
        REPLY_TO,
        ConfigField(
            name="own_unsubscribing",
            label=gettext_noop("Поддержка разрешила свою ссылку отписки"),
            help=gettext_noop("Пока не разрешила, Unisender Go добавляет в каждое письмо свою ссылку."),
            kind="switch",
            is_required=False,
        ),
        address_field(
            "https://go1.unisender.ru/ru/transactional/api/v1/",
            help=gettext_noop("go1 или go2: в личном кабинете видно, где вы зарегистрированы."),
            is_required=True,
        ),
    ),
    make=lambda values: esp_provider(UNISENDER_SERVICE, values),
    webhook_help=gettext_noop(
        "В личном кабинете Unisender Go добавьте обработчик событий с этим адресом: формат json_post, события sent, "
        "delivered, soft_bounced, hard_bounced, unsubscribed и spam, подробная информация о доставке включена."
    ),
    page="email",
)

MAILGUN: Final = ProviderKind(
    code="mailgun",
    label="Mailgun",
    channels=("email",),
    fields=(
        KEY,
        ConfigField(name="signing_key", label=gettext_noop("Ключ подписи вебхуков"), kind="secret"),
        SENDER,
        REPLY_TO,
        address_field("https://api.mailgun.net/v3/", is_required=True),
    ),
    make=lambda values: esp_provider(MAILGUN_SERVICE, values),
    webhook_help=gettext_noop(
        "В Mailgun добавьте вебхук с этим адресом для событий delivered, permanent_fail, temporary_fail, complained и "
        "unsubscribed."
    ),
    page="email",
)

POSTMARK: Final = ProviderKind(
    code="postmark",
    label="Postmark",
    channels=("email",),
    fields=(
        KEY,
        ConfigField(
            name="stream",
            label=gettext_noop("Поток сообщений"),
            help=gettext_noop("Например, broadcast для рассылок."),
            is_required=False,
        ),
        SENDER,
        REPLY_TO,
        address_field("https://api.postmarkapp.com/", is_required=True),
    ),
    make=lambda values: esp_provider(POSTMARK_SERVICE, values),
    webhook_help=gettext_noop(
        "В Postmark добавьте вебхук с этим адресом для событий Delivery, Bounce, Spam complaint и Subscription change. "
        "В поле Basic auth укажите имя mostik и секрет этого подключения."
    ),
    needs_webhook_secret=True,
    page="email",
)

ESP_KINDS: Final = (UNISENDER, MAILGUN, POSTMARK)
