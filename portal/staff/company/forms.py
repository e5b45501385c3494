"""Forms about the company and who sends on its behalf."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.core.validators import RegexValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consents.enums import SignatureRules
from notify.errors import ImageRefused
from portal.staff.widgets import AddressField, ColourField
from portal.ui.zones import zone_choices

INN = RegexValidator(r"^(\d{10}|\d{12})$", _("В ИНН десять или двенадцать цифр."))
OGRN = RegexValidator(r"^(\d{13}|\d{15})$", _("В ОГРН тринадцать цифр, у предпринимателя пятнадцать."))
COLOUR = RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Цвет записывается так: #1b5e9e."))
PHONE = RegexValidator(
    r"^\+?[0-9(][0-9 ()\u00a0.\u2011\u2013-]{4,24}[0-9](,? доб\. ?[0-9]{1,6})?$",
    _("Телефон записывается цифрами, например +7 495 000-00-01 или 8 800 000-00-00, доб. 12."),
)
SITE = RegexValidator(
    r"^(https?://)?[\w-]+(\.[\w-]+)*\.[^\W_][\w-]+(/\S*)?$",
    _("Адрес сайта записывается так: romashka.ru. Точка в нём обязательна."),
)

LOGO_PROBLEMS: Final[Mapping[str, str | Promise]] = {
    "too_big": _("Файл слишком большой: можно до 512 КБ. Уменьшите логотип и загрузите ещё раз."),
    "too_wide": _("Логотип слишком большой: можно до 2000 точек по каждой стороне."),
    "not_an_image": _("Это не PNG и не SVG. Сохраните логотип в одном из этих форматов."),
    "not_a_logo": _("Это не PNG и не SVG. Сохраните логотип в одном из этих форматов."),
    "animated": _("Картинка движется. Нужна неподвижная."),
    "unsafe": _(
        "В этом SVG есть скрипты, ссылки, вложенные картинки или повторы. Сохраните логотип кривыми или в PNG."
    ),
    "broken": _("Файл повреждён или пуст. Сохраните логотип заново и загрузите ещё раз."),
}


class CompanyForm(forms.Form):
    """Requisites of the company, as customers and inspectors read them."""

    name = forms.CharField(label=_("Полное наименование"), max_length=200)
    short_name = forms.CharField(
        label=_("Краткое наименование"),
        max_length=80,
        help_text=_("Так компанию знают клиенты; стоит в письмах и СМС."),
    )
    inn = forms.CharField(label=_("ИНН"), max_length=12, validators=[INN])
    ogrn = forms.CharField(label=_("ОГРН"), max_length=15, required=False, validators=[OGRN])
    licence = forms.CharField(label=_("Лицензия"), max_length=120, required=False)
    address = forms.CharField(label=_("Адрес"), max_length=300)
    website = forms.CharField(label=_("Официальный сайт"), max_length=120, validators=[SITE])
    dpo_title = forms.CharField(
        label=_("Должность ответственного за персональные данные"),
        max_length=120,
        help_text=_(
            "Например: начальник отдела защиты данных. Слова «ответственный за персональные данные» в текстах уже есть."
        ),
    )
    dpo_email = AddressField(label=_("Почта ответственного"))
    dpo_phone = forms.CharField(label=_("Телефон ответственного"), max_length=32, required=False, validators=[PHONE])
    support_phone = forms.CharField(label=_("Телефон поддержки"), max_length=32, required=False, validators=[PHONE])
    covered_by_41fz = forms.ChoiceField(
        label=_("Запрет иностранных мессенджеров (41-ФЗ)"),
        choices=[("yes", _("да")), ("no", _("нет")), ("unsure", _("не уточнено"))],
    )
    signature_rules = forms.ChoiceField(
        label=_("Правила электронной подписи"),
        choices=SignatureRules.choices,
        help_text=_("Согласию они не нужны: закон принимает любую форму, которая его доказывает."),
    )
    accent = ColourField(
        label=_("Цвет компании"),
        max_length=7,
        validators=[COLOUR],
        help_text=_("Цвет кнопок и ссылок, в шестнадцатеричной записи."),
    )
    time_zone = forms.ChoiceField(label=_("Часовой пояс"))
    data_place = forms.CharField(
        label=_("Где хранятся данные"),
        max_length=300,
        required=False,
        help_text=_(
            "Страна и адрес баз данных, как в уведомлении Роскомнадзору. Клиент увидит это в «Моих данных» и в файле "
            "квитанции. Если оставить пустым, об этом ничего не скажем."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = zone_choices(self.initial.get("time_zone", ""))  # type: ignore[attr-defined]  # a choice field


class LogoForm(forms.Form):
    """The company's logo."""

    logo = forms.FileField(
        label=_("Файл с логотипом"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "image/png,image/svg+xml"}),
        error_messages={"required": _("Выберите файл с логотипом.")},
        help_text=_("PNG или SVG, до 512 КБ и до 2000 точек по каждой стороне. Лучше на прозрачном фоне."),
    )

    def refuse(self, error: ImageRefused) -> None:
        """Show beside the field what is wrong with the file."""
        self.add_error("logo", str(LOGO_PROBLEMS[str(error.facts["problem"])]))


class SenderForm(forms.Form):
    """Who sends over one channel on the company's behalf."""

    name = forms.CharField(label=_("Наименование"), max_length=200)
    inn = forms.CharField(label=_("ИНН"), max_length=12, required=False, validators=[INN])
    address = forms.CharField(label=_("Адрес"), max_length=300)
    contract = forms.CharField(label=_("Договор: номер и дата"), max_length=120)
