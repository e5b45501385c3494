"""What a visit remembers, as its row keeps it."""

import datetime
import uuid
from typing import Any

import pytest

from consents.enums import ContactKind
from portal.visits.progress import PendingCode, Selection, SignInRequest, VisitProgress, progress_json, progress_read

MOMENT = datetime.datetime(2026, 11, 29, 12, 0, tzinfo=datetime.UTC)
VERIFICATION = uuid.UUID("5e0c7d52-6a3b-4a86-9a5e-0d9c1be1f4a7")

FULL = VisitProgress(
    selection=Selection(channels=("sms",), purposes=("service", "promotion"), since=MOMENT, is_first_way=True),
    later=(4,),
    offers="show",
    returning=True,
    events=(7, 8),
    answered=(("key", "granted"), ("key", "refused")),
    receipt=str(VERIFICATION),
    code=PendingCode(
        verification=VERIFICATION,
        kind=ContactKind.PHONE,
        mask="+7 9•• •••-••-12",
        contact=None,
        expires_at=MOMENT,
        again_at=MOMENT,
    ),
    sign_in=SignInRequest(
        kind=ContactKind.EMAIL, sealed="sealed", mask="i•••@y•••.ru", lock="entrance:1", asked_at=MOMENT, tries=2
    ),
    reached=5,
)
STORED: dict[str, Any] = {
    "wish": {"channels": ["sms"], "purposes": ["service"], "since": "2026-11-29T12:00:00+00:00", "first": False},
    "later": [4],
    "offers": "show",
    "returning": True,
    "events": [7],
    "answered": [["key", "granted"]],
    "receipt": "5e0c7d52-6a3b-4a86-9a5e-0d9c1be1f4a7",
    "code": {
        "verification": "5e0c7d52-6a3b-4a86-9a5e-0d9c1be1f4a7",
        "kind": "phone",
        "mask": "+7 9•• •••-••-12",
        "contact": "",
        "expires_at": "2026-11-29T12:00:00+00:00",
        "again_at": "2026-11-29T12:00:00+00:00",
    },
    "reached": 5,
}
"""A row as the version before this one wrote it."""


def test_what_is_written_is_read_back() -> None:
    assert progress_read(progress_json(FULL)) == FULL


def test_nothing_chosen_is_an_empty_row() -> None:
    assert progress_json(VisitProgress()) == {}
    assert progress_read({}) == VisitProgress()


def test_a_row_of_the_version_before_is_read_and_written_as_it_was() -> None:
    assert progress_json(progress_read(STORED)) == STORED


@pytest.mark.parametrize("further", [{}, {"number_tries": 2}, {"proven": str(VERIFICATION)}])
def test_a_visit_at_the_entrance_survives_an_upgrade(further: dict[str, Any]) -> None:
    stored = {
        "kind": "phone", "sealed": "sealed", "mask": "+7 9•• •••-••-12", "lock": "entrance:1",
        "asked_at": "2026-11-29T12:00:00+00:00", "answered": True, "verification": "", "tries": 1,
    } | further  # fmt: skip

    request = progress_read({"entrance": stored}).sign_in

    assert request is not None
    assert (request.asked_at, request.answered, request.tries) == (MOMENT, True, 1)
    assert (request.number_tries, request.proven) == (further.get("number_tries", 0), further.get("proven", ""))


def test_the_last_answer_with_a_key_counts() -> None:
    assert FULL.answer_given("key") == "refused"
    assert FULL.answer_given("another") == ""
