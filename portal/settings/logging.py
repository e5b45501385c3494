"""Where log lines go. Every formatter masks personal data, because Django itself logs paths of requests."""

from typing import Any


def logging_config(*, level: str, formatter: str) -> dict[str, Any]:
    """Return LOGGING with one stream handler; `formatter` is `plain` or `json`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "plain": {
                "()": "portal.operations.log_masking.MaskingFormatter",
                "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
            },
            "json": {"()": "portal.operations.log_masking.JsonFormatter"},
        },
        "filters": {
            "outages": {"()": "portal.operations.log_folding.OutageFolding"},
            "refusals": {"()": "portal.operations.log_folding.RefusalFolding"},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": formatter,
                "filters": ["outages", "refusals"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django gives these handlers of their own; without them everything goes through the masked one.
            "django": {"handlers": [], "level": level, "propagate": True},
            # A stranger's Host, endless address or thousands of fields are a 400, which the proxy logs, and no fault of
            # ours: any scanner would raise the alarm, with a traceback each time.
            "django.security": {"level": "CRITICAL"},
            "django.security.csrf": {"level": level},
            # Say at INFO that each nudge came and went.
            **{name: {"level": "WARNING"} for name in ("celery", "kombu", "amqp")},
            # Says every line of a conversation at INFO.
            "mail.log": {"level": "WARNING"},
            "django.server": {"handlers": [], "level": level, "propagate": True},
        },
    }
