"""How a stored letter is read. Nobody calls us here: a job fetches letters and stores them as calls are stored."""

import binascii
from base64 import b64decode, encodebytes
from collections.abc import Mapping, Sequence

from notify.channels.base import Rejected
from notify.channels.events import Event, PlainAnswer
from notify.channels.mailbox.reading import letter_read
from notify.channels.mailbox.references import Marks


def stored_form(raw: bytes) -> bytes:
    """Return a letter as it is stored: base64, because letters hold bytes of any charset, and the column holds text."""
    return encodebytes(raw)


class MailboxReader(PlainAnswer):
    """Reads what `stored_form` made."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:  # noqa: ARG002 - the protocol's signature
        """Return False: whoever calls the address of this provider is a stranger."""
        return False

    def read(self, body: bytes) -> Sequence[Event]:
        """Read one stored letter. Raises `Rejected`."""
        try:
            raw = b64decode(b"".join(body.split()), validate=True)
        except binascii.Error as error:
            raise Rejected("unreadable") from error
        return letter_read(raw, self._marks)
