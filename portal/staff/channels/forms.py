"""The form of one channel."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ChannelForm(forms.Form):
    """One channel. The two fields of the contract are shown for MAX only."""

    is_open = forms.BooleanField(
        label=_("Канал открыт"),
        required=False,
        help_text=_(
            "Закрытый канал удерживает кампании, тестовые сообщения и уведомления, пока его не откроют. "
            "Одноразовые коды по СМС и почте уходят всегда: без них клиентам не войти."
        ),
    )
    per_second = forms.IntegerField(
        label=_("Не больше сообщений в секунду"), min_value=0, max_value=10_000, help_text=_("0: без ограничения.")
    )
    frequency = forms.CharField(
        label=_("Как часто пишете"),
        required=False,
        max_length=120,
        help_text=_(
            "Клиент увидит эти слова, когда выбирает канал, например «Обычно до двух сообщений в неделю». "
            "Пишите только то, что выполняете. Пусто: о частоте ничего не сказано."
        ),
    )
    contract = forms.BooleanField(label=_("Договор с платформой заключён"), required=False)
    contract_note = forms.CharField(label=_("Номер и дата договора"), required=False, max_length=200)
