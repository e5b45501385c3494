"""The messenger MAX: a dialogue with the company's bot."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from consents.channels.spec import ChannelSpec, ContactKindSpec

ACCOUNT: Final = ContactKindSpec(
    code="max",
    place=3,
    label=_("Профиль MAX"),
    word=_("MAX"),
    own_name=_("Профиль MAX"),
    in_texts="профиль в мессенджере MAX, служебный номер",
    sample="5000000",
    data_term="pd:AccountIdentifier",
    is_account=True,
    code_methods=("link+max_code", "max_code"),
)

# The bot cannot write first, and MAX forbids codes and campaigns without a contract
# (dev.max.ru/docs/legal/requirements, 1.5).
MAX: Final = ChannelSpec(
    code="max",
    contact=ACCOUNT,
    icon="max",
    label=_("MAX"),
    short=_("MAX"),
    by=_("в MAX"),
    in_texts="MAX, служебный номер профиля {contact}",
    touchpoint=_("MAX"),
    group=_("Есть куда писать в MAX"),
    card_name=_("Мессенджер MAX"),
    card_text=_("Сообщения о ходе операций и обращений от нашего бота. Остановить их можно словом «стоп»."),
    card_text_advertising=_("Реклама от нашего бота, если вы её разрешите. Остановить её можно словом «стоп»."),
    card_text_closed=_("Ответы нашего бота. Первыми мы туда пока не пишем. Остановить сообщения можно словом «стоп»."),
    headings={
        "service": _("Сервисные сообщения в мессенджере MAX"),
        "promotion": _("Подбор предложений: мессенджер MAX"),
        "advertising": _("Реклама в мессенджере MAX"),
    },
    needs_dialogue=True,
    needs_contract=True,
    contract_title=_("Что можно отправлять в MAX."),
    contract_text=_(
        "Правила платформы запрещают коды, сервисные сообщения и рекламу, если их не разрешает договор с MAX. "
        "Без договора уходят только ответы в диалоге, который открыл клиент, и сообщения о том, что он сделал сам. "
        "Виды сообщений смотрите в самом договоре: чего в нём нет, то не уйдёт."
    ),
    contract_missing=_("Действующего договора нет: MAX допускает только ответы в диалоге, который открыл клиент."),
    style="dialogue",
    has_buttons=True,
    has_images=True,
    text_limit=4000,
)
