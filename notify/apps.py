"""The notify room as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotifyConfig(AppConfig):
    """The notify room."""

    name = "notify"
    verbose_name = _("Оповещения")
