"""What a member of staff does with the contacts for their own tests: the act and its row in the journal."""

from consents.enums import ContactKind
from notify import tasks
from notify.links.staff_tokens import staff_token_account, staff_token_issue
from portal.accounts import own_contacts
from portal.accounts.own_contacts import CodeOutcome
from portal.audit.actor import StaffActor
from portal.audit.acts import AuditedAction
from portal.audit.record import recorded
from portal.operations.nudges import nudge

OBJECT = "test_contact"


def ask_phone_code(*, actor: StaffActor, phone: str) -> None:
    """Send a code to a phone that the person names. Raises StaffContactRefused."""
    with recorded(actor, AuditedAction.TEST_CONTACT_ASKED, OBJECT, ContactKind.PHONE.value):
        own_contacts.phone_code_ask(user_id=actor.user_id, phone=phone)
        nudge(tasks.send_transactional)


def enter_phone_code(*, actor: StaffActor, code: str) -> CodeOutcome:
    """Try the code; every try is recorded with what came of it."""
    with recorded(actor, AuditedAction.TEST_CONTACT_TRIED, OBJECT, ContactKind.PHONE.value) as note:
        outcome = own_contacts.phone_code_enter(user_id=actor.user_id, code=code)
        note.details["is_right"] = outcome == "ok"
    return outcome


def invite_max(*, actor: StaffActor) -> None:
    """Make a link by which the person opens the bot; an earlier one ends."""
    with recorded(actor, AuditedAction.TEST_CONTACT_ASKED, OBJECT, ContactKind.MAX.value):
        staff_token_issue(user_id=actor.user_id)


def take_max(*, actor: StaffActor) -> bool:
    """Keep the account that has opened the bot by the link; False when none has, and nothing is recorded."""
    if staff_token_account(user_id=actor.user_id) is None:
        return False
    with recorded(actor, AuditedAction.TEST_CONTACT_TRIED, OBJECT, ContactKind.MAX.value) as note:
        note.details["is_right"] = is_taken = own_contacts.max_take(user_id=actor.user_id)
    return is_taken


def remove_own_contact(*, actor: StaffActor, kind: ContactKind) -> None:
    """Forget a contact for tests."""
    with recorded(actor, AuditedAction.TEST_CONTACT_REMOVED, OBJECT, kind.value):
        own_contacts.own_contact_remove(user_id=actor.user_id, kind=kind)
