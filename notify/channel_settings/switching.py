"""What the administrator decides about a channel: open or closed, its pace, the contract with the platform."""

from django.db import transaction

from consents.enums import Channel
from notify.errors import ContractMissing
from notify.models import ChannelSetting


@transaction.atomic
def channel_change(
    *, channel: str, is_open: bool, per_second: int, contract: bool = False, contract_note: str = ""
) -> bool:
    """Store the settings of one channel; the gate of the next message asks them. False when nothing changed.

    A closed channel holds back campaigns, notices and tests. One-time codes pass it: people cannot come in without.
    A contract is kept where the platform asks for one, and only with a note that says which. Raises `ContractMissing`.
    """
    needs_contract = Channel(channel).spec.needs_contract
    has_contract = contract and needs_contract
    if has_contract and not contract_note.strip():
        raise ContractMissing
    wanted = {
        "is_open": is_open,
        "per_second": per_second,
        "contract": has_contract,
        "contract_note": contract_note.strip() if needs_contract else "",
    }
    row, _ = ChannelSetting.objects.select_for_update().get_or_create(channel=Channel(channel).value)
    if {name: getattr(row, name) for name in wanted} == wanted:
        return False
    ChannelSetting.objects.filter(pk=row.pk).update(**wanted)
    return True
