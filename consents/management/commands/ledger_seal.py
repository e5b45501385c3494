"""Seal the waiting events now."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from consents.errors import ConsentsError
from consents.ledger.checking.finding_sentences import stop_line
from consents.ledger.tree.sealing import ledger_seal
from consents.ledger.tree.signing import key_create


class Command(BaseCommand):
    """What the worker does every half minute, by hand; and the making of the first key."""

    requires_system_checks: list[str] = []
    help = "Заверяет ожидающие записи журнала согласий."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--create-key", action="store_true", help="сначала создать ключ подписи (SEAL_KEY_FILE), если его нет"
        )

    def handle(self, **options: Any) -> None:
        path = Path(settings.SEAL_KEY_FILE)
        if options["create_key"] and not path.exists():
            self.stdout.write(_("Ключ создан: %(key)s") % {"key": key_create(path)})
        try:
            result = ledger_seal()
        except ConsentsError as error:
            raise CommandError(f"{stop_line(error)} [{error.code}]") from error
        if result.is_busy:
            self.stdout.write(_("Подписание уже идёт."))
        else:
            counts = {"sealed": result.sealed, "size": result.size}
            self.stdout.write(_("Подписано: %(sealed)d, всего в журнале: %(size)d.") % counts)
