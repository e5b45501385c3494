"""The health of an installation, one sentence per part, without secrets and addresses of people."""

import logging
from collections.abc import Callable, Iterable

from consents.errors import fault_place
from portal.operations.diagnosis import company, providers, restore, server, work
from portal.operations.diagnosis.part import Diagnosis, Part

logger = logging.getLogger(__name__)


def diagnose() -> list[Diagnosis]:
    """Return the diagnosis of every part; a check that raises becomes one, and the others are asked all the same."""
    return [
        *(told for part in server.parts() for told in _told(_one(part))),
        *_told(providers.diagnoses),
        *(told for part in (*restore.PARTS, *work.PARTS, *company.PARTS) for told in _told(_one(part))),
    ]


def _one(part: Part) -> Callable[[], Iterable[Diagnosis]]:
    return lambda: (part(),)


def _told(parts: Callable[[], Iterable[Diagnosis]]) -> list[Diagnosis]:
    """Return what a check says, or that it broke off: one strange value must not hide what the others find."""
    try:
        return list(parts())
    except Exception as error:
        logger.error("doctor: a check broke off: %s", fault_place(error))
        words = "Одна из проверок сломалась, остальные сделаны. Подробности в журнале программы"
        return [Diagnosis(False, f"{words}: {type(error).__name__}.")]
