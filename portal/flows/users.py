"""What an administrator does with accounts of staff, by a page or a command: the act and its row in the journal."""

from portal.accounts import accounts
from portal.audit.actor import StaffActor
from portal.audit.acts import AuditedAction
from portal.audit.record import recorded
from portal.models import User


def create_user(*, actor: StaffActor, email: str, name: str, role: str, password: str | None = None) -> int:
    """Make an account and return its id. Raises EmailTaken."""
    with recorded(actor, AuditedAction.USER_CREATED, "user", details={"role": role}) as note:
        note.object_id = user_id = accounts.staff_create(email=email, name=name, role=role, password=password)
    return user_id


def change_role(*, actor: StaffActor, user_id: int, role: str) -> None:
    """Change the role of an account. Raises OwnAccount, LastAdministrator."""
    old = User.objects.get(pk=user_id).role
    with recorded(actor, AuditedAction.USER_ROLE_CHANGED, "user", user_id, details={"old": old, "new": role}) as note:
        note.is_new = accounts.staff_role_change(user_id=user_id, role=role, changed_by_id=actor.user_id)


def deactivate_user(*, actor: StaffActor, user_id: int) -> None:
    """Switch an account off and end its sessions. Raises OwnAccount, LastAdministrator."""
    with recorded(actor, AuditedAction.USER_DEACTIVATED, "user", user_id) as note:
        note.is_new = accounts.staff_deactivate(user_id=user_id, changed_by_id=actor.user_id)


def activate_user(*, actor: StaffActor, user_id: int) -> None:
    """Switch an account on again. Raises OwnAccount."""
    with recorded(actor, AuditedAction.USER_ACTIVATED, "user", user_id) as note:
        note.is_new = accounts.staff_activate(user_id=user_id, changed_by_id=actor.user_id)


def issue_password(*, actor: StaffActor, user_id: int) -> str:
    """Return a new address where this person sets a password, once."""
    with recorded(actor, AuditedAction.USER_PASSWORD_ISSUED, "user", user_id):
        return accounts.password_link(user_id=user_id)


def reset_factors(*, actor: StaffActor, user_id: int) -> None:
    """Forget the second factors of someone who has lost them. Raises OwnAccount."""
    with recorded(actor, AuditedAction.USER_FACTOR_RESET, "user", user_id) as note:
        note.details["count"] = accounts.staff_factors_reset(user_id=user_id, changed_by_id=actor.user_id)
