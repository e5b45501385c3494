"""The health of an installation, one sentence per part, without secrets and addresses of people."""

from portal.operations.diagnosis import company, providers, restore, server, work
from portal.operations.diagnosis.part import Diagnosis


def diagnose() -> list[Diagnosis]:
    """Return the diagnosis of every part; a check that raises becomes one."""
    before, after = server.parts(), (*restore.PARTS, *work.PARTS, *company.PARTS)
    return [*(part() for part in before), *providers.diagnoses(), *(part() for part in after)]
