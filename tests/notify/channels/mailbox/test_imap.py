"""Letters over IMAP: each is given until it is done, whatever happens to the connection."""

import ssl
from collections.abc import Iterator
from dataclasses import replace

import pytest

from notify.channels.base import Misconfigured, TemporarilyUnavailable
from notify.channels.mailbox import imap
from notify.channels.mailbox.imap import Mailbox, MailboxConf
from notify.channels.mailbox.provider import MAILBOX, mailbox_of
from notify.channels.mailbox.reading import letter_read
from notify.channels.mailbox.references import Marks
from notify.channels.setup import SetupValues
from portal.laptop.fakes.imap import ImapFake
from tests.payloads.mail.replies import REPLIES, letter
from tests.support.patience import ended


@pytest.fixture
def fake() -> Iterator[ImapFake]:
    with ImapFake() as running:
        yield running


def conf_for(fake: ImapFake) -> MailboxConf:
    return MailboxConf(
        host="127.0.0.1", port=fake.port, security="none", user="bounce", password="secret", done_folder="Готово"
    )


@pytest.fixture
def mailbox(fake: ImapFake) -> Iterator[Mailbox]:
    box = Mailbox(conf_for(fake))
    yield box
    box.close()


def raws(mailbox: Mailbox, limit: int = 10) -> list[bytes]:
    return [raw for _, raw in mailbox.read_new(limit)]


def deliver(fake: ImapFake, count: int) -> list[bytes]:
    letters = [letter(f"Письмо {at}", charset="koi8-r", content="text/plain; charset=koi8-r") for at in range(count)]
    for one in letters:
        fake.deliver(one)
    return letters


def done_folder(fake: ImapFake) -> list[bytes]:
    (name,) = [name for name in fake.folders if name != "INBOX"]
    return fake.named(name)


def test_letters_come_as_they_are_the_oldest_first(mailbox: Mailbox, fake: ImapFake) -> None:
    letters = deliver(fake, 5)

    assert raws(mailbox) == letters
    assert raws(mailbox, 2) == letters[:2]


def test_nothing_is_marked_or_moved_before_it_is_done(mailbox: Mailbox, fake: ImapFake) -> None:
    letters = deliver(fake, 3)

    assert raws(mailbox) == raws(mailbox) == letters
    assert [one.flags for one in fake.folders["INBOX"]] == [set(), set(), set()]


@pytest.mark.parametrize("able", [("MOVE", "UIDPLUS"), ("UIDPLUS",), ()])
def test_a_done_letter_lies_in_its_folder_and_comes_no_more(
    mailbox: Mailbox, fake: ImapFake, able: tuple[str, ...]
) -> None:
    fake.able = able
    letters = deliver(fake, 3)

    names = [name for name, _ in mailbox.read_new(10)]
    mailbox.done(names[1])
    mailbox.done(names[1])

    assert raws(mailbox) == [letters[0], letters[2]]
    assert letters[1] in done_folder(fake)
    assert len(set(done_folder(fake))) == 1


@pytest.mark.parametrize("able", [("MOVE", "UIDPLUS"), ("UIDPLUS",), ()])
@pytest.mark.parametrize("has_folder", [True, False])
def test_what_others_have_marked_as_deleted_stays(fake: ImapFake, able: tuple[str, ...], has_folder: bool) -> None:
    fake.able = able
    foreign = fake.deliver(b"Subject: kept\r\n\r\n", flags=(r"\Deleted",))
    deliver(fake, 1)
    box = Mailbox(conf_for(fake) if has_folder else replace(conf_for(fake), done_folder=""))

    for name, _ in box.read_new(10):
        box.done(name)
    box.close()

    assert foreign in [one.uid for one in fake.folders["INBOX"]]
    assert "EXPUNGE" not in fake.commands


def test_without_a_folder_a_done_letter_is_marked_as_read(fake: ImapFake) -> None:
    box = Mailbox(replace(conf_for(fake), done_folder=""))
    letters = deliver(fake, 2)

    names = [name for name, _ in box.read_new(10)]
    box.done(names[0])

    assert raws(box) == [letters[1]]
    assert fake.named("INBOX") == letters
    box.close()


def test_a_name_from_before_the_server_numbered_anew_puts_nothing_away(mailbox: Mailbox, fake: ImapFake) -> None:
    letters = deliver(fake, 1)
    ((name, _),) = mailbox.read_new(10)
    mailbox.close()
    fake.validity += 1
    list(mailbox.read_new(10))

    mailbox.done(name)

    assert raws(mailbox) == letters


@pytest.mark.parametrize("command", ["UID SEARCH", "UID FETCH", "UID MOVE"])
def test_a_connection_that_the_server_has_closed_is_made_anew(mailbox: Mailbox, fake: ImapFake, command: str) -> None:
    letters = deliver(fake, 3)
    mailbox.open()
    fake.drop_on[command] = 1

    seen = []
    for _ in range(2):
        try:
            for name, raw in mailbox.read_new(10):
                mailbox.done(name)
                seen.append(raw)
        except TemporarilyUnavailable:
            continue

    assert seen == letters
    assert sorted(done_folder(fake)) == sorted(letters)


def test_a_connection_lost_between_two_letters_loses_none(mailbox: Mailbox, fake: ImapFake) -> None:
    letters = deliver(fake, 4)
    fake.drop_on["UID FETCH"] = 5
    got: list[bytes] = []

    def work() -> None:
        for name, raw in mailbox.read_new(10):
            got.append(raw)
            mailbox.done(name)

    with pytest.raises(TemporarilyUnavailable, match="connection_lost"):
        work()

    assert got == letters[:2]
    assert raws(mailbox) == letters[2:]


