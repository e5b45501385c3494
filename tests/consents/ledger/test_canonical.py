"""The bytes that are hashed must be the same for ever, here and in any other implementation of RFC 8785."""

from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consents.errors import EventInvalid
from consents.ledger.canonical import canonical_bytes, canonical_json, canonical_time, commitment
from consents.ledger.event import EVENT_COLUMNS, canonical_event, event_leaf

NAMES = st.text(st.characters(max_codepoint=127), min_size=1, max_size=8)
VALUES = st.none() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(exclude_categories=()))

ROW: dict[str, Any] = {
    "uuid": UUID("0f8fad5b-d9cb-469f-a165-70867728950e"),
    "subject": UUID("7c9e6679-7425-40de-944b-e07fc1f90ae7"),
    "kind": "granted",
    "purpose": "service",
    "channel": "sms",
    "contact": UUID("16fd2706-8baf-433b-82eb-8c7fada847da"),
    "document": "pd_service/sms",
    "document_version": 7,
    "document_sha256": "ab" * 32,
    "operator_profile": 2,
    "level": 1,
    "method": "link+sms_code",
    "actor_kind": "customer",
    "actor": "",
    "touchpoint": "campaign:12/email",
    "answers": None,
    "request_key": "form-1",
    "occurred_at": datetime(2026, 11, 24, 9, 15, 0, 42, tzinfo=UTC),
    "format": 1,
    "commitment": bytes(range(32)),
}
FROZEN = (
    '{"actor":"","actor_kind":"customer","answers":null,"channel":"sms",'
    '"commitment":"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",'
    '"contact":"16fd2706-8baf-433b-82eb-8c7fada847da","document":"pd_service/sms",'
    '"document_sha256":"abababababababababababababababababababababababababababababababab",'
    '"document_version":7,"format":1,"kind":"granted","level":1,"method":"link+sms_code",'
    '"occurred_at":"2026-11-24T09:15:00.000042Z","operator_profile":2,"purpose":"service",'
    '"request_key":"form-1","subject":"7c9e6679-7425-40de-944b-e07fc1f90ae7",'
    '"touchpoint":"campaign:12/email","uuid":"0f8fad5b-d9cb-469f-a165-70867728950e"}'
)


def test_the_canonical_form_of_an_event_is_frozen() -> None:
    assert canonical_event(ROW).decode() == FROZEN
    assert event_leaf(ROW) == sha256(b"\x00" + FROZEN.encode()).digest()


def test_the_canonical_form_covers_every_column_but_the_number_and_the_hash() -> None:
    assert set(ROW) == set(EVENT_COLUMNS)


@pytest.mark.parametrize(
    ("values", "frozen"),
    [
        ({}, "{}"),
        ({"b": 1, "a": None, "B": "", "_": 0, "a1": -7}, '{"B":"","_":0,"a":null,"a1":-7,"b":1}'),
        ({"n": 2**53 - 1, "m": -(2**53) + 1}, '{"m":-9007199254740991,"n":9007199254740991}'),
        ({"t": "\b\t\n\f\r\x00\x1f\x7f"}, '{"t":"\\b\\t\\n\\f\\r\\u0000\\u001f\x7f"}'),
        ({"t": "\"\\/'<>&"}, '{"t":"\\"\\\\/\'<>&"}'),
        ({"t": "Ёж \u2028\u2029\ufeff\U0001f600"}, '{"t":"Ёж \u2028\u2029\ufeff\U0001f600"}'),
    ],
)
def test_the_bytes_of_a_flat_object_are_frozen(values: dict[str, str | int | None], frozen: str) -> None:
    assert canonical_bytes(values) == canonical_json(values) == frozen.encode()


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(NAMES, VALUES))
def test_a_full_implementation_gives_the_same_bytes(values: dict[str, str | int | None]) -> None:
    try:
        expected = canonical_json(values)
    except rfc8785.CanonicalizationError:
        with pytest.raises(EventInvalid):
            canonical_bytes(values)
    else:
        assert canonical_bytes(values) == expected


@pytest.mark.parametrize("value", [2**53, -(2**53), True, 1.5, [], {}, b"", "\ud800"])
def test_a_value_without_a_canonical_form_is_refused(value: Any) -> None:
    with pytest.raises(EventInvalid):
        canonical_bytes({"name": value})


def test_a_name_that_would_sort_in_two_ways_is_refused() -> None:
    with pytest.raises(EventInvalid):
        canonical_bytes({"имя": ""})


def test_a_time_is_written_in_utc_with_all_its_microseconds() -> None:
    moscow = timezone(timedelta(hours=3))

    assert canonical_time(datetime(2026, 1, 1, 2, 30, tzinfo=moscow)) == "2025-12-31T23:30:00.000000Z"


def test_a_commitment_tells_nothing_without_its_salt() -> None:
    personal = {"contact": "+79161234512"}

    assert commitment(b"1" * 32, personal) != commitment(b"2" * 32, personal)
    assert commitment(b"1" * 32, personal) == commitment(b"1" * 32, dict(personal))
