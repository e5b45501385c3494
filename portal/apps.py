"""The portal room as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """The portal room."""

    name = "portal"
    verbose_name = _("Сайт")
