"""MTS Exolve as a company sets it up."""

from typing import Final

from notify.channels.exolve.adapter import ExolveChannel, ExolveConf
from notify.channels.exolve.webhook import ExolveWebhook
from notify.channels.setup import ConfigField, Provider, ProviderKind, SetupValues, address_field, gettext_noop
from notify.channels.sms_phones import base_url, required

URL: Final = "https://api.exolve.ru"


def exolve_make(values: SetupValues) -> Provider:
    """Make the provider of one set-up."""
    conf = ExolveConf(
        name=values.name,
        url=base_url(values, URL),
        api_key=required(values, "api_key"),
        sender=required(values, "sender"),
    )
    return Provider(
        name=values.name,
        channels=("sms",),
        adapter=lambda _channel: ExolveChannel(conf),
        webhook=ExolveWebhook(),
    )


EXOLVE: Final = ProviderKind(
    code="exolve",
    label="МТС Exolve",
    channels=("sms",),
    fields=(
        ConfigField(
            name="api_key",
            label=gettext_noop("Ключ API приложения"),
            help=gettext_noop("Смотрите в кабинете МТС Exolve, в настройках приложения."),
            kind="secret",
        ),
        ConfigField(
            name="sender",
            label=gettext_noop("Имя или номер отправителя"),
            help=gettext_noop(
                "Согласованное имя из 3–11 латинских букв и цифр или номер Exolve вида 79XXXXXXXXX. "
                "Доставку с обычного номера операторы не гарантируют."
            ),
            pattern=r"[A-Za-z0-9]{3,11}",
        ),
        address_field(URL),
    ),
    make=exolve_make,
    webhook_help=gettext_noop("В кабинете МТС Exolve откройте приложение и укажите этот адрес для событий СМС."),
    page="exolve",
)
