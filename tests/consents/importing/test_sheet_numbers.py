"""Numbers of a sheet as a person would write them, by the rule and by the quick way for whole ones."""

import math
from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from consents.importing.files.sheet_book import EXACT_DIGITS, number_text
from consents.importing.files.sheet_errors import UNKNOWN


@given(st.floats() | st.integers(-(10**16), 10**16).map(float) | st.integers(0, 10**12).map(lambda n: n / 10))
@example(-0.0)
@example(1e15)
@example(999_999_999_999_999.0)
@example(-999_999_999_999_999.0)
def test_a_number_is_written_out_as_its_shortest_decimal(number: float) -> None:
    expected = UNKNOWN
    if math.isfinite(number):
        exact = Decimal(repr(number)).normalize()
        expected = format(exact, "f" if -40 <= exact.adjusted() < EXACT_DIGITS else "E")

    assert number_text(number) == expected
