"""SMS.RU as a company sets it up."""

from typing import Final

from notify.channels.setup import ConfigField, Provider, ProviderKind, SetupValues, address_field, gettext_noop, is_on
from notify.channels.sms_phones import BARRED_CODES, SENDER, base_url, codes_of, required, setting
from notify.channels.smsru.adapter import SmsruChannel
from notify.channels.smsru.api import SmsruConf
from notify.channels.smsru.calls import CodeCall
from notify.channels.smsru.webhook import SmsruWebhook

URL: Final = "https://sms.ru"


def smsru_make(values: SetupValues) -> Provider:
    """Make the provider of one set-up."""
    conf = _conf(values)
    return Provider(
        name=values.name,
        channels=("sms",),
        adapter=lambda _channel: SmsruChannel(conf),
        webhook=SmsruWebhook((conf.api_id,), barred=conf.barred),
    )


def smsru_code_call(values: SetupValues) -> CodeCall:
    """Make what rings phones with a code, by the same set-up. Raises `Misconfigured`."""
    return CodeCall(_conf(values))


def _conf(values: SetupValues) -> SmsruConf:
    return SmsruConf(
        name=values.name,
        url=base_url(values, URL),
        api_id=required(values, "api_id"),
        sender=setting(values, "sender"),
        is_test=is_on(setting(values, "test")),
        barred=codes_of(setting(values, "barred_codes")),
    )


SMSRU: Final = ProviderKind(
    code="smsru",
    label="SMS.RU",
    channels=("sms",),
    fields=(
        ConfigField(
            name="api_id",
            label=gettext_noop("Ключ api_id"),
            help=gettext_noop("Он же подписывает отчёты. Смотрите на главной странице кабинета SMS.RU."),
            kind="secret",
        ),
        SENDER,
        ConfigField(
            name="test",
            label=gettext_noop("Тестовый режим"),
            help=gettext_noop("SMS.RU проверит сообщения, но никому их не доставит."),
            kind="switch",
            is_required=False,
        ),
        BARRED_CODES,
        address_field(URL),
    ),
    make=smsru_make,
    webhook_help=gettext_noop(
        "В кабинете SMS.RU откройте настройки API, добавьте этот адрес в список обработчиков (callback) и сохраните."
    ),
    page="smsru",
)
