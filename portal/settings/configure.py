"""What the environment brings, turned into settings; each mode puts it into its own namespace."""

from typing import Any, Final

from portal.settings import urls
from portal.settings.base import ROOT
from portal.settings.env import Env

HIGHEST_PORT: Final = 65_535


def configure(env: Env) -> dict[str, Any]:
    """Return the settings that come from the environment. Raises `ImproperlyConfigured` with one sentence."""
    return {**_site(env), **_keys(env), **_databases(env), **_background(env), **_mail(env), **_rest(env)}


def _site(env: Env) -> dict[str, Any]:
    site_url = env.origin("SITE_URL")
    return {
        "SITE_URL": site_url,
        "ALLOWED_HOSTS": env.words("ALLOWED_HOSTS"),
        "CSRF_TRUSTED_ORIGINS": [site_url],
        "TRUSTED_PROXY_COUNT": env.number("TRUSTED_PROXY_COUNT"),
        "ALLAUTH_TRUSTED_PROXY_COUNT": env.number("TRUSTED_PROXY_COUNT"),
        "CODES_PER_ADDRESS": env.number("CODES_PER_ADDRESS"),
        "ENTRANCES_PER_ADDRESS": env.number("ENTRANCES_PER_ADDRESS"),
        "PORT": env.number("PORT", least=1, most=HIGHEST_PORT),
        "WEB_WORKERS": env.number("WEB_WORKERS", least=1),
    }


def _keys(env: Env) -> dict[str, Any]:
    has_sandbox = env.flag("SANDBOX")
    return {
        "SECRET_KEY": env.text("SECRET_KEY"),
        "LINK_KEY": env.key("LINK_KEY"),
        "FIELD_KEY": env.key("FIELD_KEY"),
        "SEAL_KEY_FILE": env.path("SEAL_KEY_FILE", ROOT),
        "SANDBOX": has_sandbox,
        "ROOT_URLCONF": "portal.laptop.sandbox.site_urls" if has_sandbox else "portal.urls",
        "SANDBOX_SECRET": env.text("SANDBOX_SECRET"),
        "MAX_WEBHOOK_SECRET": env.text("MAX_WEBHOOK_SECRET"),
        "MAX_BOT_NAME": env.text("MAX_BOT_NAME"),
    }


def _databases(env: Env) -> dict[str, Any]:
    app_url = env.text("DATABASE_URL")
    owner_url = env.text("DATABASE_OWNER_URL") or app_url
    export_url = env.text("DATABASE_EXPORT_URL") or app_url
    return {
        "DATABASES": {
            "default": urls.database(app_url, statement_timeout=env.text("STATEMENT_TIMEOUT")),
            "export": urls.database(export_url, name="DATABASE_EXPORT_URL"),
        },
        "DATABASE_OWNER_URL": owner_url,
        "DATABASE_ADMIN_URL": env.text("DATABASE_ADMIN_URL") or owner_url,
        "CACHES": {"default": urls.cache(env.text("CACHE_URL"))},
    }


def _background(env: Env) -> dict[str, Any]:
    address = env.text("BROKER_URL")
    var_dir = env.path("VAR_DIR", ROOT)
    url, options = urls.broker(address, folder=str(var_dir / "broker"))
    return {
        "CELERY_BROKER_URL": url,
        "CELERY_BROKER_TRANSPORT": None if address else "portal.laptop.embedded.file_broker:Transport",
        "CELERY_BROKER_TRANSPORT_OPTIONS": options,
        "CELERY_WORKER_ENABLE_REMOTE_CONTROL": bool(address),
        "CELERY_BEAT_SCHEDULE_FILENAME": str(var_dir / "beat" / "schedule"),
        "WORKER_PROCESSES": env.number("WORKER_PROCESSES", least=1),
    }


def _mail(env: Env) -> dict[str, Any]:
    sender = env.text("DEFAULT_FROM_EMAIL")
    return {"DEFAULT_FROM_EMAIL": sender, "SERVER_EMAIL": sender, **urls.mail(env.text("EMAIL_URL"))}


def _rest(env: Env) -> dict[str, Any]:
    var_dir = env.path("VAR_DIR", ROOT)
    return {
        "VAR_DIR": var_dir,
        "STATIC_ROOT": var_dir / "static",
        "DEFAULT_TIME_ZONE": env.text("DEFAULT_TIME_ZONE"),
        "LOG_LEVEL": env.text("LOG_LEVEL").upper(),
    }
