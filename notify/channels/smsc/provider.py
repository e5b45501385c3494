"""SMSC.ru as a company sets it up."""

from typing import Final

from notify.channels.base import Misconfigured
from notify.channels.setup import (
    ConfigField,
    Provider,
    ProviderKind,
    SetupValues,
    address_field,
    gettext_noop,
    secrets_of,
)
from notify.channels.sms_phones import BARRED_CODES, SENDER, base_url, codes_of, setting
from notify.channels.smsc.adapter import SmscChannel, SmscConf
from notify.channels.smsc.webhook import SmscWebhook

URL: Final = "https://smsc.ru/sys"


def smsc_make(values: SetupValues) -> Provider:
    """Make the provider of one set-up."""
    conf = SmscConf(
        name=values.name,
        url=base_url(values, URL),
        login=setting(values, "login"),
        password=setting(values, "password"),
        api_key=setting(values, "api_key"),
        sender=setting(values, "sender"),
        barred=codes_of(setting(values, "barred_codes")),
    )
    if not conf.api_key and not (conf.login and conf.password):
        raise Misconfigured("no_key")
    return Provider(
        name=values.name,
        channels=("sms",),
        adapter=lambda _channel: SmscChannel(conf),
        webhook=SmscWebhook(secrets_of(setting(values, "callback_secret")), barred=conf.barred),
    )


SMSC: Final = ProviderKind(
    code="smsc",
    label="SMSC.ru",
    channels=("sms",),
    fields=(
        ConfigField(
            name="api_key",
            label=gettext_noop("Ключ API"),
            help=gettext_noop("Создаётся в кабинете SMSC.ru. С ключом логин и пароль не нужны."),
            kind="secret",
            is_required=False,
        ),
        ConfigField(name="login", label=gettext_noop("Логин"), is_required=False),
        ConfigField(name="password", label=gettext_noop("Пароль для API"), kind="secret", is_required=False),
        SENDER,
        ConfigField(
            name="callback_secret",
            label=gettext_noop("Секрет обработчика"),
            help=gettext_noop("Строка, которой SMSC.ru подписывает отчёты. Без неё отчёты не принимаются."),
            kind="secret",
            is_required=False,
        ),
        BARRED_CODES,
        address_field(URL),
    ),
    make=smsc_make,
    webhook_help=gettext_noop(
        "В кабинете SMSC.ru откройте настройки, вставьте этот адрес в поле обработчика статусов и входящих СМС "
        "и допишите к нему «?charset=utf-8». Включите подпись sha1 или md5 и укажите секрет, который задан "
        "здесь в поле «Секрет обработчика»."
    ),
    page="smsc",
)
