"""What customers of the demo have written, and the ready answers of its operators."""

from collections.abc import Sequence
from typing import Final

from django.utils import timezone

from consents.customers.contacts_read import contacts_of
from notify.channels.events import InboundText
from notify.dialogues.ready_answers import ready_answer_create
from notify.inbound.texts import text_apply
from notify.scenarios.answering import new_messages_answer

PROVIDER: Final = "demo"
WRITTEN: Final = (
    (3, "Здравствуйте! Когда придёт новая карта? Обещали ещё в пятницу."),
    (3, "И ещё: можно ли забрать её в отделении на Примерной?"),
    (7, "Добрый день. Не могу войти в приложение после смены телефона.\nЧто делать?"),
    (9, "Пришлите, пожалуйста, справку об остатке на счёте."),
)
"""Place of the customer in the file, and the text."""
READY: Final = (
    ("Приветствие", "Здравствуйте! Спасибо, что написали."),
    ("Часы работы", "Отделения работают с понедельника по субботу с 9:00 до 20:00."),
    ("Доставка карты", "Карту привезёт курьер. Он позвонит за час до приезда, возьмите с собой паспорт."),
)


def dialogues_play(customer_ids: Sequence[int]) -> None:
    """Write to the company in the name of a few customers, from the first contact that each has."""
    for place, (title, text) in enumerate(READY, start=1):
        ready_answer_create(title=title, text=text, place=place)
    for number, (place, text) in enumerate(WRITTEN):
        contacts = [one for one in contacts_of(customer_id=customer_ids[place]) if not one.kind.spec.is_account]
        if contacts:
            event = InboundText(
                channel=contacts[0].kind.channel,
                account=contacts[0].value,
                chat="",
                occurred_at=timezone.now(),
                text=text,
                event_key=f"demo-{number}",
            )
            text_apply(provider=PROVIDER, event=event)
    new_messages_answer()
