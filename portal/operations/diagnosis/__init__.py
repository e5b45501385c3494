"""The health of an installation, one sentence per part, without secrets and addresses of people."""

from portal.operations.diagnosis import company, server, work
from portal.operations.diagnosis.finding import Finding


def diagnose() -> list[Finding]:
    """Return the findings of every part; a check that raises becomes a finding."""
    return [part() for part in (*server.PARTS, *work.PARTS, *company.PARTS)]
