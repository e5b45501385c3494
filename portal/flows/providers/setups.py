"""Set-ups of providers: the act and its row in the journal. Rows name fields, never a value of one."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction

from notify.inbound.webhook_keeping import webhook_keep
from notify.kept_secrets.secrets import webhook_secret_rotate, webhook_secret_show
from notify.provider_setups import setup_change, setup_create, setup_view
from notify.providers.checks import SetupCheck, check_store, setup_check
from notify.providers.order import setup_move, setup_remove, setup_switch
from notify.tasks import keep_webhooks
from portal.audit.actor import StaffActor
from portal.audit.acts import AuditedAction
from portal.audit.record import action_record, recorded
from portal.operations.nudges import nudge

KIND = "provider"


def create_provider(*, actor: StaffActor, kind: str, title: str, fields: Mapping[str, str]) -> str:
    """Store a new set-up and return its name. Raises SetupMissing, SetupRefused."""
    with recorded(actor, AuditedAction.PROVIDER_CREATED, KIND) as note:
        note.object_id = name = setup_create(kind=kind, title=title, fields=fields)
        note.details["title"] = setup_view(name=name).title
    nudge(keep_webhooks)
    return name


@transaction.atomic
def change_provider(
    *,
    actor: StaffActor,
    name: str,
    title: str,
    fields: Mapping[str, str],
    per_second: int,
    balance_warn: Decimal | None,
) -> bool:
    """Store the fields of a set-up; False when nothing changed. Raises SetupMissing, SetupRefused."""
    changed = setup_change(name=name, title=title, fields=fields, per_second=per_second, balance_warn=balance_warn)
    if changed:
        action_record(actor, AuditedAction.PROVIDER_CHANGED, KIND, name, details={"fields": sorted(set(changed))})
        nudge(keep_webhooks)
    return bool(changed)


@transaction.atomic
def switch_provider(*, actor: StaffActor, name: str, is_on: bool) -> None:
    """Switch a set-up on or off. Raises SetupMissing."""
    if setup_switch(name=name, is_on=is_on):
        action_record(actor, AuditedAction.PROVIDER_CHANGED, KIND, name, details={"is_on": is_on})


@transaction.atomic
def move_provider(*, actor: StaffActor, name: str, channel: str, is_up: bool) -> None:
    """Change the order of those who carry a channel. Raises SetupMissing."""
    if setup_move(name=name, channel=channel, is_up=is_up):
        place = setup_view(name=name).place
        action_record(actor, AuditedAction.PROVIDER_CHANGED, KIND, name, details={"channel": channel, "place": place})


def remove_provider(*, actor: StaffActor, name: str) -> None:
    """Remove a set-up that is off and was never used. Raises SetupMissing, SetupInUse."""
    with recorded(actor, AuditedAction.PROVIDER_REMOVED, KIND, name):
        setup_remove(name=name)


def check_provider(*, actor: StaffActor, name: str) -> SetupCheck:
    """Look whether a set-up works, outside any transaction, and keep what was found. Raises SetupMissing."""
    found = setup_check(name=name)
    with recorded(actor, AuditedAction.PROVIDER_CHECKED, KIND, name, details={"trouble": found.trouble}):
        check_store(name=name, check=found)
    return found


def rotate_secret(*, actor: StaffActor, name: str) -> bool:
    """Make a new secret of the webhook; the one before stays in force until the next time.

    Return whether the provider has been told by a call; if not, a person enters it there. Raises SetupMissing.
    """
    with recorded(actor, AuditedAction.PROVIDER_SECRET_ROTATED, KIND, name):
        webhook_secret_rotate(name=name)
    return webhook_keep(name=name, is_new=True)


def show_secret(*, actor: StaffActor, name: str) -> str:
    """Return the newest secret of the webhook, once. Raises SetupMissing, SecretShown, SecretUnreadable."""
    with recorded(actor, AuditedAction.PROVIDER_SECRET_SHOWN, KIND, name):
        return webhook_secret_show(name=name)
