"""What a provider gave a set-up for a time (tokens), encrypted, shared by all workers."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import DatabaseError, connection

from consents.errors import SecretUnreadable
from consents.field_encryption import text_decrypt, text_encrypt
from notify.channels.base import TemporarilyUnavailable
from notify.models import ProviderSetup

PLACE: Final = "notify_providersetup.memory"
LOOK_SECONDS: Final = 0.1


class SetupMemory:
    """Fulfils `notify.channels.setup.Memory` for one set-up.

    Adapters ask it before a call, when the provider surely has nothing: so a database that does not answer is "later"
    and no doubt about the message.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def load(self) -> str:
        """Return what was saved last; empty for nothing, and for what can no longer be read."""
        with _answered():
            stored = ProviderSetup.objects.filter(name=self._name).values_list("memory", flat=True).first()
        try:
            return text_decrypt(stored, place=PLACE) if stored else ""
        except SecretUnreadable:
            return ""

    def save(self, text: str) -> None:
        """Keep a text. Senders call it between transactions, so it stands at once."""
        with _answered():
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
        with _answered(), connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(hashtext('notify.memory'), hashtext(%s))", [self._name])
            return bool(cursor.fetchone()[0])


@contextmanager
def _answered() -> Iterator[None]:
    """Raise `TemporarilyUnavailable` where the database does not answer."""
    try:
        yield
    except DatabaseError as error:
        raise TemporarilyUnavailable("no_memory") from error