def test_a_letter_that_the_server_cannot_give_does_not_hold_up_the_others(mailbox: Mailbox, fake: ImapFake) -> None:
    letters = deliver(fake, 3)
    fake.broken.add(2)

    assert raws(mailbox) == [letters[0], letters[2]]


def test_of_a_very_long_letter_the_beginning_is_read(
    mailbox: Mailbox, fake: ImapFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "LETTER_BYTES", 20_000)
    monkeypatch.setattr(imap, "HEAD_BYTES", 5_000)
    body = "Стоп\n--b\nContent-Type: image/jpeg\nContent-Disposition: attachment\n\n" + "QUJD" * 30_000
    head = "--b\nContent-Type: text/plain; charset=utf-8\n\n"
    fake.deliver(letter(head + body, content='multipart/mixed; boundary="b"'))

    (raw,) = raws(mailbox)
    (event,) = letter_read(raw, Marks())

    assert len(raw) == 5_000
    assert (event.text, event.attachments) == ("Стоп", ("image",))  # type: ignore[union-attr]  # an InboundText


def test_a_server_that_lies_about_a_size_sends_no_more_than_asked_for(
    mailbox: Mailbox, fake: ImapFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "LETTER_BYTES", 2_000)
    fake.sizes[fake.deliver(letter("x" * 100_000))] = 10

    (raw,) = raws(mailbox)

    assert len(raw) == 2_000


def test_a_wrong_password_is_our_fault(fake: ImapFake) -> None:
    with pytest.raises(Misconfigured, match="login"):
        Mailbox(replace(conf_for(fake), password="wrong")).open()
    assert "wrong" not in repr(replace(conf_for(fake), password="wrong"))


@pytest.mark.parametrize(
    "answer", ["NO [UNAVAILABLE] directory is down", "NO [ALERT] Too many simultaneous connections"]
)
def test_a_login_that_is_refused_for_now_is_temporary(fake: ImapFake, answer: str) -> None:
    fake.login_answer = answer

    with pytest.raises(TemporarilyUnavailable):
        Mailbox(conf_for(fake)).open()


def test_a_folder_that_is_not_there_is_our_fault(fake: ImapFake) -> None:
    with pytest.raises(Misconfigured, match="no_folder"):
        Mailbox(replace(conf_for(fake), folder="Возвраты")).open()


def test_a_password_with_quotes_and_slashes_gets_through(fake: ImapFake) -> None:
    fake.password = 'a"b\\c d'

    box = Mailbox(replace(conf_for(fake), password=fake.password))
    box.open()
    box.close()


def test_a_server_that_is_not_there_is_temporary(fake: ImapFake) -> None:
    conf = conf_for(fake)
    fake.stop()

    with pytest.raises(TemporarilyUnavailable, match="no_connection"):
        Mailbox(conf).open()


def test_a_server_that_says_nothing_is_temporary(
    mailbox: Mailbox, fake: ImapFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "STEP_SECONDS", 0.3)
    deliver(fake, 1)
    fake.mute = True

    with pytest.raises(TemporarilyUnavailable):
        ended(lambda: raws(mailbox))


def test_starttls_that_the_server_does_not_offer_is_our_fault(fake: ImapFake) -> None:
    with pytest.raises(Misconfigured, match="tls"):
        Mailbox(replace(conf_for(fake), security="starttls")).open()


def test_tls_that_the_server_does_not_speak_is_our_fault(fake: ImapFake) -> None:
    with pytest.raises((Misconfigured, TemporarilyUnavailable)):
        Mailbox(replace(conf_for(fake), security="tls")).open()


def test_a_certificate_that_nobody_vouches_for_is_our_fault(fake: ImapFake, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_args: object, **_kwargs: object) -> None:
        raise ssl.SSLCertVerificationError

    monkeypatch.setattr(imap, "MailBox", refused)

    with pytest.raises(Misconfigured, match="tls"):
        Mailbox(replace(conf_for(fake), security="tls")).open()


def values(fake: ImapFake, **fields: str) -> SetupValues:
    given = {one.name: one.default for one in MAILBOX.fields} | {
        "host": "127.0.0.1", "port": str(fake.port), "security": "none", "user": "bounce", "password": "secret",
    }  # fmt: skip
    return SetupValues(name="mailbox-1", values=given | fields)


def test_a_set_up_gives_the_mailbox_and_the_reader(fake: ImapFake) -> None:
    raw = REPLIES["no_quotation"].raw
    fake.deliver(raw)
    box, provider = mailbox_of(values(fake)), MAILBOX.make(values(fake))

    ((name, read),) = box.read_new(5)
    box.done(name)
    box.close()

    assert read == raw
    assert fake.named("Mostik") == [raw]
    assert provider.name == "mailbox-1"
    assert (provider.channels, provider.adapter) == ((), None)
    assert provider.webhook is not None


def test_an_address_of_return_that_cannot_work_is_refused(fake: ImapFake) -> None:
    setup = replace(values(fake), bounce_address="b+c@romashka.example", bounce_key=b"key")

    with pytest.raises(Misconfigured):
        MAILBOX.make(setup)


@pytest.mark.parametrize("fields", [{"security": "any"}, {"port": "imap"}])
def test_values_that_name_no_server_are_refused(fake: ImapFake, fields: dict[str, str]) -> None:
    with pytest.raises(Misconfigured):
        mailbox_of(values(fake, **fields))
