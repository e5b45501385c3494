"""Letters as bytes, read back by the standard library."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.channels.base import OutboundMessage, Rejected
from notify.channels.smtp.mime import header_words, letter

LONG = "Ё «Длинная» тема письма, которая не помещается в одну строку заголовка, и ещё немного слов 🎉"


def read(**fields: object) -> tuple[bytes, EmailMessage]:
    values: dict[str, object] = {"reference": "7a", "address": "to@example.ru", "text": "Привет", "subject": "Тема"}
    message = OutboundMessage(**(values | fields))  # type: ignore[arg-type]  # the test's own values
    raw = letter(message, sender="noreply@romashka.example", domain="romashka.example")
    return raw, message_from_bytes(raw, policy=default)


def test_both_parts_and_the_headers_come_back_as_they_went_in() -> None:
    _, parsed = read(
        subject=LONG,
        text="Строка\nвторая\n.точка в начале\n",
        html="<p>Ёлка</p>",
        sender_name="Банк «Ромашка», ООО",
        unsubscribe_url="https://romashka.example/u/7K",
        feedback_id="c1:service:770:mostik",
    )

    assert parsed["Subject"] == LONG
    assert parsed["From"].addresses[0].display_name == "Банк «Ромашка», ООО"
    assert parsed["From"].addresses[0].addr_spec == "noreply@romashka.example"
    assert parsed["Message-ID"] == "<7a@romashka.example>"
    assert parsed["List-Unsubscribe"] == "<https://romashka.example/u/7K>"
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert parsed["Feedback-ID"] == "c1:service:770:mostik"
    assert parsed["Auto-Submitted"] is None
    assert parsed["Date"].datetime.tzinfo is not None
    plain, html = parsed.iter_parts()
    assert plain.get_content().replace("\r\n", "\n") == "Строка\nвторая\n.точка в начале\n"
    assert html.get_content() == "<p>Ёлка</p>"
    assert parsed.get_content_type() == "multipart/alternative"


def test_answers_go_where_they_are_read() -> None:
    message = OutboundMessage(reference="7a", address="to@example.ru", text="т", subject="т")
    raw = letter(message, sender="noreply@romashka.example", domain="romashka.example", reply_to="ask@romashka.example")

    assert message_from_bytes(raw)["Reply-To"] == "ask@romashka.example"
    assert read()[1]["Reply-To"] is None


def test_one_click_unsubscribing_is_offered_by_both_headers_or_by_none() -> None:
    """RFC 8058, 3.1: an https address alone in the first, and exactly these words in the second."""
    raw, parsed = read(unsubscribe_url="https://romashka.example/u/7K")
    _, without = read()

    assert raw.count(b"List-Unsubscribe: <https://romashka.example/u/7K>\r\n") == 1
    assert raw.count(b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n") == 1
    assert without["List-Unsubscribe"] is None
    assert without["List-Unsubscribe-Post"] is None
    assert parsed.defects == []


def test_a_long_address_of_unsubscribing_stays_one_address() -> None:
    url = f"https://soobshcheniya.dlinnoe-imya-kompanii.example/u/{'7K' * 40}"

    raw, parsed = read(unsubscribe_url=url)

    assert f"List-Unsubscribe: <{url}>\r\n".encode() in raw
    assert parsed["List-Unsubscribe"] == f"<{url}>"


def test_an_automatic_letter_says_so() -> None:
    _, parsed = read(is_automatic=True)

    assert parsed["Auto-Submitted"] == "auto-generated"


def test_lines_are_short_and_end_as_smtp_wants() -> None:
    raw, _ = read(subject=LONG, text="я" * 5000, html="ю" * 5000)

    lines = raw.split(b"\r\n")
    assert max(len(line) for line in lines) <= 120
    assert not any(line.startswith(b".") for line in lines)
    assert b"\n" not in raw.replace(b"\r\n", b"")


@pytest.mark.parametrize("field", ["subject", "sender_name", "unsubscribe_url", "feedback_id", "address"])
@pytest.mark.parametrize("evil", ["x\r\nBcc: thief@evil.example", "x\nBcc: t", "x\r\n\r\n<html>", "x\0"])
def test_no_field_can_add_a_header(field: str, evil: str) -> None:
    with pytest.raises(Rejected):
        read(**{field: evil})


@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=200))
def test_any_subject_survives_and_no_letter_is_cut_in_the_middle(subject: str) -> None:
    for word in header_words(subject).split("\r\n "):
        assert len(word) <= 76
    _, parsed = read(subject=subject.strip() or "т")
    assert " ".join(parsed["Subject"].split()) == " ".join((subject.strip() or "т").split())
