"""The social network VK: a dialogue with the company's community."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from consents.channels.spec import ChannelSpec, ContactKindSpec

ACCOUNT: Final = ContactKindSpec(
    code="vk",
    place=4,
    label=_("Профиль ВКонтакте"),
    word=_("ВКонтакте"),
    own_name=_("Профиль ВКонтакте"),
    in_texts="профиль в социальной сети ВКонтакте, служебный номер",
    sample="6000000",
    data_term="pd:AccountIdentifier",
    is_account=True,
)

# A community reaches only those who have allowed its messages (VK API, error 901), and nobody reports delivery.
VK: Final = ChannelSpec(
    code="vk",
    contact=ACCOUNT,
    icon="community",
    label=_("ВКонтакте"),
    short=_("ВКонтакте"),
    by=_("в соцсети ВКонтакте"),
    in_texts="социальная сеть ВКонтакте, служебный номер профиля {contact}",
    touchpoint=_("ВКонтакте"),
    group=_("Есть куда писать в соцсети ВКонтакте"),
    card_name=_("Соцсеть ВКонтакте"),
    card_text=_(
        "Сообщения от нашего сообщества. Остановить их можно словом «стоп» или кнопкой «Запретить сообщения» в диалоге."
    ),
    headings={
        "service": _("Сервисные сообщения в соцсети ВКонтакте"),
        "promotion": _("Подбор предложений: соцсеть ВКонтакте"),
        "advertising": _("Реклама в соцсети ВКонтакте"),
    },
    needs_dialogue=True,
    reports_delivery=False,
    style="dialogue",
    has_buttons=True,
    text_limit=4096,
)
