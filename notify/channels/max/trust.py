"""Whom the client of MAX trusts: the system's roots, and the one that MAX's own certificate stands on.

MAX's hosts chain to the root of the Russian ministry of digital development, which no system brings. It is trusted
here alone, for calls to MAX.
"""

import hashlib
import ssl
from pathlib import Path
from typing import Final

from notify.channels.base import Misconfigured

ROOT_FILE: Final = Path(__file__).with_name("russian_trusted_root.pem")
ROOT_SHA256: Final = "d26d2d0231b7c39f92cc738512ba54103519e4405d68b5bd703e9788ca8ecf31"
"""Fingerprint of "Russian Trusted Root CA", valid until 2032-02-27, as gosuslugi.ru publishes it."""


def context_make(ca_file: str = "") -> ssl.SSLContext:
    """Return a context that trusts the system's roots and those of ``ca_file``, by default the one that we ship.

    Raises `Misconfigured` for a file without certificates, and for a shipped one that is not what it was.
    """
    context = ssl.create_default_context()
    try:
        context.load_verify_locations(cadata=Path(ca_file).read_text("ascii") if ca_file else _shipped())
    except (OSError, ValueError) as error:
        raise Misconfigured("bad_ca") from error
    return context


def _shipped() -> bytes:
    """Return the very bytes that have the fingerprint, and so nothing beside them. Raises ValueError."""
    der = ssl.PEM_cert_to_DER_cert(ROOT_FILE.read_text("ascii"))
    if hashlib.sha256(der).hexdigest() != ROOT_SHA256:
        raise ValueError("another certificate")
    return der
