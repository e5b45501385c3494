"""The portal as a Django app."""

from django.apps import AppConfig
from django.core.checks import Tags, register


class PortalConfig(AppConfig):
    """The portal room, with its checks."""

    name = "portal"

    def ready(self) -> None:
        """Register the checks; importing them earlier would load models too soon."""
        from portal.operations import checks  # noqa: PLC0415 - the one place where Django wants it so

        register(checks.second_factor_is_whole, Tags.security)
        register(checks.ledger_is_guarded, Tags.database)
        register(checks.channels_are_stored, Tags.database)
