"""Run every job of the bench, or those named: ``python -m bench [import_rows ...]``. One JSON line per figure."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    """Run each job in a process of its own; a job that fails does not stop the next."""
    names = sys.argv[1:] or sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))
    failed = 0
    for name in names:
        failed += subprocess.run([sys.executable, "-m", f"bench.{name}"], cwd=HERE.parent, check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
