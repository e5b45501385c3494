"""E-mail: letters."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from consents.channels.spec import ChannelSpec, ContactKindSpec

ADDRESS: Final = ContactKindSpec(
    code="email",
    place=2,
    label=_("Электронная почта"),
    word=_("Почта"),
    own_name=_("Адрес почты"),
    in_texts="адрес электронной почты",
    sample="anna@example.ru",
    data_term="pd:EmailAddress",
    mask="email",
    code_methods=("link+email_code", "email_code"),
)

EMAIL: Final = ChannelSpec(
    code="email",
    contact=ADDRESS,
    icon="mail",
    label=_("Электронная почта"),
    short=_("почта"),
    by=_("по почте"),
    in_texts="почта {contact}",
    touchpoint=_("письмо"),
    group=_("Есть куда писать по электронной почте"),
    card_name=_("Электронная почта"),
    card_text=_("Подробные письма и документы."),
    headings={
        "service": _("Сервисные сообщения по электронной почте"),
        "promotion": _("Подбор предложений: электронная почта"),
        "advertising": _("Реклама по электронной почте"),
    },
    contact_missing=_("Нет адреса"),
    contact_add=_("Добавить адрес почты"),
    reports_delivery=False,
    style="letter",
)
