"""Words that the default texts share: paths, and the paragraphs that are the same wherever they stand.

Written after the checklist of 152-FZ art. 9 part 4 and without gender. A lawyer of the company approves them.
"""

from dataclasses import dataclass

from consents.enums import Channel, DocumentKind, Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultText:
    """A text that a new company begins with. ``valid_days`` is how long a yes to it holds, None until taken back."""

    kind: DocumentKind
    channel: Channel | str = ""
    purpose: Purpose | str = ""
    title: str
    body: str
    checkbox: str = ""
    valid_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """How one channel is spoken of."""

    by: str
    contact: str
    through: str
    stop: str


PATHS = {
    Channel.MAX: Path(
        by="в мессенджере MAX",
        contact="учётная запись в мессенджере MAX, номер ((контакт))",
        through="Сообщения бота в мессенджере MAX для учётной записи, номер ((контакт)).",
        stop="по кнопке в любом рекламном сообщении бота (она открывает страницу, где отказ принимают без кода)",
    ),
    Channel.SMS: Path(
        by="по СМС",
        contact="номер телефона ((контакт))",
        through="СМС на номер ((контакт)).",
        stop="по ссылке в любом сообщении",
    ),
    Channel.EMAIL: Path(
        by="по электронной почте",
        contact="адрес электронной почты ((контакт))",
        through="Письма на адрес ((контакт)).",
        stop="по ссылке в любом письме или кнопкой отписки в почтовой программе",
    ),
}

OPERATOR = """
((оператор)), ((реквизиты)), адрес: ((адрес)), официальный сайт: ((сайт)).
Ответственный за персональные данные: ((ответственный)).
""".strip()

EVIDENCE_DATA = """
дата, время и содержание ответа на этот документ; сведения о проверке контакта (когда отправлен и введён код, число \
попыток, без самого кода); IP-адрес и сведения о браузере в момент ответа
""".strip()

PROCESSING = """
Сбор, запись, систематизация, накопление, хранение, уточнение (обновление, изменение), извлечение, использование, \
передача (предоставление, доступ) исполнителю, названному ниже, блокирование, удаление и уничтожение.
Обработка автоматизированная, с передачей по сетям связи. Решений, которые порождают правовые последствия, на \
основании исключительно автоматизированной обработки не принимают. Базы данных находятся на территории России.
""".strip()

WITHDRAWAL = """
В любой момент и без объяснения причин: на личной странице ((личная страница)), письмом на почту \
((почта ответственного)) или письмом по адресу оператора.
Отправка прекращается сразу. Данные, которые больше ни для чего не нужны, уничтожают не позднее 30 дней со дня отзыва. \
Запись о данном и отозванном согласии хранится три года как доказательство.
""".strip()

SIGNATURE = """
Отметкой в пустом поле и нажатием кнопки после того, как контакт подтверждён через этот самый канал. Это простая \
электронная подпись по правилам, с которыми можно ознакомиться и согласиться отдельно. Без отметки согласие не \
записывается. Точный текст, его контрольная сумма и время ответа сохраняются в журнале и видны на личной странице.
""".strip()

ONE_CONTACT = "На другой контакт и на другой путь это согласие не распространяется: для них нужен отдельный ответ."


def body(*sections: tuple[str, str]) -> str:
    """Put headed paragraphs together."""
    return "\n\n".join(f"# {heading}\n{text}" for heading, text in sections) + "\n"
