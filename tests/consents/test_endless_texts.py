"""A cell of a file or a text of a customer without an end is read once: no pattern tries every place with every end."""

import subprocess
import sys
from pathlib import Path

import pytest

from consents.errors import BadValue
from consents.importing.files.number_formats import number_format
from consents.normalise import PASTED_LIMIT, email_normalise, phone_normalise
from consents.register.spreadsheet import cell_guard
from tests.support.patience import PATIENCE_S

ROOT = Path(__file__).parents[2]
PIECES = ("@", "a@", ", ", " \n", "1-", "%41", "0", "0#", "[", "a", "1 ")
PROGRAM = f"""
import contextlib
from consents.errors import BadValue
from consents.importing.files.number_formats import number_format
from consents.normalise import email_normalise, phone_normalise
from consents.normalise.emails import email_tidy
from consents.register.spreadsheet import cell_guard

for piece in {PIECES!r}:
    for before, behind in (("", ""), ("1", "!"), ("(", "z"), ("<a@", "!")):
        for read in (email_normalise, email_tidy, phone_normalise, cell_guard, number_format):
            with contextlib.suppress(BadValue):
                read(before + piece * (100_000 // len(piece)) + behind)
"""


def test_an_endless_text_is_read_once() -> None:
    subprocess.run([sys.executable, "-c", PROGRAM], check=True, timeout=PATIENCE_S, cwd=ROOT)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("9161234567" + " " * 400 + "x", "phone_letters"), ("9161234567" + " " * 400 + "1", "phone_malformed")],
)
def test_more_than_a_number_is_no_number(text: str, reason: str) -> None:
    with pytest.raises(BadValue) as refused:
        phone_normalise(text)

    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("text", "reason"), [("a" * PASTED_LIMIT + "@b.ru", "email_too_long"), ("a@b.ru, " * 60, "email_several")]
)
def test_more_than_an_address_is_no_address(text: str, reason: str) -> None:
    with pytest.raises(BadValue) as refused:
        email_normalise(text)

    assert refused.value.reason == reason


def test_a_long_text_is_guarded_as_before() -> None:
    assert cell_guard("1" * 255) == f'="{"1" * 255}"'
    assert cell_guard("1" * 256) == "1" * 256
    assert cell_guard("=" + "1" * 256) == "'=" + "1" * 256


def test_a_format_is_read_up_to_the_length_that_a_spreadsheet_takes() -> None:
    assert number_format("0" * 255) is not None
    assert number_format("0" * 256) is None
    assert number_format("0# (0)") is not None
    assert number_format("#0") is None
