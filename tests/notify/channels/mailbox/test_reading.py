"""Letters of real shapes, each read as what it is."""

import random
from base64 import b64encode
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.channels.base import Rejected
from notify.channels.events import Complaint, DeliveryReport, Event, InboundText
from notify.channels.mailbox.reading import letter_read
from notify.channels.mailbox.references import Marks
from notify.channels.mailbox.webhook import MailboxReader, stored_form
from tests.payloads.mail import BOUNCE, DOMAIN, KEY, PERSON, REFERENCE, VERP, complaints, crlf
from tests.payloads.mail.automatic import AUTOMATIC
from tests.payloads.mail.bounces import BOUNCES, Bounce, dsn
from tests.payloads.mail.replies import REPLIES, WITH_FILES, Reply, letter
from tests.support.patience import ended

MARKS = Marks(domain=DOMAIN, bounce_address=BOUNCE, bounce_key=KEY)
SAMPLES = [
    *(bounce.raw for bounce in BOUNCES.values()),
    *AUTOMATIC.values(),
    *(reply.raw for reply in REPLIES.values()),
    complaints.ABUSE,
    WITH_FILES,
]


@pytest.mark.parametrize("sample", BOUNCES.values(), ids=BOUNCES)
def test_a_notice_of_a_mail_system_says_what_became_of_the_message(sample: Bounce) -> None:
    events = letter_read(sample.raw, MARKS)

    if not sample.state:
        assert events == []
        return
    (report,) = events
    assert isinstance(report, DeliveryReport)
    assert (report.state, report.detail, report.address_fault) == (sample.state, sample.detail, sample.fault)
    assert report.reference == REFERENCE


@pytest.mark.parametrize("raw", AUTOMATIC.values(), ids=AUTOMATIC)
def test_what_a_machine_answers_is_skipped(raw: bytes) -> None:
    assert letter_read(raw, MARKS) == []


@pytest.mark.parametrize("sample", REPLIES.values(), ids=REPLIES)
def test_an_answer_comes_without_what_it_quotes(sample: Reply) -> None:
    (text,) = letter_read(sample.raw, MARKS)

    assert isinstance(text, InboundText)
    assert text.text == sample.text
    assert (text.channel, text.account, text.chat) == ("email", PERSON, "")
    assert text.in_reply_to == REFERENCE
    assert text.subject == "Re: Как мы пишем вам"
    assert text.occurred_at == datetime(2026, 11, 30, 9, tzinfo=UTC)


def test_files_are_named_by_their_kinds() -> None:
    (text,) = letter_read(WITH_FILES, MARKS)

    assert isinstance(text, InboundText)
    assert text.attachments == ("image", "file")
    assert text.text == "Вот скан"


@pytest.mark.parametrize("raw", [complaints.ABUSE, complaints.BY_ADDRESS_OF_RETURN, complaints.complaint("fraud")])
def test_a_complaint_names_the_message(raw: bytes) -> None:
    (event,) = letter_read(raw, MARKS)

    assert isinstance(event, Complaint)
    assert event.reference == REFERENCE
    assert not event.is_unsubscribe


def test_a_complaint_may_be_the_wish_to_unsubscribe() -> None:
    (event,) = letter_read(complaints.OPT_OUT, MARKS)

    assert isinstance(event, Complaint)
    assert event.is_unsubscribe


@pytest.mark.parametrize("raw", [complaints.NOT_SPAM, complaints.AUTH_FAILURE, complaints.OF_SOMEBODY_ELSE])
def test_other_feedback_is_skipped(raw: bytes) -> None:
    assert letter_read(raw, MARKS) == []


def test_a_bounce_that_is_forwarded_by_a_person_is_a_letter_of_that_person() -> None:
    attached = dsn(status="5.1.1").decode().replace("\r\n", "\n")
    raw = letter(
        "--f\nContent-Type: text/plain; charset=utf-8\n\nЧто это?\n"
        f"--f\nContent-Type: message/rfc822\n\n{attached}\n--f--",
        content='multipart/mixed; boundary="f"',
    )

    (event,) = letter_read(raw, MARKS)

    assert isinstance(event, InboundText)
    assert event.text == "Что это?"


def test_the_address_of_return_outweighs_what_the_letter_says_of_itself() -> None:
    other = "11111111-2222-4333-8444-555555555555"
    raw = dsn(status="5.1.1", to=VERP, returned=f"Message-ID: <{other}@{DOMAIN}>\n")

    (event,) = letter_read(raw, MARKS)

    assert isinstance(event, DeliveryReport)
    assert event.reference == REFERENCE


def test_a_number_of_another_domain_is_not_ours() -> None:
    raw = letter("Да").replace(DOMAIN.encode() + b">\r\nRef", b"other.example>\r\nRef")
    raw = raw.replace(f"{REFERENCE}@{DOMAIN}".encode(), f"{REFERENCE}@other.example".encode())

    (event,) = letter_read(raw, MARKS)

    assert isinstance(event, InboundText)
    assert event.in_reply_to == ""


def test_a_copy_of_a_letter_has_the_key_of_the_first() -> None:
    raw = letter("Да")
    (first,), (copy,) = letter_read(raw, MARKS), letter_read(b"X-Copy: 1\r\n" + raw, MARKS)
    (other,) = letter_read(raw.replace(b"CAF-1", b"CAF-2"), MARKS)

    assert isinstance(first, InboundText)
    assert isinstance(copy, InboundText)
    assert isinstance(other, InboundText)
    assert first.event_key == copy.event_key != other.event_key
    assert len(first.event_key) <= 120


