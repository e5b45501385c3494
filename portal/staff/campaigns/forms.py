"""The editor of a campaign. `notify.campaigns.spec` checks the values, not this form."""

from django import forms
from django.utils.translation import gettext_lazy as _

from consents.enums import LegalBasis, SubscriberConsent
from notify.campaigns.ground import NORM_LIMIT, REASON_LIMIT
from notify.campaigns.spec import MOST_DAYS
from notify.enums import StepCondition, TextKind
from portal.staff.widgets import DayField, HourField, LongTextField, ReasonField, WholeField

OFFER_CHOICES = [
    (TextKind.ADVERTISING.value, _("Это реклама: вид «рекламное», основание «согласие»")),
    (TextKind.SERVICE.value, _("Это не реклама")),
]
ANSWERED = [("", _("все")), ("no", _("ещё не ответили")), ("yes", _("уже ответили"))]


class StepForm(forms.Form):
    """Channel, grounds and text of a step."""

    channel = forms.ChoiceField(label=_("Канал"), widget=forms.RadioSelect)
    text_kind = forms.ChoiceField(
        label=_("Вид сообщения"),
        choices=TextKind.choices,
        widget=forms.RadioSelect,
        help_text=_("Даже одно рекламное предложение делает всё сообщение рекламой."),
    )
    legal_basis = forms.ChoiceField(
        label=_("Основание"),
        choices=LegalBasis.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Реклама уходит только тем, кто дал на неё согласие. По договору нельзя писать тем, кто отказался от "
            "сообщений по этому каналу. Обязательное приходит и после отказа, запускает его ответственный за "
            "персональные данные."
        ),
    )
    norm = forms.CharField(
        label=_("Что обязывает отправить"),
        required=False,
        max_length=NORM_LIMIT,
        help_text=_("Для обязательного: статья закона или пункт договора, с номером."),
    )
    subscriber_consent = forms.ChoiceField(
        label=_("Согласие абонента на рассылку"),
        required=False,
        choices=SubscriberConsent.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Для СМС по договору и обязательных (126-ФЗ, статья 44.1). По согласию, данному нам, сообщение уйдёт "
            "только тем, у кого оно есть."
        ),
    )
    contract_clause = forms.CharField(
        label=_("Договор и его пункт"),
        required=False,
        max_length=NORM_LIMIT,
        help_text=_("Если согласие абонента записано в договоре: какой договор и какой пункт."),
    )
    contract_date = DayField(label=_("Дата договора"), required=False)
    subject = forms.CharField(label=_("Тема письма"), required=False, max_length=200)
    text = LongTextField(
        label=_("Текст"),
        rows=9,
        max_length=8000,
        help_text=_("К рекламе программа добавит слово «Реклама», название компании и как отказаться."),
    )
    button = forms.CharField(label=_("Надпись на кнопке"), required=False, max_length=60)
    offer_choice = forms.ChoiceField(
        label=_("Это реклама?"), required=False, choices=OFFER_CHOICES, widget=forms.RadioSelect
    )
    offer_reason = forms.CharField(
        label=_("Почему это не реклама"),
        required=False,
        max_length=REASON_LIMIT,
        help_text=_("Причину увидит ответственный за персональные данные, и она останется в журнале."),
    )
    link_days = WholeField(label=_("Ссылка действует, дней"), min_value=1, max_value=180)
    starts_on = DayField(
        label=_("Не раньше дня"),
        required=False,
        help_text=_("По местному времени получателя. Пусто: сразу, как подойдёт очередь шага."),
    )


class LaterStepForm(StepForm):
    """A step after the first one, with whom of the campaign's people it goes to, and when."""

    condition = forms.ChoiceField(label=_("Кому"), choices=StepCondition.choices, widget=forms.RadioSelect)
    wait_days = WholeField(
        label=_("Через сколько дней после предыдущего шага"),
        min_value=0,
        max_value=MOST_DAYS,
        help_text=_("Для каждого получателя отдельно: с того дня, когда ему ушло сообщение предыдущего шага."),
    )


class CampaignForm(StepForm):
    """Name, audience and window of a campaign, with its first step."""

    name = forms.CharField(label=_("Название"), max_length=120, help_text=_("Видят только сотрудники."))

    segments = forms.MultipleChoiceField(label=_("Сегменты"), required=False, widget=forms.CheckboxSelectMultiple)
    sources = forms.MultipleChoiceField(label=_("Источники"), required=False, widget=forms.CheckboxSelectMultiple)
    messengers = forms.MultipleChoiceField(
        label=_("Прежний мессенджер"), required=False, widget=forms.CheckboxSelectMultiple
    )
    city_choices = forms.MultipleChoiceField(label=_("Города"), required=False, widget=forms.CheckboxSelectMultiple)
    cities = forms.CharField(
        label=_("Другие города"),
        required=False,
        help_text=_("Через запятую. Если не выбрать и не вписать ни одного, подойдут все."),
        max_length=2000,
    )
    answered = forms.ChoiceField(label=_("Кто уже ответил"), required=False, choices=ANSWERED)
    reachable_only_in_foreign = forms.BooleanField(
        label=_("Только те, у кого нет контакта, кроме иностранного мессенджера"),
        required=False,
        help_text=_(
            "Отправить им нечего: контактов нет. Остальных выберите фильтрами «прежний мессенджер» и «ещё не ответили»."
        ),
    )

    send_from = HourField(label=_("Отправлять не раньше"), help_text=_("По местному времени получателя."))
    send_until = HourField(
        label=_("Отправлять не позже"),
        help_text=_("Одинаковое время в обоих полях: круглосуточно."),
    )


class TestForm(forms.Form):
    """Where a test of an SMS or a MAX message goes; only the sandbox takes one."""

    address = forms.CharField(label=_("Номер в песочнице"), max_length=32, required=False)


class ReasonForm(forms.Form):
    """The reason of an act, for the journal."""

    reason = ReasonField(label=_("Причина"))
