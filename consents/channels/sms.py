"""SMS: short texts to a mobile number."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from consents.channels.spec import ChannelSpec, ContactKindSpec

PHONE: Final = ContactKindSpec(
    code="phone",
    place=1,
    label=_("Телефон"),
    word=_("Телефон"),
    own_name=_("Телефон"),
    in_texts="номер телефона",
    sample="+79160000000",
    data_term="pd:TelephoneNumber",
    mask="phone",
    code_methods=("link+sms_code", "sms_code"),
)

SMS: Final = ChannelSpec(
    code="sms",
    contact=PHONE,
    icon="sms",
    label=_("СМС"),
    short=_("СМС"),
    by=_("по СМС"),
    in_texts="СМС на номер {contact}",
    touchpoint=_("СМС"),
    group=_("Есть куда писать по СМС"),
    card_name=_("СМС"),
    card_text=_("Короткие и срочные сообщения: статус, напоминание."),
    headings={
        "service": _("Сервисные сообщения по СМС"),
        "promotion": _("Подбор предложений: СМС"),
        "advertising": _("Реклама по СМС"),
    },
    contact_missing=_("Нет номера"),
    contact_add=_("Добавить мобильный номер"),
    line_refused=_("Городской номер не принимает СМС"),
    barred=_("Оператор не пропускает СМС"),
    lines_taken=frozenset({"mobile"}),
    lines_refused=frozenset({"fixed"}),
    needs_subscriber_consent=True,
    is_in_segments=True,
)
