"""Codes under parallel requests with connections of their own: guesses are never free, codes never many."""

from collections import Counter
from functools import partial
from uuid import UUID

import pytest

from consents.errors import TooSoon
from consents.models import ContactPoint, Verification
from consents.verification.confirming import code_enter, code_for_sending, code_issue
from tests.factories.consents import ContactPointFactory
from tests.support.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

SESSION = "session-of-the-browser"


def issue(contact: ContactPoint, lock_key: str = "link:1") -> UUID | None:
    try:
        return code_issue(
            customer_id=contact.customer_id,
            kind=contact.kind,
            target_value=contact.value,
            is_new_contact=False,
            session_key=SESSION,
            lock_key=lock_key,
        ).verification_uuid
    except TooSoon:
        return None


def right(verification: UUID) -> str:
    sent = code_for_sending(verification_uuid=verification)
    assert sent is not None
    return sent[0]


def wrong(verification: UUID) -> str:
    return f"{(int(right(verification)) + 1) % 10**6:06}"


def enter(verification: UUID, code: str) -> str:
    return code_enter(verification_uuid=verification, session_key=SESSION, code=code).outcome


def test_of_a_hundred_wrong_guesses_at_once_three_are_evaluated() -> None:
    verification = issue(ContactPointFactory())
    assert verification is not None
    given = wrong(verification)

    outcomes = Counter(at_once([lambda: enter(verification, given)] * 100))

    assert outcomes == {"wrong": 3, "spent": 97}
    assert Verification.objects.get().tries == 3


def test_of_many_right_codes_at_once_one_is_taken() -> None:
    verification = issue(ContactPointFactory())
    assert verification is not None
    given = right(verification)

    outcomes = Counter(at_once([lambda: enter(verification, given)] * 40))

    assert outcomes == {"ok": 1, "spent": 39}


def test_guesses_over_all_codes_of_a_link_stop_at_ten() -> None:
    found = [issue(ContactPointFactory()) for _ in range(5)]
    codes = [(verification, wrong(verification)) for verification in found if verification]

    outcomes = Counter(at_once([partial(enter, *pair) for pair in codes for _ in range(8)]))

    assert outcomes["wrong"] == 10
    assert outcomes["ok"] == 0


def test_fifty_requests_at_once_make_one_code() -> None:
    phone = ContactPointFactory()

    made = at_once([lambda: issue(phone)] * 50)

    assert len([one for one in made if one]) == 1
    assert Verification.objects.count() == 1


def test_requests_from_many_links_for_one_shared_contact_make_one_code() -> None:
    first = ContactPointFactory()
    people = [first, *(ContactPointFactory(value=first.value) for _ in range(19))]

    made = at_once([partial(issue, people[at], f"link:{at}") for at in range(20)])

    assert len([one for one in made if one]) == 1
