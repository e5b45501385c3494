"""Lists of outcomes as people have them."""

from uuid import UUID

from notify.outbox.watching.outcome_files import outcomes_read

ONE = UUID("0b1f8a52-3a51-4f0e-9d52-0d6f6f9c9c01")
TWO = UUID("0b1f8a52-3a51-4f0e-9d52-0d6f6f9c9c02")
THREE = UUID("0b1f8a52-3a51-4f0e-9d52-0d6f6f9c9c03")


def test_a_plain_list_takes_the_outcome_of_the_whole() -> None:
    read = outcomes_read([f"{ONE}\n", "\n", f"  {TWO}\r\n"], default="accepted")

    assert read.outcomes == {ONE: "accepted", TWO: "accepted"}
    assert read.without_reference == 0


def test_a_csv_names_the_outcome_of_each() -> None:
    lines = ["\ufeffНомер;Исход", f"{ONE};ушло", f'"{TWO}";"Не ушло"', f"{THREE},accepted"]

    read = outcomes_read(lines, default="failed")

    assert read.outcomes == {ONE: "accepted", TWO: "failed", THREE: "accepted"}
    assert read.without_reference == 1


def test_lines_of_a_mail_server_hold_the_reference_in_their_message_id() -> None:
    lines = [
        f"Nov 29 12:00:01 mx postfix/cleanup[77]: 4XyZ: message-id=<{ONE}@bank.example>",
        "Nov 29 12:00:02 mx postfix/qmgr[78]: 4XyZ: from=<mail@bank.example>, size=2048",
        f"2026-11-29 12:00:03 1abc-0004 <= mail@bank.example id={str(TWO).upper()}@bank.example",
    ]

    read = outcomes_read(lines, default="accepted")

    assert read.outcomes == {ONE: "accepted", TWO: "accepted"}
    assert read.without_reference == 1


def test_two_outcomes_for_one_message_settle_nothing_about_it() -> None:
    read = outcomes_read([f"{ONE};ушло", f"{ONE};не ушло", f"{TWO};ушло;не ушло", f"{THREE};ушло"])

    assert read.outcomes == {THREE: "accepted"}
    assert read.contradicting == (ONE, TWO)


def test_a_message_without_an_outcome_is_named() -> None:
    read = outcomes_read([f"{ONE};ушло", str(TWO)])

    assert read.outcomes == {ONE: "accepted"}
    assert read.without_outcome == (TWO,)


def test_a_longer_run_of_digits_is_no_reference() -> None:
    assert outcomes_read([f"{ONE}-77", f"a{TWO}"], default="accepted").outcomes == {}
