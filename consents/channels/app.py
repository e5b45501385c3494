"""The company's own application: messages in it, and a chat on the site behind the same account."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from consents.channels.spec import ChannelSpec, ContactKindSpec

PROFILE: Final = ContactKindSpec(
    code="app",
    place=9,
    label=_("Приложение компании"),
    word=_("Приложение"),
    own_name=_("Приложение компании"),
    in_texts="учётная запись в приложении компании, служебный номер",
    sample="100200",
    data_term="pd:AccountIdentifier",
    is_account=True,
    is_customer_number=True,
)

# The backend says who has opened the dialogue in the application, and who has ended it.
APP: Final = ChannelSpec(
    code="app",
    contact=PROFILE,
    icon="phone",
    label=_("Приложение компании"),
    short=_("приложение"),
    by=_("в приложении"),
    in_texts="приложение компании, служебный номер учётной записи {contact}",
    touchpoint=_("приложение"),
    group=_("Есть куда писать в приложении"),
    card_name=_("Приложение компании"),
    card_text=_("Сообщения о ходе операций и обращений в нашем приложении."),
    headings={
        "service": _("Сервисные сообщения в приложении компании"),
        "promotion": _("Подбор предложений: приложение компании"),
        "advertising": _("Реклама в приложении компании"),
    },
    contact_missing=_("Сначала откройте чат в приложении"),
    needs_dialogue=True,
    style="dialogue",
    has_buttons=True,
)
