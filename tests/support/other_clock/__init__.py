"""Programs on machines whose clocks are wrong. Clocks that only go forward are left alone, as on such a machine."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent


def environ_with(environ: Mapping[str, str], *, days: float) -> dict[str, str]:
    """Return an environment in which each Python is so many days ahead of the database."""
    paths = [str(HERE), *filter(None, [environ.get("PYTHONPATH")])]
    return {**environ, "PYTHONPATH": os.pathsep.join(paths), "OFF_BY_DAYS": str(days)}
