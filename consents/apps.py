"""The consents room as a Django application."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ConsentsConfig(AppConfig):
    """The consents room."""

    name = "consents"
    verbose_name = _("Согласия")

    def ready(self) -> None:
        """Let each migration end with the channels as they are registered."""
        from consents.reach.channel_facts import channel_facts_store  # noqa: PLC0415 - it needs the models

        post_migrate.connect(channel_facts_store, sender=self)
