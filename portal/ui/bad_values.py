"""Sentences for a phone or an address that a person has typed wrongly."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from consents.errors import BadValue
from portal.ui.sentence import Text
from portal.ui.sentences import SENTENCES

_BAD_VALUES: Final[Mapping[str, Text]] = {
    "phone_scientific": _("Номер искажён таблицей. Введите его цифрами, например: 8 916 123-45-12."),
    "phone_letters": _("В номере есть буквы. Введите только цифры, например: 8 916 123-45-12."),
    "phone_several": _("Здесь несколько номеров. Введите один."),
    "phone_too_short": _("В номере не хватает цифр. В российском номере их одиннадцать вместе с 8 или +7."),
    "phone_too_long": _("В номере лишние цифры. В российском номере их одиннадцать вместе с 8 или +7."),
    "phone_range": _("Такого номера не бывает. Проверьте цифры."),
    "phone_toll_free": _("На бесплатный номер написать нельзя. Введите личный номер."),
    "phone_paid": _("На платный номер написать нельзя. Введите личный номер."),
    "phone_country": _("Похоже на номер другой страны. Запишите его с плюсом и кодом страны."),
    "phone_malformed": _("Это не похоже на номер телефона. Введите его так: 8 916 123-45-12."),
    "email_at": _("В адресе должен быть один знак @, например: anna@pochta.ru."),
    "email_several": _("Здесь несколько адресов. Введите один."),
    "email_space": _("В адресе есть пробел. Уберите его."),
    "email_comma": _("В адресе запятая вместо точки. Замените её."),
    "email_domain": _("Адрес не закончен: после знака @ должно быть имя сайта, например, pochta.ru."),
    "email_zone": _("Адрес не закончен: после точки должно быть, например, ru."),
    "email_letters": _("До знака @ могут быть только латинские буквы, цифры и точки."),
    "email_mixed": _("В адресе после @ русские буквы вперемешку с латинскими. Наберите его заново."),
    "email_reserved": _("Такие адреса не принимают письма. Укажите настоящий адрес."),
    "email_too_long": _("Адрес слишком длинный. Проверьте его."),
    "email_malformed": _("Это не похоже на адрес электронной почты. Введите его так: anna@pochta.ru."),
}


def bad_value_text(error: BadValue) -> str:
    """Return what is wrong with a phone or an address, and how to write it."""
    return str(_BAD_VALUES.get(error.reason, SENTENCES["bad_value"].text))
