"""SMS Aero as a company sets it up."""

from typing import Final

from notify.channels.setup import (
    MAIL_ADDRESS,
    ConfigField,
    Provider,
    ProviderKind,
    SetupValues,
    address_field,
    gettext_noop,
    is_on,
)
from notify.channels.sms_phones import base_url, required, setting
from notify.channels.smsaero.adapter import SmsaeroChannel, SmsaeroConf
from notify.channels.smsaero.webhook import SmsaeroWebhook

URL: Final = "https://gate.smsaero.ru/v2"
SIGN: Final = "SMS Aero"


def smsaero_make(values: SetupValues) -> Provider:
    """Make the provider of one set-up."""
    conf = SmsaeroConf(
        name=values.name,
        url=base_url(values, URL),
        email=required(values, "email"),
        api_key=required(values, "api_key"),
        sender=setting(values, "sender", SIGN),
        webhook_url=values.webhook_url,
        is_test=is_on(setting(values, "test")),
    )
    return Provider(
        name=values.name,
        channels=("sms",),
        adapter=lambda _channel: SmsaeroChannel(conf),
        webhook=SmsaeroWebhook(),
    )


SMSAERO: Final = ProviderKind(
    code="smsaero",
    label="SMS Aero",
    channels=("sms",),
    fields=(
        ConfigField(name="email", label=gettext_noop("Почта для входа"), pattern=MAIL_ADDRESS),
        ConfigField(
            name="api_key",
            label=gettext_noop("Ключ API"),
            help=gettext_noop("Создаётся в кабинете SMS Aero, в настройках API."),
            kind="secret",
        ),
        ConfigField(
            name="sender",
            label=gettext_noop("Имя отправителя"),
            help=gettext_noop("Подпись, одобренная в кабинете SMS Aero: до 11 латинских букв и цифр."),
            default=SIGN,
            is_required=False,
            pattern=r"[A-Za-z0-9][A-Za-z0-9 ._-]{1,10}",
        ),
        ConfigField(
            name="test",
            label=gettext_noop("Тестовый режим"),
            help=gettext_noop("SMS Aero примет сообщения, но никому их не доставит."),
            kind="switch",
            is_required=False,
        ),
        address_field(URL),
    ),
    make=smsaero_make,
    page="smsaero",
)
