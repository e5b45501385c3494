"""Scenarios to begin with: about the move, the status, MAX, how to stop, a person. Texts are Russian, as people read.

They stand in the order in which they are tried: whoever asks for a person gets one, whatever else they write.
"""

from dataclasses import dataclass
from typing import Final

from notify.scenarios.spec import NumberForm, ScenarioSpec

PERSON_BUTTON: Final = "Позвать сотрудника"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """One scenario that comes with the product, as a draft."""

    code: str
    title: str
    spec: ScenarioSpec


CALL_ME_BACK: Final = Ready(
    code="call_me_back",
    title="Позвать сотрудника",
    spec=ScenarioSpec(
        kind="hand_over",
        phrases=(
            "оператор",
            "консультант",
            "менеджер",
            "позвать сотрудника",
            "позовите человека",
            "позовите сотрудника",
            "живой человек",
            "нужен человек",
            "поговорить с человеком",
            "соедините с сотрудником",
            "свяжитесь со мной",
            "перезвоните",
            "перезвонить мне",
            "позвоните мне",
            "заказать звонок",
            "обратный звонок",
        ),
        answer=(
            "Передали ваш вопрос сотруднику, он ответит здесь. Удобнее по телефону? Напишите, на какой номер и когда "
            "вам позвонить.\n\nСрочный вопрос? Свяжитесь с нами: ((телефон поддержки))"
        ),
    ),
)
HOW_TO_STOP: Final = Ready(
    code="how_to_stop",
    title="Как остановить сообщения",
    spec=ScenarioSpec(
        kind="answer",
        phrases=(
            "как отказаться",
            "отказаться от сообщений",
            "отказаться от рассылки",
            "остановить сообщения",
            "отключить сообщения",
            "отключить рассылку",
            "отключить уведомления",
            "прекратите рассылку",
            "перестаньте писать",
            "хватит писать",
            "не хочу получать",
            "надоели сообщения",
            "спам",
        ),
        answer=(
            "Чтобы мы больше не писали вам сюда, отправьте слово «стоп». Отказ действует сразу, в ответ придёт его "
            "номер.\n\nОтказаться только от рекламы или выбрать другой канал можно на личной странице: "
            "((личная страница))"
        ),
        buttons=("Стоп", PERSON_BUTTON),
    ),
)
STATUS: Final = Ready(
    code="status",
    title="Статус заказа или заявки",
    spec=ScenarioSpec(
        kind="status",
        phrases=(
            "где заказ",
            "где посылка",
            "где доставка",
            "где заявка",
            "что с заказом",
            "что с заявкой",
            "статус заказа",
            "статус заявки",
            "узнать статус",
            "отследить заказ",
            "готов заказ",
            "готова заявка",
            "когда привезут",
            "когда доставят",
            "когда доставка",
        ),
        answer="Номер ((номер)): ((статус)).",
        buttons=(PERSON_BUTTON,),
        question="Напишите номер заказа или заявки.",
        not_found=(
            "Номер ((номер)) не нашёлся. Проверьте его и напишите ещё раз. Если номера под рукой нет, напишите "
            "«оператор», и вам ответит сотрудник."
        ),
        failed="Сейчас не получается узнать статус. Передали ваш вопрос сотруднику, он ответит здесь.",
        number=NumberForm(),
    ),
)
_LINK_VERBS: Final = ("подключить", "привязать", "перейти в", "пишите в", "хочу в")
_MAX_NAMES: Final = ("MAX", "макс", "мах")
"""As people type it; the last is Cyrillic."""
LINK_MAX: Final = Ready(
    code="link_max",
    title="Как подключить MAX",
    spec=ScenarioSpec(
        kind="answer",
        phrases=tuple(f"{verb} {name}" for verb in _LINK_VERBS for name in _MAX_NAMES),
        answer=(
            "Откройте личную страницу и нажмите «Подключить MAX»: ((личная страница))\n\nНа телефоне откроется MAX: "
            "нажмите там «Начать». С компьютера наведите камеру телефона на QR-код."
        ),
        buttons=(PERSON_BUTTON,),
    ),
)
FAQ_MOVE: Final = Ready(
    code="faq_move",
    title="Почему пишем в MAX, СМС и почту",
    spec=ScenarioSpec(
        kind="answer",
        phrases=(
            "ватсап",
            "вотсап",
            "whatsapp",
            "телеграм",
            "telegram",
            "вайбер",
            "viber",
            "куда вы переехали",
            "где вы теперь",
            "почему MAX",
            "почему макс",
            "почему мах",
            "зачем MAX",
            "зачем макс",
            "зачем мах",
            "другой мессенджер",
            "кто вы",
            "кто это",
            "кто пишет",
            "это точно вы",
            "мошенники",
        ),
        answer=(
            "Это ((компания)). Мы больше не пишем клиентам в WhatsApp, Telegram и Viber. Пишем в MAX, по СМС и на "
            "почту, а куда именно, решаете вы.\n\nВыбрать канал или отказаться: ((личная страница))\n\nНикому не "
            "сообщайте коды из СМС и данные карты. Хотите проверить, что это мы? Свяжитесь с нами: "
            "((телефон поддержки))"
        ),
        buttons=("Как подключить MAX", "Как отказаться от сообщений", PERSON_BUTTON),
    ),
)
READY: Final = (CALL_ME_BACK, HOW_TO_STOP, STATUS, LINK_MAX, FAQ_MOVE)
