"""The customers of the demo company: made up, the same on every machine, in a file as a company would export it."""

import csv
import io
import random
from typing import Final

SEED: Final = 41
COUNT: Final = 240
HEADER: Final = (
    "ID клиента",
    "ФИО",
    "Телефон",
    "Электронная почта",
    "Город",
    "Часовой пояс",
    "Мессенджер",
    "Сегмент",
)
SURNAMES: Final = (
    "Петров",
    "Ёлкин",
    "Соловьёв",
    "Дёмин",
    "Щербаков",
    "Кузнецов",
    "Тер-Петросян",
    "Хабибуллин",
    "Журавлёв",
    "Сидоров",
    "Белов",
    "Королёв",
    "Муравьёв",
    "Зайцев",
)
NAMES: Final = {
    "м": (("Пётр", "Семён", "Алексей", "Марат", "Николай"), ("Семёнович", "Фёдорович", "Иванович", "Маратович")),
    "ж": (("Анна", "Алёна", "Гульнара", "Светлана", "Юлия"), ("Семёновна", "Фёдоровна", "Ивановна", "Маратовна")),
}
CITIES: Final = (
    ("Москва", "Europe/Moscow"),
    ("Калининград", "Europe/Kaliningrad"),
    ("Самара", "Europe/Samara"),
    ("Екатеринбург", "Asia/Yekaterinburg"),
    ("Омск", "Asia/Omsk"),
    ("Красноярск", "Asia/Krasnoyarsk"),
    ("Иркутск", "Asia/Irkutsk"),
    ("Якутск", "Asia/Yakutsk"),
    ("Владивосток", "Asia/Vladivostok"),
    ("Магадан", "Asia/Magadan"),
    ("Петропавловск-Камчатский", "Asia/Kamchatka"),
)
MESSENGERS: Final = ("WhatsApp", "WhatsApp", "Telegram", "Viber", "нет", "")
SEGMENTS: Final = ("розница", "розница", "премиум", "юрлицо", "")


def demo_file() -> bytes:
    """Return the customer file: UTF-8 with a byte order mark, semicolons. Nobody real is behind a contact.

    Addresses end in `.example`, a zone that no mail server serves; phones have zeros after their code.
    The first customer has a mobile phone and an address: the printed personal link is theirs.
    """
    chance = random.Random(SEED)  # noqa: S311 - made-up people, the same everywhere
    text = io.StringIO(newline="")
    rows = csv.writer(text, delimiter=";", lineterminator="\r\n")
    rows.writerow(HEADER)
    for number in range(1, COUNT + 1):
        rows.writerow(_person(chance, number))
    return text.getvalue().encode("utf-8-sig")


def _person(chance: random.Random, number: int) -> tuple[str, ...]:
    gender = chance.choice("мж")
    first, patronymic = (chance.choice(words) for words in NAMES[gender])
    surname = chance.choice(SURNAMES)
    if gender == "ж" and surname.endswith(("в", "н")) and surname != "Тер-Петросян":
        surname += "а"
    city, zone = chance.choice(CITIES)
    whole = number == 1
    phone = f"+7 9{chance.randrange(10, 90)} 000-{number // 100:02d}-{number % 100:02d}"
    has_phone, has_email = whole or chance.random() < 0.85, whole or chance.random() < 0.7
    return (
        f"B-{number:06d}",
        f"{surname} {first} {patronymic}",
        phone if has_phone else "",
        f"client{number}@mail.example" if has_email else "",
        city,
        zone,
        chance.choice(MESSENGERS),
        chance.choice(SEGMENTS),
    )
