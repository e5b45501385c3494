"""Makes the demo company on an empty installation and says how to begin."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portal.laptop.demo.note import note_make, note_words
from portal.laptop.demo.seeding import demo_make
from portal.models import User


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
            # The note first, the commit after it: accounts whose passwords nobody knows would be of no use.
            note = note_make(demo=demo_make())
        self.stdout.write(note_words(note))
