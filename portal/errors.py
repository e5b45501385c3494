"""What the portal itself refuses, each with a stable ``code``. The sentence for people is in `portal.sentences`."""

from typing import ClassVar


class PortalError(Exception):
    """Root of the room's errors. Neither message nor ``facts`` ever hold personal data."""

    code: ClassVar[str] = "portal"

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code)
        self.facts = facts


class SessionOver(PortalError):
    """The visit has ended: idle, an hour old, finished, or its link was revoked."""

    code = "session_over"


class FormStale(PortalError):
    """The form was not made by this visit, or too long ago."""

    code = "form_stale"


class ContactMissing(PortalError):
    """The contact that the form names is not, or no longer, this customer's."""

    code = "contact_missing"
