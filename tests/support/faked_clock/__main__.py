"""Run the fast tests at moments that tests get wrong: `python -m tests.support.faked_clock`, with options of pytest.

libfaketime moves the clock of every process of a run, the embedded PostgreSQL's too, so that Python's clock and the
database's stay one. Clocks that only go forward are left alone: time-outs last as long as they say.
"""

import glob
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
LIBRARIES: Final = ("/usr/lib/*/faketime/libfaketimeMT.so.1", "/usr/local/lib/faketime/libfaketimeMT.so.1")
MOMENTS: Final[Mapping[str, datetime]] = {
    "29 February": datetime(2028, 2, 29, 12, 0, tzinfo=UTC),
    "the last evening of a year": datetime(2027, 12, 31, 20, 30, tzinfo=UTC),
    "the last night of a month": datetime(2027, 4, 30, 22, 30, tzinfo=UTC),
    "an evening": datetime(2027, 6, 9, 19, 0, tzinfo=UTC),
}
"""All lie ahead: days of 2026 that stand in tests stay in the past."""
TESTS: Final = ("-m", "pytest", "--dist", "loadgroup", "-q", "-m", "not crash and not e2e and not database_timers")


def main(options: Sequence[str]) -> int:
    """Run the tests at each moment; 1 when they fail at any."""
    library = next((found for pattern in LIBRARIES for found in sorted(glob.glob(pattern))), "")
    if not library:
        sys.stderr.write("Нет libfaketime: поставьте пакет faketime (apt-get install faketime) и повторите.\n")
        return 1
    failed = []
    for name, moment in MOMENTS.items():
        sys.stdout.write(f"\n=== {name}: {moment:%Y-%m-%d %H:%M} UTC\n")
        sys.stdout.flush()
        if subprocess.run([sys.executable, *TESTS, *options], env=environ_at(moment, library), check=False).returncode:
            failed.append(name)
    sys.stdout.write(f"\nFailed at: {', '.join(failed)}\n" if failed else "\nAll moments passed.\n")
    return 1 if failed else 0


def environ_at(moment: datetime, library: str) -> dict[str, str]:
    """The environment of processes whose clock has this moment now and goes on from it."""
    ahead = round((moment - datetime.now(UTC)).total_seconds())
    paths = [str(HERE), *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {
        "LD_PRELOAD": library,
        "FAKETIME": f"{ahead:+d}s",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "PYTHONPATH": os.pathsep.join(paths),
    }


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