@pytest.mark.parametrize(
    ("sender", "account"),
    [
        ("Ivan.PETROV@Pochta.Example", "ivan.petrov@pochta.example"),
        ("=?koi8-r?B?6dfBzg==?= <ivan@pochta.example>", "ivan@pochta.example"),
        ("Иван <ivan@почта.рф>", "ivan@xn--80a1acny.xn--p1ai"),
        ('"Петров, Иван" <ivan@pochta.example>', "ivan@pochta.example"),
    ],
)
def test_the_sender_is_written_as_contacts_are(sender: str, account: str) -> None:
    (event,) = letter_read(letter("Да", sender=sender), MARKS)

    assert isinstance(event, InboundText)
    assert event.account == account


@pytest.mark.parametrize(
    "sender", ["иван@pochta.example", "ivan", "@pochta.example", "ivan@..", f"{'я' * 80}@x.example"]
)
def test_a_letter_from_no_usable_address_is_skipped(sender: str) -> None:
    assert letter_read(letter("Да", sender=sender), MARKS) == []


def test_a_letter_from_the_future_came_now() -> None:
    raw = letter("Да").replace(b"30 Nov 2026", b"30 Nov 2099")

    (event,) = letter_read(raw, MARKS)

    assert isinstance(event, InboundText)
    assert event.occurred_at <= datetime.now(UTC) + timedelta(seconds=5)


def test_without_marks_any_number_of_our_shape_counts() -> None:
    (event,) = letter_read(dsn(status="5.1.1"), Marks())

    assert isinstance(event, DeliveryReport)
    assert event.reference == REFERENCE


def test_parts_within_parts_without_end_are_refused() -> None:
    head = "".join(f'Content-Type: multipart/mixed; boundary="b{at}"\n\n--b{at}\n' for at in range(3000))

    with pytest.raises(Rejected, match="unreadable"):
        letter_read(crlf(f"From: a@b.example\n{head}"), MARKS)


@pytest.mark.parametrize(
    "piece", ["<a ", "<", "<!", "<!--", "</a ", '<a x="', "<?", "&", "<blockquote>a", "<style>", "<a@", "x<b>", " <p>"]
)
def test_markup_without_an_end_is_read_in_time(piece: str) -> None:
    raw = letter(piece * 200_000, content="text/html; charset=utf-8")

    (event,) = ended(lambda: letter_read(raw, MARKS))

    assert isinstance(event, InboundText)
    assert len(event.text) <= 20_000


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        ("<p>Да</p><p>нет</p>", "Да\nнет"),
        ("a<b>б</b>в", "aбв"),
        ("5 &lt; 6 &amp; 7&nbsp;8", "5 < 6 & 7 8"),
        ("5 < 6", "5 < 6"),
        ("<!-- скрыто <p> -->видно", "видно"),
        ("<STYLE>p{}</STYLE><Title>т</Title>видно", "видно"),
        ("<head><meta></head>видно<style>хвост", "виднохвост"),
        ("до<br/>после<hr>конец", "до\nпосле\nконец"),
        ("<div>  много \n пробелов </div>", "много пробелов"),
        ("не <b>надо</b> мне", "не надо мне"),
        ("конец<a href=", "конец"),
    ],
)
def test_markup_becomes_lines(marked: str, text: str) -> None:
    (event,) = letter_read(letter(marked, content="text/html; charset=utf-8"), MARKS)

    assert isinstance(event, InboundText)
    assert event.text == text


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    _read(raw)
    _read(b"From: a@b.example\r\n" + raw)
    _read(b"From: a@b.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + raw)
    _read(b'From: a@b.example\r\nContent-Type: multipart/report; boundary="b"\r\n\r\n--b\r\n' + raw)
    _read(b"From: mailer-daemon@b.example\r\nSubject: x\r\n\r\n" + raw)


def test_samples_with_broken_bytes_are_read_or_refused() -> None:
    chance = random.Random(7)
    for _ in range(1500):
        raw = bytearray(chance.choice(SAMPLES))
        for _ in range(chance.randrange(1, 12)):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        cut = chance.randrange(len(raw)) if chance.random() < 0.3 else len(raw)
        _read(bytes(raw[:cut]))


def test_what_is_stored_is_read_to_the_last_byte() -> None:
    raw = REPLIES["koi8"].raw
    reader = MailboxReader(MARKS)
    kept = stored_form(raw).decode("utf-8", "replace").replace("\0", "").encode()

    (event,) = reader.read(kept)

    assert isinstance(event, InboundText)
    assert event.text == REPLIES["koi8"].text
    assert reader.read(b64encode(raw)) == reader.read(stored_form(raw))


@pytest.mark.parametrize("body", [b"", b"not base64!", b"{}", b"AAA", "привет".encode(), b64encode(b"\0\1\2")])
def test_a_body_that_nobody_stored_is_refused(body: bytes) -> None:
    with pytest.raises(Rejected, match="unreadable"):
        MailboxReader(MARKS).read(body)


def test_nobody_calls_a_mailbox() -> None:
    assert not MailboxReader(MARKS).verify({}, stored_form(letter("Да")))


def test_the_key_is_not_in_the_record_of_the_marks() -> None:
    assert KEY.decode() not in repr(MARKS)


def _read(raw: bytes) -> None:
    events: Sequence[Event] = []
    with suppress(Rejected):
        events = letter_read(raw, MARKS)
    for event in events:
        if isinstance(event, InboundText):
            assert "\0" not in event.text + event.subject + event.account
            event.text.encode()
            event.subject.encode()
