"""What a provider gave a set-up for a time (tokens), encrypted, shared by all workers."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection

from consents.field_encryption import text_decrypt, text_encrypt
from notify.channels.base import TemporarilyUnavailable
from notify.models import ProviderSetup

PLACE: Final = "notify_providersetup.memory"
LOOK_SECONDS: Final = 0.1


class SetupMemory:
    """Fulfils `notify.channels.setup.Memory` for one set-up."""

    def __init__(self, name: str) -> None:
        self._name = name

    def load(self) -> str:
        """Return what was saved last; empty for nothing."""
        stored = ProviderSetup.objects.filter(name=self._name).values_list("memory", flat=True).first()
        return text_decrypt(stored, place=PLACE) if stored else ""

    def save(self, text: str) -> None:
        """Keep a text. Senders call it between transactions, so it stands at once."""
        ProviderSetup.objects.filter(name=self._name).update(memory=text_encrypt(text, place=PLACE))

    @contextmanager
    def locked(self, seconds: float) -> Iterator[None]:
        """Hold a lock of the session. Raises `TemporarilyUnavailable` when another one holds it all that time."""
        deadline = time.monotonic() + seconds
        while not self._ask("pg_try_advisory_lock"):
            if time.monotonic() >= deadline:
                raise TemporarilyUnavailable("busy")
            time.sleep(LOOK_SECONDS)
        try:
            yield
        finally:
            self._ask("pg_advisory_unlock")

    def _ask(self, function: str) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(hashtext('notify.memory'), hashtext(%s))", [self._name])
            return bool(cursor.fetchone()[0])
