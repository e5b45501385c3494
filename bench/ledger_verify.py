"""How fast the whole ledger is checked and sealed, and how much memory it takes; the peer only hashes the bytes."""

import os
import sys
from hashlib import sha256
from pathlib import Path
from time import perf_counter

from django.db import connection

from bench._ledger import fill, say, scratch, texts_of
from consents.enums import CheckOutcome
from consents.ledger.checking.checking import ledger_check
from consents.ledger.tree.sealing import ledger_seal

EVENTS = int(os.environ.get("BENCH_EVENTS", "100000"))
VERIFY_LIMIT = 5_000
SEAL_LIMIT = 2_000
MEMORY_LIMIT_MB = 60


def memory_mb(name: str) -> float:
    """Read one of the kernel's figures about this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024


def main() -> int:
    """Measure on a fresh database and print three lines."""
    with scratch():
        fill(EVENTS)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        started = perf_counter()
        sealed = ledger_seal().sealed
        seal_rate = sealed / (perf_counter() - started)
        ledger_check(since=0, batch=500)
        Path("/proc/self/clear_refs").write_text("5")  # forget the peak that filling has left
        before = memory_mb("VmRSS")
        started = perf_counter()
        findings = ledger_check()
        verify_rate = findings.events / (perf_counter() - started)
        growth = memory_mb("VmHWM") - before
    texts = texts_of(min(EVENTS, 20_000))
    started = perf_counter()
    for text in texts:
        sha256(text).digest()
    bare = len(texts) / 2 / (perf_counter() - started)
    say(
        job="ledger_verify", events=EVENTS, per_second=round(verify_rate), limit=VERIFY_LIMIT,
        peer="sha256 of the same bytes in memory", peer_per_second=round(bare), ratio=round(verify_rate / bare, 4),
        outcome=str(findings.outcome.value),
    )  # fmt: skip
    say(job="ledger_seal", events=EVENTS, per_second=round(seal_rate), limit=SEAL_LIMIT)
    say(job="ledger_verify_memory", events=EVENTS, growth_mb=round(growth, 1), limit=MEMORY_LIMIT_MB)
    is_good = findings.outcome == CheckOutcome.OK and verify_rate >= VERIFY_LIMIT and seal_rate >= SEAL_LIMIT
    return 0 if is_good and growth <= MEMORY_LIMIT_MB else 1


if __name__ == "__main__":
    sys.exit(main())
