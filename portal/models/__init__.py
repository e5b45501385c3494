"""Models of the portal: staff, what staff did, sessions of customers, downloads, the sandbox, heartbeats."""

from portal.models.export import ExportJob
from portal.models.heartbeat import Heartbeat
from portal.models.kept_counter import KeptCounter
from portal.models.sandbox import SandboxCallback, SandboxMessage
from portal.models.session import PersonSession, Throttle
from portal.models.staff_action import StaffAction
from portal.models.staff_contact import StaffContact, StaffPhoneProof
from portal.models.user import User

__all__ = [
    "ExportJob",
    "Heartbeat",
    "KeptCounter",
    "PersonSession",
    "SandboxCallback",
    "SandboxMessage",
    "StaffAction",
    "StaffContact",
    "StaffPhoneProof",
    "Throttle",
    "User",
]
