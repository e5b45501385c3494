"""Where the fakes of this installation listen: ports of loopback, the same from start to start while they are free."""

import json
from pathlib import Path
from typing import Any, Final

from portal.laptop.embedded.installation import LOOPBACK, free_port, port_try

CODES: Final = ("smsc", "smsru", "max", "smpp", "ownapp")
"""Of the fakes that run, as their kinds are called."""
CONTROL: Final = "control"
"""What the pages of the sandbox talk to."""

Places = dict[str, int]


def places_choose(var_dir: Path) -> Places:
    """Return a port for each fake and for their control, and write them down for all processes."""
    kept = kept_read(var_dir)
    known = kept.get("ports", {})
    ports = {name: _port(known.get(name, 0)) for name in (*CODES, CONTROL)}
    kept_write(var_dir, {**kept, "ports": ports})
    return ports


def places_read(var_dir: Path) -> Places:
    """Return what the last start has written down; empty before the first."""
    return dict(kept_read(var_dir).get("ports", {}))


def url_of(port: int) -> str:
    """Return the address of an HTTP fake at a port."""
    return f"http://{LOOPBACK}:{port}"


def kept_read(var_dir: Path) -> dict[str, Any]:
    """Return all that is written down of the fakes."""
    try:
        kept: dict[str, Any] = json.loads((var_dir / "fakes.json").read_text())
    except (OSError, ValueError):
        return {}
    return kept


def kept_write(var_dir: Path, kept: dict[str, Any]) -> None:
    """Write it down."""
    (var_dir / "fakes.json").write_text(json.dumps(kept))


def _port(known: int) -> int:
    if known:
        try:
            port_try(known)
        except OSError:
            pass
        else:
            return known
    return free_port()
