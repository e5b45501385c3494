"""What tells an event that the application wrote from one that somebody added by SQL, until the tree holds it.

Each waiting row carries a MAC of its event's leaf hash. The key is made of a secret in the settings, which is not in
the database, so whoever writes by SQL alone cannot make one: the sealer stops at such an event and the check names it.
"""

import hmac
from datetime import timedelta
from hashlib import sha256
from typing import Final

from django.db import connection

from consents.conf import event_key

UPGRADE: Final = timedelta(hours=1)
"""How long after the migration that brought MACs events without one are taken: processes of the release before."""

_IS_UPGRADING: Final = """
SELECT count(*) > 0 FROM django_migrations
WHERE app = 'consents' AND name = '0031_recorded_rows' AND applied > now() - make_interval(secs => %s)
"""


def event_mac(leaf_hash: bytes) -> bytes:
    """Return the MAC of an event that the application writes."""
    return hmac.digest(event_key(), leaf_hash, sha256)


def is_vouched_for(*, mac: bytes, leaf_hash: bytes) -> bool:
    """Return whether the application wrote a waiting event."""
    return hmac.compare_digest(event_mac(leaf_hash), mac) or (not mac and _is_upgrading())


def _is_upgrading() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_IS_UPGRADING, [UPGRADE.total_seconds()])
        return bool(cursor.fetchone()[0])
