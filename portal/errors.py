"""Errors of the portal, each with a stable ``code``. Sentences for people are in `portal.ui.sentences`."""

from typing import ClassVar


class PortalError(Exception):
    """Base of the room's errors. Neither message nor ``facts`` hold personal data."""

    code: ClassVar[str] = "portal"

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code)
        self.facts = facts


class FormStale(PortalError):
    """The form was not made by this visit, or too long ago."""

    code = "form_stale"


class SecretUnreadable(PortalError):
    """An encrypted value cannot be read: another key, a changed byte, or written by hand."""

    code = "secret_unreadable"


class ExportMissing(PortalError):
    """No such download for this person: another's, unknown, not ready, or older than a day."""

    code = "export_missing"


class ExportChanged(PortalError):
    """The file is not the one that was made: its hash differs."""

    code = "export_changed"


class LastAdministrator(PortalError):
    """The change would leave the installation without an active administrator."""

    code = "last_administrator"


class OwnAccount(PortalError):
    """People do not change their own role and do not switch their own account off."""

    code = "own_account"


class EmailTaken(PortalError):
    """An account with this e-mail exists already."""

    code = "email_taken"
