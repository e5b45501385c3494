"""Settings read from the environment. A mode sets the fallbacks of `env` before it imports these."""

from typing import Any

from portal.settings import urls
from portal.settings.env import env

_HIGHEST_PORT = 65_535

# --- Addresses and processes -----------------------------------------------------------------------------
SITE_URL = env.origin("SITE_URL")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
TRUSTED_PROXY_COUNT = ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT")
SMS_PARTS_MOST = env.number("SMS_PARTS_MOST", least=1, most=255)
CODES_PER_ADDRESS = env.number("CODES_PER_ADDRESS")
ENTRANCES_PER_ADDRESS = env.number("ENTRANCES_PER_ADDRESS")
CODES_AT_ONCE = env.number("CODES_AT_ONCE", least=1, most=64)
CONSENTS_CODES = {"entrance_all_day_count": env.number("ENTRANCE_CODES_PER_DAY", least=1)}
BRAKE_REFUSALS = env.number("BRAKE_REFUSALS", least=1)
PORT = env.number("PORT", least=1, most=_HIGHEST_PORT)
WEB_WORKERS = env.number("WEB_WORKERS", least=1)
WORKER_PROCESSES = env.number("WORKER_PROCESSES", least=1)
VAR_DIR = env.folder("VAR_DIR")
OUTSIDE_DIR = env.folder("OUTSIDE_DIR") if env.is_set("OUTSIDE_DIR") else None
OUTSIDE_DAYS = env.number("OUTSIDE_DAYS", least=1)
STATIC_ROOT = VAR_DIR / "static"
DEFAULT_TIME_ZONE = env.str("DEFAULT_TIME_ZONE")
IMPORT_MEMORY_MB = env.number("IMPORT_MEMORY_MB", least=128)
PAPER_FONTS = env.str("PAPER_FONTS")
METRICS_TOKEN = env.str("METRICS_TOKEN")
LOG_LEVEL = env.str("LOG_LEVEL").upper()

# --- Secrets ---------------------------------------------------------------------------------------------
SECRET_KEY = env.str("SECRET_KEY")
LINK_KEY = env.key("LINK_KEY")
FIELD_KEY = env.key("FIELD_KEY")
SEAL_KEY_FILE = env.folder("SEAL_KEY_FILE")
SANDBOX = env.flag("SANDBOX")
SANDBOX_SECRET = env.str("SANDBOX_SECRET")
MAX_WEBHOOK_SECRET = env.str("MAX_WEBHOOK_SECRET")
MAX_BOT_NAME = env.str("MAX_BOT_NAME")
BOUNCE_ADDRESS = env.address("BOUNCE_ADDRESS", longest_name=23)
REPLY_TO = env.address("REPLY_TO")

# --- Servers ---------------------------------------------------------------------------------------------
_app_url = env.str("DATABASE_URL")
DATABASES: dict[str, dict[str, Any]] = {
    "default": urls.database(_app_url),
    "export": urls.database(env.str("DATABASE_EXPORT_URL") or _app_url, name="DATABASE_EXPORT_URL"),
}
STATEMENT_SECONDS = {
    "web": env.number("WEB_STATEMENT_SECONDS"),
    "worker": env.number("WORKER_STATEMENT_SECONDS"),
    "long": env.number("LONG_STATEMENT_SECONDS"),
}
DATABASE_OWNER_URL = env.str("DATABASE_OWNER_URL") or _app_url
DATABASE_ADMIN_URL = env.str("DATABASE_ADMIN_URL") or DATABASE_OWNER_URL
CACHES: dict[str, dict[str, Any]] = {"default": urls.cache(env.str("CACHE_URL"))}

_broker_url = env.str("BROKER_URL")
CELERY_BROKER_URL, CELERY_BROKER_TRANSPORT_OPTIONS = urls.broker(_broker_url, folder=str(VAR_DIR / "broker"))
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat" / "schedule")

DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL")
globals().update(urls.mail(env.str("EMAIL_URL")))
