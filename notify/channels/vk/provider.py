"""VK as an administrator sets it up."""

from typing import Final

from notify.channels.base import Misconfigured
from notify.channels.setup import ConfigField, Provider, ProviderKind, SetupValues, address_field, gettext_noop
from notify.channels.vk.adapter import PER_SECOND, VkChannel, VkConf
from notify.channels.vk.webhook import CHANNEL, VkWebhook

API_URL: Final = "https://api.vk.com"


def _provider(values: SetupValues) -> Provider:
    found = values.values
    url = (found.get("url") or API_URL).rstrip("/")
    token, group_id = found.get("token", ""), found.get("group_id", "")
    if not token or not (group_id.isascii() and group_id.isdigit()):
        raise Misconfigured("incomplete")
    conf = VkConf(name=values.name, url=url, group_id=group_id, token=token)
    return Provider(
        name=values.name,
        channels=(CHANNEL,),
        adapter=lambda _channel: VkChannel(conf),
        webhook=VkWebhook(
            group_id=group_id, secrets=values.webhook_secrets, confirmation=found.get("confirmation", "")
        ),
        per_second=PER_SECOND,
        # `club<number>` leads to every community, whatever name it has taken.
        linking_url=f"https://vk.me/club{group_id}?ref=",
    )


VK: Final = ProviderKind(
    code="vk",
    label=gettext_noop("ВКонтакте: сообщения сообщества"),
    channels=(CHANNEL,),
    fields=(
        ConfigField(
            name="token",
            label=gettext_noop("Ключ доступа сообщества"),
            kind="secret",
            help=gettext_noop(
                "Создайте его в сообществе: «Управление» — «Работа с API» — «Ключи доступа». "
                "Отметьте право «Сообщения сообщества»."
            ),
        ),
        ConfigField(
            name="group_id",
            label=gettext_noop("Номер сообщества"),
            kind="number",
            pattern=r"[1-9]\d{0,14}",
            help=gettext_noop("Цифры без минуса. Их видно в разделе «Callback API», рядом со словом «group_id»."),
        ),
        ConfigField(
            name="confirmation",
            label=gettext_noop("Строка подтверждения"),
            is_required=False,
            pattern=r"[0-9A-Za-z_-]{1,64}",
            help=gettext_noop(
                "Строка, которую должен вернуть сервер, из раздела «Callback API». "
                "Нужна, чтобы получать ответы клиентов."
            ),
        ),
        address_field(API_URL),
    ),
    make=_provider,
    webhook_help=gettext_noop(
        "В сообществе откройте «Управление» — «Работа с API» — «Callback API». Выберите версию API 5.199, "
        "впишите этот адрес, а в поле «Секретный ключ» — секрет отсюда. Скопируйте строку подтверждения в подключение "
        "и сохраните его. "
        "Потом нажмите «Подтвердить» и отметьте события: входящее сообщение, разрешение и запрет сообщений."
    ),
    needs_webhook_secret=True,
    page="vk",
)
