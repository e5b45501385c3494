"""The health of an installation, one sentence per part. No secret and no address of a person is ever part of one."""

from portal.operations.diagnosis import company, server, work
from portal.operations.diagnosis.finding import Finding


def diagnose() -> list[Finding]:
    """Look at every part; a part that cannot be looked at is a finding, never an exception."""
    return [part() for part in (*server.PARTS, *work.PARTS, *company.PARTS)]
