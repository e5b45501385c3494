"""What an administrator writes down of senders' names: the act and its row in the journal."""

from collections.abc import Mapping
from typing import Any

from notify.sender_names import registry
from notify.sender_names.registry import SenderNameView, sender_name_read
from portal.audit.actor import StaffActor
from portal.audit.acts import AuditedAction
from portal.audit.record import recorded

OBJECT = "sender_name"


def create_sender_name(*, actor: StaffActor, fields: Mapping[str, Any]) -> int:
    """Store a new name and return its number. Raises SenderNameRefused."""
    with recorded(actor, AuditedAction.SENDER_NAME_CREATED, OBJECT) as note:
        note.object_id = sender_name_id = registry.sender_name_create(fields=fields)
        note.details["new"] = _values(sender_name_read(sender_name_id=sender_name_id))
    return sender_name_id


def change_sender_name(*, actor: StaffActor, sender_name_id: int, fields: Mapping[str, Any]) -> None:
    """Store the fields of one name. Raises SenderNameMissing, SenderNameRefused."""
    with recorded(actor, AuditedAction.SENDER_NAME_CHANGED, OBJECT, sender_name_id) as note:
        before = sender_name_read(sender_name_id=sender_name_id)
        registry.sender_name_change(sender_name_id=sender_name_id, fields=fields)
        after = sender_name_read(sender_name_id=sender_name_id)
        note.details |= {"old": _values(before), "new": _values(after)}
        note.is_new = after != before


def add_template(*, actor: StaffActor, sender_name_id: int, text: str, is_approved: bool) -> None:
    """Store a template of a name. Raises SenderNameMissing, SenderNameRefused."""
    with recorded(actor, AuditedAction.SENDER_TEMPLATE_ADDED, OBJECT, sender_name_id) as note:
        note.details["is_approved"] = is_approved
        note.details["template"] = registry.template_add(
            sender_name_id=sender_name_id, text=text, is_approved=is_approved
        )


def approve_template(*, actor: StaffActor, sender_name_id: int, template_id: int, is_approved: bool) -> None:
    """Write down whether the operator has approved a template. Raises SenderNameMissing."""
    details = {"template": template_id, "is_approved": is_approved}
    with recorded(actor, AuditedAction.SENDER_TEMPLATE_CHANGED, OBJECT, sender_name_id, details=details):
        registry.template_approve(sender_name_id=sender_name_id, template_id=template_id, is_approved=is_approved)


def remove_template(*, actor: StaffActor, sender_name_id: int, template_id: int) -> None:
    """Remove a template of a name."""
    details = {"template": template_id}
    with recorded(actor, AuditedAction.SENDER_TEMPLATE_REMOVED, OBJECT, sender_name_id, details=details):
        registry.template_remove(sender_name_id=sender_name_id, template_id=template_id)


def _values(view: SenderNameView) -> dict[str, Any]:
    """Return the fields of a name for the journal."""
    return {
        "provider": view.provider,
        "sender_name": view.name,
        "operator": view.operator.value,
        "traffic": view.traffic.value,
        "state": view.state.value,
        "valid_until": view.valid_until.isoformat() if view.valid_until else "",
    }
