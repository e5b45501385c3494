"""One clock counts, the database's: no module of the three rooms asks its machine, but those that have a reason."""

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
ROOMS: Final = ("consents", "notify", "portal")
ASKS: Final = re.compile(
    r"\btime\.time\(|\btimezone\.now\b|\bdatetime\.(now|utcnow|today)\(|\bdate\.today\(|localdate\(\)|auto_now_add"
)
MAY: Final = {
    "consents/database/clock.py": "where the database has never answered",
    "notify/channels/": "adapters know no database; a provider's signature and the date of a report without one",
    "notify/esp/webhook.py": "the date of a report without one",
    "portal/laptop/": "no part of a server",
    "portal/operations/metrics.py": "how far the machine is off",
    "portal/staff/decorators.py": "compared with what allauth has dated by the machine",
    "portal/ui/zones.py": "the offset of a zone today",
}


def test_no_module_asks_the_machine_for_the_time() -> None:
    asking = {
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if "migrations" not in path.parts and ASKS.search(path.read_text())
    }

    assert {path for path in asking if not path.startswith(tuple(MAY))} == set()
    assert {may for may in MAY if not any(path.startswith(may) for path in asking)} == set()
