"""Errors of the portal. Sentences for people are in `portal.ui.sentences`."""

from consents.errors import RoomError


class PortalError(RoomError):
    """Base of the room's errors."""


class FormStale(PortalError):
    """The form was not made by this visit, or too long ago."""


class ExportMissing(PortalError):
    """No such download for this person: another's, unknown, not ready, or older than a day."""


class ExportChanged(PortalError):
    """The file is not the one that was made: its hash differs."""


class LastAdministrator(PortalError):
    """The change would leave the installation without an active administrator."""


class OwnAccount(PortalError):
    """People do not change their own role and do not switch their own account off."""


class EmailTaken(PortalError):
    """An account with this e-mail exists already."""


class StaffContactRefused(PortalError):
    """A phone cannot be proven for tests now. ``facts``: problem, a word for the form."""


class RestoreUnread(PortalError):
    """The end of a restore was asked for before what lies outside the database was read back."""


class RestoreAtWork(PortalError):
    """What lies outside the database is being read back now, or a campaign is still being planned."""


class NotRestored(PortalError):
    """There is nothing to end: the database has not been set back."""
