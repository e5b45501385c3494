"""The log of workers and of the clock is that of the web server: the same format, level and masks."""

from typing import Any

from celery.app.log import Logging
from django.conf import settings
from django.utils.log import configure_logging


class LogOfDjango(Logging):
    """Leaves handlers and formats to LOGGING; Celery's own would write plain lines beside ours."""

    _is_configured = False

    def setup(self, *_args: Any, **_options: Any) -> list[Any]:
        """Configure the log of this process once. The level is LOG_LEVEL, whatever the command line says."""
        if not self._is_configured:
            self._is_configured = True
            configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
        return []
