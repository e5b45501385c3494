"""Values of variables that the embedded mode brings itself. The environment stands over them."""

import os
from pathlib import Path
from typing import Final
from urllib.parse import quote

from portal.laptop.embedded.secrets import secrets_ensure

MARK: Final = "MOSTIK_INSTALLATION"
"""Variable that every process of an installation bears; its value is the folder of the installation."""
DATABASE_NAME: Final = "mostik"
OWNER_ROLE: Final = "mostik_owner"
APP_ROLE: Final = "mostik_app"
EXPORT_ROLE: Final = "mostik_export"
SUPERUSER_ROLE: Final = "postgres"
SOCKET_LINE: Final = 4
SANDBOX_SMTP_URL: Final = "smtp://127.0.0.1:2525"


def socket_folder(var_dir: Path) -> Path:
    """Return where the embedded PostgreSQL listens: its own folder, or what its lock file says."""
    folder = var_dir / "postgres"
    return Path(lock_line(folder, SOCKET_LINE) or folder)


def lock_line(folder: Path, number: int) -> str:
    """Return a line of the lock file of the server in ``folder``, counted from 0; nothing where there is none."""
    try:
        lines = (folder / "postmaster.pid").read_text().splitlines()
    except OSError:
        return ""
    return lines[number].strip() if number < len(lines) else ""


def database_url(socket: Path | str, role: str, database: str = DATABASE_NAME) -> str:
    """Return the address of a database of the embedded PostgreSQL for one role."""
    return f"postgresql://{role}@/{database}?host={quote(str(socket), safe='')}"


def database_urls(var_dir: Path) -> dict[str, str]:
    """Return the addresses of the embedded PostgreSQL by variable name."""
    socket = socket_folder(var_dir)
    return {
        "DATABASE_URL": database_url(socket, APP_ROLE),
        "DATABASE_OWNER_URL": database_url(socket, OWNER_ROLE),
        "DATABASE_EXPORT_URL": database_url(socket, EXPORT_ROLE),
        # Before the first start there is no other database.
        "DATABASE_ADMIN_URL": database_url(socket, SUPERUSER_ROLE, "postgres"),
    }


def mailbox_file(var_dir: Path) -> Path:
    """Return where a start writes the address of the sandbox's mail server, for commands beside the running site."""
    return var_dir / "mailbox"


def mailbox_url(var_dir: Path) -> str:
    """Return where the sandbox's mail server takes letters."""
    try:
        return mailbox_file(var_dir).read_text().strip() or SANDBOX_SMTP_URL
    except OSError:
        return SANDBOX_SMTP_URL


def embedded_fallbacks(var_dir: Path, *, port: str) -> dict[str, str]:
    """Return defaults by variable name. With DATABASE_URL set no role of the embedded PostgreSQL is used."""
    values = {
        "SITE_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "BROKER_URL": "",
        "CACHE_URL": "",
        "EMAIL_URL": mailbox_url(var_dir),
        "DEFAULT_FROM_EMAIL": "Мостик <no-reply@mostik.example>",
        "MAX_BOT_NAME": "mostik_sandbox_bot",
        "TRUSTED_PROXY_COUNT": "0",
        "SANDBOX": "true",
        **secrets_ensure(var_dir / "secrets"),
    }
    if not os.environ.get("DATABASE_URL"):
        values |= database_urls(var_dir)
    return values
