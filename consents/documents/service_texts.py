"""Consent to service messages: one document per path."""

from consents.documents.wording import (
    EVIDENCE_DATA,
    ONE_CONTACT,
    OPERATOR,
    PATHS,
    PROCESSING,
    SIGNATURE,
    WITHDRAWAL,
    DefaultText,
    Path,
    body,
)
from consents.enums import Channel, DocumentKind, Purpose

_PURPOSE = """
Только одна цель: присылать сообщения о ходе заказов, оплат и обращений и об изменениях в обслуживании.
Рекламы в этих сообщениях не будет.
""".strip()

_REFUSAL = """
Договор и обслуживание продолжаются, цены и условия не меняются. Извещения, которые оператор обязан направлять по \
договору или по закону, придут другим законным \
способом: письмом по почте, по телефону или в офисе.
""".strip()


def _text(channel: Channel, path: Path) -> DefaultText:
    return DefaultText(
        kind=DocumentKind.PD_SERVICE,
        channel=channel,
        purpose=Purpose.SERVICE,
        title=f"Согласие на обработку персональных данных для отправки сервисных сообщений {path.by}",
        body=body(
            ("Кто соглашается", f"((имя)), номер клиента ((номер клиента)). Контакт: {path.contact}."),
            ("Кому даётся согласие", OPERATOR),
            ("Зачем", _PURPOSE),
            (
                "Какие данные",
                "Фамилия, имя и отчество; номер клиента; контакт, названный в первом пункте; часовой пояс; номер "
                f"договора, заказа или обращения; отметки об отправке и доставке сообщений; {EVIDENCE_DATA}.",
            ),
            ("Что с ними делают", PROCESSING),
            ("Кто помогает отправлять", "((исполнитель))"),
            ("Каким путём писать", f"{path.through} {ONE_CONTACT}"),
            ("Сколько действует", "((срок))"),
            ("Как отозвать", WITHDRAWAL),
            ("Если не соглашаться", _REFUSAL),
            ("Чем подтверждается", SIGNATURE),
        ),
        checkbox=f"Текст прочитан. Разрешаю обработку данных для сервисных сообщений {path.by}.",
    )


TEXTS = tuple(_text(channel, path) for channel, path in PATHS.items())
