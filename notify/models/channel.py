"""Settings of channels that the administrator changes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ChannelSetting(models.Model):
    """One row per channel: open or closed to all but codes, pace, contract for first messages, words."""

    channel = models.CharField(max_length=8, primary_key=True)
    is_open = models.BooleanField(_("открыт"), default=True)
    contract = models.BooleanField(
        _("договор с платформой"),
        default=False,
        help_text=_("Без договора MAX допускает только ответы в диалоге, который открыл клиент."),
    )
    contract_note = models.CharField(_("договор: номер и дата"), max_length=200, blank=True)
    frequency = models.CharField(_("как часто пишем"), max_length=120, blank=True, default="", db_default="")
    per_second = models.PositiveIntegerField(_("сообщений в секунду"), default=0, help_text="0: no limit.")
    bucket_tokens = models.FloatField(default=0)
    bucket_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.channel
