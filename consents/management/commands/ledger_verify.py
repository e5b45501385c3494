"""Check the whole ledger: 0 all is well, 1 something differs, 2 cannot decide."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from consents.enums import CheckOutcome
from consents.finding_sentences import finding_line, outcome_line
from consents.ledger_walk import Finding
from consents.services.checking import ledger_check

EXIT_CODES = {CheckOutcome.OK: 0, CheckOutcome.MISMATCH: 1, CheckOutcome.UNDECIDED: 2}


class Command(BaseCommand):
    """The way in of an inspector, the DPO and the restore drill."""

    # A check of the site must not stand between an inspector and the ledger, nor end with the code of a difference.
    requires_system_checks: list[str] = []
    help = "Проверяет журнал согласий. Код выхода: 0 цел, 1 найдено расхождение, 2 проверить не удалось."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=int, default=0, metavar="РАЗМЕР", help="начать с печати над стольким")
        parser.add_argument("--against", type=Path, metavar="ФАЙЛ", help="печати, хранимые вне базы")
        parser.add_argument("--json", action="store_true", help="каждая строка вывода как JSON")

    def handle(self, **options: Any) -> None:
        as_json: bool = options["json"]

        def tell(finding: Finding) -> None:
            line = finding_line(finding)
            self.stdout.write(json.dumps(finding.as_json(), ensure_ascii=False) if as_json else line)

        findings = ledger_check(since=options["since"], against=options["against"], on_finding=tell)
        if as_json:
            summary = {
                "outcome": str(findings.outcome.value),
                "reason": findings.reason,
                "events": findings.events,
                "waiting": findings.waiting,
                "tree_size": findings.tree_size,
                "heads": findings.heads,
                "findings": findings.count,
            }
            self.stdout.write(json.dumps(summary, ensure_ascii=False))
        else:
            self.stdout.write(outcome_line(findings))
        sys.exit(EXIT_CODES[findings.outcome])
