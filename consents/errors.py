"""Errors of the consents room. ``code`` is stable; the sentence for people is made from it elsewhere."""

from typing import ClassVar


class ConsentsError(Exception):
    """Root of all errors of this room. The message never holds personal data."""

    code: ClassVar[str] = "consents"


class CustomerMissing(ConsentsError):
    """No customer has this id."""

    code = "customer_missing"


class RequestKeyReused(ConsentsError):
    """The same request key came back with other content."""

    code = "request_key_reused"


class ProofTooWeak(ConsentsError):
    """A customer's consent was asked to be recorded with nothing but a link proven."""

    code = "proof_too_weak"


class EventInvalid(ConsentsError):
    """The event does not fit its kind, or a value has no place in the canonical form."""

    code = "event_invalid"


class SealKeyMissing(ConsentsError):
    """There is no readable signing key where the settings say."""

    code = "seal_key_missing"


class LedgerTampered(ConsentsError):
    """A stored event no longer matches what was sealed or recorded. ``event`` names it."""

    code = "ledger_tampered"

    def __init__(self, message: str, *, event: str = "") -> None:
        super().__init__(message)
        self.event = event


class LedgerRolledBack(ConsentsError):
    """A published head knows of events that the database does not: a restore, or a second history."""

    code = "ledger_rolled_back"


class HeadsMissing(ConsentsError):
    """Heads were signed, but the file that holds them outside the database is gone."""

    code = "heads_missing"


class HeadsUnreadable(ConsentsError):
    """The heads outside the database cannot be read, or are not in the order they were written."""

    code = "heads_unreadable"


class CannotDecide(ConsentsError):
    """A check of the ledger lacks something that it needs: a key, a head, a file."""

    code = "cannot_decide"


class NotSealed(ConsentsError):
    """The event has no place in a signed tree yet."""

    code = "not_sealed"


class NothingToReceipt(ConsentsError):
    """A receipt was asked for without an event of this customer."""

    code = "nothing_to_receipt"


class BadValue(ConsentsError):
    """A phone, an address, a name or a time zone cannot be taken. ``reason`` is a code of `importing.sentences`."""

    code = "bad_value"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class FileRefused(ConsentsError):
    """A customer file as a whole cannot be read. ``reason`` is a code of `importing.sentences`, ``detail`` a number."""

    code = "file_refused"

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


class ImportMissing(ConsentsError):
    """No upload has this id."""

    code = "import_missing"


class ImportBusy(ConsentsError):
    """Another run is at this file, or it is past the point where this may be asked."""

    code = "import_busy"


class MappingIncomplete(ConsentsError):
    """The columns chosen do not tell who the customer is or how to reach them."""

    code = "mapping_incomplete"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
