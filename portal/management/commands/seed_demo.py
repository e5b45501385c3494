"""Makes the demo company on an empty installation and says how to begin."""

import json
import os
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portal.models import User
from portal.sandbox.demo import Demo, demo_make

ACCOUNTS: Final = "accounts.json"
LINK: Final = "link"


class Command(BaseCommand):
    """Refuses to touch an installation that is in use."""

    help = "Создать демонстрационную компанию: сотрудники, тексты, клиенты, идущая рассылка."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Make everything in one transaction; print addresses, accounts and one personal link."""
        if not settings.SANDBOX:
            raise CommandError("Демонстрационную компанию можно создать только в режиме песочницы.")
        if User.objects.exists():
            raise CommandError(
                "Здесь уже есть сотрудники: демонстрационная компания создаётся только в пустой установке."
            )
        with transaction.atomic():
            demo = demo_make()
        self._keep(demo)
        site = settings.SITE_URL
        lines = [
            f"  Сотрудники:     {site}/staff/",
            f"  Песочница:      {site}/sandbox/   (телефон, почта и MAX клиентов)",
            f"  Личная ссылка:  {demo.link}",
            "",
            "  Учётные записи этой установки:",
            *(f"    {account.role.label:<38} {account.email:<34} {account.password}" for account in demo.accounts),
        ]
        self.stdout.write("\n".join(lines))

    def _keep(self, demo: Demo) -> None:
        """Keep accounts and link for tests and pictures of this installation, readable for its owner only."""
        folder = Path(settings.VAR_DIR) / "secrets"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        accounts = {account.role: {"email": account.email, "password": account.password} for account in demo.accounts}
        for name, text in ((ACCOUNTS, json.dumps(accounts, ensure_ascii=False)), (LINK, demo.link)):
            with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(text)
