"""A letter from anybody: no header of it, nor of its parts, is longer than what one can read."""

from notify.channels.mailbox.letters import HEADER_LIMIT, letter_of

ENDLESS = "@" * 300_000


def test_of_an_endless_header_only_the_beginning_is_read() -> None:
    letter = letter_of(
        f"From: {ENDLESS}\r\nTo: a@bank.example\r\nSubject: =?utf-8?b?0J/RgNC40LLQtdGC?=\r\n\r\n".encode()
    )

    assert letter.header("From") == "@" * HEADER_LIMIT
    assert letter.addresses("To") == ["a@bank.example"]
    assert letter.header("Subject") == "Привет"


def test_headers_of_its_parts_are_no_longer() -> None:
    raw = (
        "Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: {ENDLESS}\r\n\r\n--b--\r\n"
    )

    found = [value for part in letter_of(raw.encode()).message.walk() for _, value in part.raw_items()]

    assert max(map(len, found)) == HEADER_LIMIT
