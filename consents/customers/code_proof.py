"""What a rightly entered code proves, and what evidence says of it."""

from datetime import datetime
from uuid import UUID

from consents.conf import PROOF_AGE
from consents.database.clock import database_now
from consents.errors import CodeNotForContact
from consents.ledger.canonical import canonical_time
from consents.models import Verification


def verification_proven(*, verification_uuid: UUID | str, now: datetime | None = None) -> Verification:
    """Return the row of a code that was entered rightly not long ago. Raises CodeNotForContact."""
    since = (now or database_now()) - PROOF_AGE
    proof = Verification.objects.filter(uuid=verification_uuid, spent_at__gt=since).first()
    if proof is None:
        raise CodeNotForContact("no code was entered rightly")
    return proof


def code_facts(verification: Verification) -> dict[str, str]:
    """Return what evidence says of a code: its number, when it was made and entered, and the tries; never the code.

    The number leads to the message that carried it and, with the key of codes, to the code itself.
    """
    facts = {
        "verification": str(verification.uuid),
        "code_issued_at": canonical_time(verification.created_at),
        "code_tries": str(verification.tries),
    }
    if verification.spent_at is not None:
        facts["code_entered_at"] = canonical_time(verification.spent_at)
    return facts
