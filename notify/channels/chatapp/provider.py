"""ChatApp as an administrator sets it up."""

from functools import cache
from typing import Final

from notify.channels.base import Misconfigured
from notify.channels.chatapp.adapter import PER_SECOND, ChatAppChannel, ChatAppConf
from notify.channels.chatapp.api import Login
from notify.channels.chatapp.lines import DIALOGS_URL, Line
from notify.channels.chatapp.tokens import MemoryTokens, SharedTokens, TokenStore
from notify.channels.chatapp.webhook import ChatAppWebhook
from notify.channels.setup import (
    MAIL_ADDRESS,
    Cabinet,
    ConfigField,
    Provider,
    ProviderKind,
    SetupValues,
    address_field,
    gettext_noop,
    is_on,
)

API_URL: Final = "https://api.chatapp.online"
CHANNELS: Final = ("max", "email", "vk")
"""What a line may carry here; the type of its messenger stands in the field ``<channel>_type``."""


@cache
def memory_tokens(name: str) -> TokenStore:  # noqa: ARG001 - by which it is found again
    """Return the store of a set-up within this process: each further process makes a pair of its own."""
    return MemoryTokens()


def chatapp_provider(values: SetupValues) -> Provider:
    """Return the set-up as a provider. Raises `Misconfigured`, for a foreign messenger too."""
    found = values.values
    store = memory_tokens(values.name) if values.memory is None else SharedTokens(values.memory)
    lines = tuple(
        Line(channel=channel, license_id=found.get("license_id", ""), messenger=messenger)
        for channel in CHANNELS
        if (messenger := found.get(f"{channel}_type", ""))
    )
    if not lines or not all(found.get(name) for name in ("email", "password", "app_id", "license_id")):
        raise Misconfigured("incomplete")
    login = Login(
        url=(found.get("url") or API_URL).rstrip("/"),
        email=found["email"],
        password=found["password"],
        app_id=found["app_id"],
    )
    conf = ChatAppConf(name=values.name, login=login, lines=lines)
    has_cabinet = is_on(found.get("cabinet", ""))
    cabinet = Cabinet(url=DIALOGS_URL, dialogue_url=lambda channel, chat: conf.line_of(channel).dialogue_url(chat))
    return Provider(
        name=values.name,
        channels=tuple(line.channel for line in lines),
        adapter=lambda channel: ChatAppChannel(conf, channel, store),
        webhook=ChatAppWebhook(lines=lines, app_id=found["app_id"], has_cabinet=has_cabinet),
        per_second=PER_SECOND,
        cabinet=cabinet if has_cabinet else None,
    )


CHATAPP: Final = ProviderKind(
    code="chatapp",
    label=gettext_noop("ChatApp"),
    channels=CHANNELS,
    fields=(
        ConfigField(
            name="email",
            label=gettext_noop("Почта для входа в ChatApp"),
            help=gettext_noop("Лучше завести отдельного сотрудника: его пароль меняют реже."),
            pattern=MAIL_ADDRESS,
        ),
        ConfigField(name="password", label=gettext_noop("Пароль"), kind="secret"),
        ConfigField(
            name="app_id",
            label=gettext_noop("Номер приложения (appId)"),
            pattern=r"app_\d+_\d+",
            help=gettext_noop("Виден в личном кабинете ChatApp, когда доступ к API включён. Пример: app_123_1."),
        ),
        ConfigField(
            name="license_id",
            label=gettext_noop("Номер линии"),
            kind="number",
            pattern=r"\d{1,12}",
            help=gettext_noop("Линия в ChatApp называется ещё лицензией."),
        ),
        ConfigField(
            name="max_type",
            label=gettext_noop("Тип мессенджера MAX"),
            is_required=False,
            pattern=r"\w{1,50}",
            help=gettext_noop(
                "Как ChatApp называет MAX в списке мессенджеров линии. "
                "Если оставить пустым, MAX через ChatApp не пойдёт."
            ),
        ),
        ConfigField(
            name="email_type",
            label=gettext_noop("Тип для почты"),
            is_required=False,
            kind="choice",
            choices=(("email", "email"),),
            help=gettext_noop("Если не выбрать, письма через ChatApp не пойдут."),
        ),
        ConfigField(
            name="vk_type",
            label=gettext_noop("Тип для соцсети ВКонтакте"),
            is_required=False,
            kind="choice",
            choices=(("vkontakte", "vkontakte"),),
            help=gettext_noop("Если не выбрать, сообщения ВКонтакте через ChatApp не пойдут."),
        ),
        ConfigField(
            name="cabinet",
            label=gettext_noop("Диалоги ведут в ChatApp"),
            kind="switch",
            is_required=False,
            help=gettext_noop(
                "Сообщения, на которые не ответил бот, остаются сотрудникам в ChatApp. В таком диалоге бот молчит, "
                "а ответы из ChatApp видны в «Обращениях». Если ChatApp недоступен, сообщение ждёт в «Обращениях»."
            ),
        ),
        address_field(API_URL),
    ),
    make=chatapp_provider,
    page="chatapp",
)
