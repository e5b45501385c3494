"""Errors of the consents room, and the base of those of all rooms. Sentences for people are made elsewhere."""

import re
import traceback
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar


class RoomError(Exception):
    """Base of the errors of the three rooms. Neither message nor ``facts`` hold personal data.

    ``code`` is stable. An error that names none has that of its class: `CustomerMissing` is ``customer_missing``.
    """

    code: ClassVar[str]

    def __init_subclass__(cls) -> None:
        if "code" not in cls.__dict__:
            cls.code = re.sub(r"(?<=.)(?=[A-Z])", "_", cls.__name__).lower()

    def __init__(self, message: str = "", **facts: object) -> None:
        super().__init__(message or self.code)
        self.facts = facts


class ConsentsError(RoomError):
    """Base of all errors of this room."""


def fault_place(error: BaseException) -> str:
    """Return the class of an error and where it was raised, never its message: a database quotes the row in it."""
    return f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}"


class SecretUnreadable(ConsentsError):
    """An encrypted value cannot be read: another key, a changed byte, or written by hand."""


class CustomerMissing(ConsentsError):
    """No customer has this id."""


class RequestKeyReused(ConsentsError):
    """The same request key came back with other content."""


class ProofTooWeak(ConsentsError):
    """A consent needs more proof than an opened link."""


class EventInvalid(ConsentsError):
    """The event does not fit its kind, or a value has no place in the canonical form."""


class SealKeyMissing(ConsentsError):
    """There is no readable signing key where the settings say."""


class LedgerTampered(ConsentsError):
    """A stored event no longer matches what was sealed or recorded. ``event`` names it."""

    def __init__(self, message: str, *, event: str = "") -> None:
        super().__init__(message)
        self.event = event


class LedgerRolledBack(ConsentsError):
    """A published head covers events that the database lacks: a restore, or a second history."""


class HeadsMissing(ConsentsError):
    """Heads were signed, but their file outside the database is missing or empty."""


class HeadsUnwritable(ConsentsError):
    """The file of heads outside the database cannot be added to."""


class HeadsUnreadable(ConsentsError):
    """The heads outside the database cannot be read, or are not in the order they were written."""


class CannotDecide(ConsentsError):
    """A check of the ledger lacks something that it needs: a key, a head, a file.

    ``reason`` holds a ``code`` of `finding_sentences.REASONS` and the facts that its sentence names.
    """

    def __init__(self, reason: str, **facts: int | str) -> None:
        super().__init__(reason)
        self.reason: dict[str, int | str] = {"code": reason, **facts}


class NothingToReceipt(ConsentsError):
    """A receipt needs an event of this customer."""


class BadValue(ConsentsError):
    """A phone, an address, a name or a time zone cannot be taken.

    ``reason`` is a code of `judging.sentences`, ``detail`` what its sentence names.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


class FileRefused(ConsentsError):
    """A customer file as a whole cannot be read. ``reason`` is a code of `file_sentences`, ``detail`` a number."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


class ImportMissing(ConsentsError):
    """No upload has this id."""


class ImportBusy(ConsentsError):
    """Another run holds this file, or its state no longer allows the request."""


class MappingIncomplete(FileRefused):
    """The chosen columns do not identify the customer or hold no contact."""


class TooSoon(ConsentsError):
    """A code was sent to this contact a moment ago. ``seconds`` until another may be asked for."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"another code in {seconds} s")
        self.seconds = seconds


class TooMany(ConsentsError):
    """The contact has had as many codes as a quarter of an hour allows."""


class TooManyToday(TooMany):
    """The contact has had as many codes as a day allows."""


class TooManyNewContacts(TooMany):
    """The customer has asked for as many codes to new contacts as a day allows."""

    code = "too_many_new"


class TooManyAtEntrance(TooMany):
    """The company's codes that were asked for at the entrance are used up for the day. Nobody is told."""

    code = "too_many"


class TooManyAbroad(TooMany):
    """The company's codes to numbers abroad are used up for the day."""


class Locked(ConsentsError):
    """Ten wrong codes locked this link or contact for a day. ``until`` is the end of the lock."""

    def __init__(self, until: datetime) -> None:
        super().__init__("locked after too many wrong codes")
        self.until = until


class ForeignNumber(ConsentsError):
    """Codes go to numbers of the home country only."""


class Landline(ConsentsError):
    """The number does not take SMS."""


class ContactDenied(ConsentsError):
    """The owner of the contact said that they are not this customer; only staff can lift that."""


class CodeNotForContact(ConsentsError):
    """No code was entered rightly for this contact, or too long ago."""


class ContactMissing(ConsentsError):
    """The customer has no such contact now."""


class ContactUnconfirmed(ConsentsError):
    """A yes for a channel needs a contact that was confirmed through that very channel."""


class ChangeClosed(ConsentsError):
    """The change of a contact can no longer be taken back: too late, done already, or there was none."""


class BoxNotTicked(ConsentsError):
    """A yes came without the ticked box; nothing was stored."""


class DocumentChanged(ConsentsError):
    """The text that was shown is not the one in force; the page must show the new one and ask again."""


class EditionAltered(ConsentsError):
    """A published edition is no longer what was published: it must not be shown, and the ledger must be checked."""


class DraftChanged(ConsentsError):
    """The draft of a text is not the one that was begun with or looked at."""


class DocumentMissing(ConsentsError):
    """There is no such text, or none in force."""


class CompanyMissing(ConsentsError):
    """Nobody has entered the company's requisites yet; a text cannot name who asks."""


class PlaceholderUnknown(ConsentsError):
    """A text asks for names that do not exist: ``names``."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(", ".join(names))
        self.names = tuple(names)


class DocumentIncomplete(ConsentsError):
    """A draft must not be published. ``problems`` are (code, detail) pairs, see `documents.checks`."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__(", ".join(code for code, _ in problems))
        self.problems = tuple(problems)


class AudienceInvalid(ConsentsError):
    """A filter of people cannot be understood. ``problems`` are (code, key) pairs, see `selectors.audience`."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__(", ".join(f"{code} {key}" for code, key in problems))
        self.problems = tuple(problems)


class StopMissing(ConsentsError):
    """No stop in force has this id."""
