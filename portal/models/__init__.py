"""Models of the portal: staff, what staff did, browser sessions of customers, downloads, the sandbox."""

from portal.models.export import ExportJob
from portal.models.sandbox import SandboxCallback, SandboxMessage
from portal.models.session import PersonSession, Throttle
from portal.models.staff_action import StaffAction
from portal.models.user import User

__all__ = ["ExportJob", "PersonSession", "SandboxCallback", "SandboxMessage", "StaffAction", "Throttle", "User"]
