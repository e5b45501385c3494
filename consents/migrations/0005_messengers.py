"""The messengers that files name: the nine of the notice of 5 May 2023, and those that are not foreign."""

from datetime import date

from django.db import migrations

SOURCE = "Информационное сообщение Роскомнадзора от 05.05.2023; 149-ФЗ, статья 10, части 8–10"
SINCE = date(2023, 5, 5)

FOREIGN = {
    "discord": ("Discord", ["discord", "дискорд"]),
    "ms_teams": ("Microsoft Teams", ["microsoft teams", "ms teams", "msteams", "teams", "тимс", "майкрософт тимс"]),
    "skype_business": ("Skype for Business", ["skype for business", "skype business", "skype для бизнеса"]),
    "snapchat": ("Snapchat", ["snapchat", "снэпчат", "снапчат"]),
    "telegram": ("Telegram", ["telegram", "телеграм", "телеграмм", "телега", "тг", "tg", "tgm", "telegramm"]),
    "threema": ("Threema", ["threema", "трима"]),
    "viber": ("Viber", ["viber", "вайбер", "вибер", "vb"]),
    "whatsapp": (
        "WhatsApp",
        [
            "whatsapp", "whats app", "whatsap", "watsapp", "wa", "wapp", "whatsapp business", "ватсап", "вацап",
            "вотсап", "ватсапп", "вотсапп", "вотс ап", "ватс ап", "вацапп", "уотсап", "васап",
        ],
    ),
    "wechat": ("WeChat", ["wechat", "we chat", "вичат", "вейчат", "weixin"]),
}
OWN = {
    "max": ("MAX", ["max", "макс", "мах"]),
    "vk": ("VK Мессенджер", ["vk", "вк", "вконтакте", "vkontakte", "vk мессенджер", "vk messenger", "вк мессенджер"]),
    "other": ("Другой", ["другой", "другое", "other", "иной"]),
}


def add(apps, schema_editor):
    messengers = apps.get_model("consents", "Messenger").objects.using(schema_editor.connection.alias)
    for code, (name, aliases) in FOREIGN.items():
        values = {"name": name, "aliases": aliases, "foreign_since": SINCE, "source": SOURCE}
        messengers.get_or_create(code=code, defaults=values)
    for code, (name, aliases) in OWN.items():
        messengers.get_or_create(code=code, defaults={"name": name, "aliases": aliases})


def remove(apps, schema_editor):
    messengers = apps.get_model("consents", "Messenger").objects.using(schema_editor.connection.alias)
    messengers.filter(code__in=[*FOREIGN, *OWN]).delete()


class Migration(migrations.Migration):

    dependencies = [("consents", "0004_may_send")]

    operations = [migrations.RunPython(add, remove)]
