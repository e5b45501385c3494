"""Check the whole ledger: 0 all is well, 1 something differs, 2 cannot decide."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand

from consents.enums import CheckOutcome
from consents.ledger.checking.checking import Findings, ledger_check
from consents.ledger.checking.finding_sentences import finding_line, outcome_line
from consents.ledger.checking.findings import Finding

EXIT_CODES: Final = {CheckOutcome.OK: 0, CheckOutcome.MISMATCH: 1, CheckOutcome.UNDECIDED: 2}


class Command(BaseCommand):
    """The way in of an inspector, the DPO and the restore drill."""

    # A failed check of the site must not keep an inspector from the ledger, nor end with the code of a difference.
    requires_system_checks: list[str] = []
    help = "Проверяет журнал согласий. Код выхода: 0 цел, 1 найдено расхождение, 2 проверить не удалось."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--since", type=int, default=0, metavar="ЧИСЛО", help="проверить только записи после стольких первых"
        )
        parser.add_argument("--against", type=Path, metavar="ФАЙЛ", help="контрольные точки, хранимые вне базы")
        parser.add_argument("--json", action="store_true", help="каждая строка вывода как JSON")

    def handle(self, **options: Any) -> None:
        """Print what is found, and end with its code; a result that could not be printed is never "whole"."""
        as_json: bool = options["json"]

        def tell(finding: Finding) -> None:
            line = f"{finding_line(finding)} [{finding.code}]"
            self.stdout.write(json.dumps(asdict(finding), ensure_ascii=False) if as_json else line)

        findings = ledger_check(since=options["since"], against=options["against"], on_finding=tell)
        code = EXIT_CODES[findings.outcome]
        try:
            self.stdout.write(json.dumps(_summary(findings), ensure_ascii=False) if as_json else outcome_line(findings))
            self.stdout.flush()
        except (OSError, ValueError, AttributeError):  # the reader is gone, the stream is closed, or there is none
            code = code or EXIT_CODES[CheckOutcome.UNDECIDED]
        sys.exit(code)


def _summary(findings: Findings) -> dict[str, Any]:
    return {
        "outcome": str(findings.outcome.value),
        "reason": findings.reason,
        "since": findings.since,
        "events": findings.events,
        "waiting": findings.waiting,
        "tree_size": findings.tree_size,
        "heads": findings.heads,
        "outside_agrees_to": findings.agreed_size,
        "findings": findings.count,
    }
