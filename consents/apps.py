"""The consents room as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsentsConfig(AppConfig):
    """The consents room."""

    name = "consents"
    verbose_name = _("Согласия")
