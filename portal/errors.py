"""What the portal itself refuses, each with a stable ``code``. The sentence for people is in `portal.ui.sentences`."""

from typing import ClassVar


class PortalError(Exception):
    """Root of the room's errors. Neither message nor ``facts`` ever hold personal data."""

    code: ClassVar[str] = "portal"

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code)
        self.facts = facts


class FormStale(PortalError):
    """The form was not made by this visit, or too long ago."""

    code = "form_stale"


class SecretUnreadable(PortalError):
    """A sealed value cannot be opened: another key, a changed byte, or written by hand."""

    code = "secret_unreadable"


class ExportMissing(PortalError):
    """There is no such download for this person: another's, unknown, not ready, or its day is over."""

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
