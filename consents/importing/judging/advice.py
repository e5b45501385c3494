"""What is said about an issue of a row."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Advice:
    """Two sentences. Each may name the detail of the issue as ``%(detail)s``."""

    reason: str | Promise
    mend: str | Promise
