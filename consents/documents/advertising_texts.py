"""Consent to receiving advertising (38-FZ art. 18): one document per path.

How often is the company's own promise, and nothing but its plans can keep it: the number stands in the words of the
draft, and whoever publishes them sets the one that they will keep to.
"""

from consents.documents.wording import ONE_CONTACT, OPERATOR, PATHS, SIGNATURE, DefaultText, Path, body
from consents.enums import Channel, DocumentKind, Purpose

_DATA = """
Имя; номер клиента; контакт, названный в первом пункте; отметки об отправке и доставке сообщений; дата, время и \
содержание ответа на этот документ; сведения о проверке контакта; IP-адрес и сведения о браузере в момент ответа. Для \
подбора предложений данные используют только при отдельном согласии на обработку для продвижения.
""".strip()

_REFUSAL = """
Отказ не влияет на цену и доступность товаров и услуг, на договор и на сервисные сообщения.
""".strip()


def _text(channel: Channel, path: Path) -> DefaultText:
    return DefaultText(
        kind=DocumentKind.ADS,
        channel=channel,
        purpose=Purpose.ADVERTISING,
        title=f"Согласие на получение рекламы {path.by}",
        body=body(
            (
                "Кто соглашается",
                f"((имя)), номер клиента ((номер клиента)). Контакт, которым пользуется этот человек: {path.contact}.",
            ),
            ("От кого реклама", OPERATOR),
            (
                "О чём",
                "О товарах и услугах самого оператора ((оператор кратко)) и о его акциях. Рекламы других лиц не будет.",
            ),
            ("Какие данные", _DATA),
            ("Кто помогает отправлять", "((исполнитель))"),
            ("Каким путём писать", f"{path.through} {ONE_CONTACT}"),
            (
                "Когда присылать",
                "Не чаще четырёх раз в месяц, с 9:00 до 21:00 по часовому поясу клиента: он "
                "указан на личной странице, в разделе «Мои данные».",
            ),
            ("Сколько действует", "((срок))"),
            (
                "Как отозвать",
                f"В любой момент и без объяснения причин: {path.stop}, на личной странице ((личная страница)), "
                "письмом на почту ((почта ответственного)) или письмом по адресу оператора. После отказа реклама "
                "прекращается сразу.",
            ),
            ("Если не соглашаться", _REFUSAL),
            ("Чем подтверждается", SIGNATURE),
        ),
        checkbox=f"Текст прочитан. Разрешаю присылать рекламу {path.by}.",
        valid_days=365,
    )


TEXTS = tuple(_text(channel, path) for channel, path in PATHS.items())
