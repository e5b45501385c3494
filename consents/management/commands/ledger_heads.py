"""Print the signed heads, or write the missing ones to their file."""

import json
from argparse import ArgumentParser
from collections import deque
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from consents.errors import ConsentsError
from consents.ledger.checking.finding_sentences import stop_line
from consents.ledger.tree.publishing import heads_publish
from consents.ledger.tree.reading import heads_after


class Command(BaseCommand):
    """JSON lines, the same as in the file, ready to be mailed, printed or kept elsewhere."""

    requires_system_checks: list[str] = []
    help = "Выводит контрольные точки журнала согласий, по одному в строке."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--last", type=int, default=0, metavar="N", help="только последние N")
        parser.add_argument("--after", type=int, default=0, metavar="ЧИСЛО", help="только над большим числом записей")
        parser.add_argument(
            "--write-file", action="store_true", help="дописать недостающие в файл вне базы (потерянный создать заново)"
        )

    def handle(self, **options: Any) -> None:
        if options["write_file"]:
            try:
                count = heads_publish(anew=True)
            except ConsentsError as error:
                raise CommandError(f"{stop_line(error)} [{error.code}]") from error
            self.stdout.write(_("Дописано контрольных точек: %(count)d.") % {"count": count})
            return
        heads = heads_after(options["after"])
        for head in deque(heads, maxlen=options["last"]) if options["last"] else heads:
            self.stdout.write(json.dumps(head.as_json(), sort_keys=True))
