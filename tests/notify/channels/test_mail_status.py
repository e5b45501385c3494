"""What a refusal says of an address."""

import pytest

from notify.channels.mail_status import FAULTS, fault_of, is_about_us, status_in


@pytest.mark.parametrize(("status", "fault"), FAULTS.items())
def test_each_code_of_the_table_counts_whatever_the_words(status: str, fault: str) -> None:
    assert fault_of(status) == fault_of(status, "spam, sender, policy") == fault


@pytest.mark.parametrize(
    "status", ["5.1.7", "5.1.8", "5.3.4", "5.5.2", "5.6.1", "5.7.1", "5.7.26", "5.2.3", "4.7.1", "4.1.8"]
)
def test_letter_policy_and_sender_say_nothing_of_the_address(status: str) -> None:
    assert fault_of(status, "mailbox full") == ""


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("550 No such user here", "dead"),
        ("550 User unknown", "dead"),
        ("550 <ivan@x.example>: Recipient address rejected: User unknown in local recipient table", "dead"),
        ("550 Unrouteable address", ""),
        ("550 invalid mailbox. Local mailbox ivan is unavailable: user not found", "dead"),
        ("550 Account is disabled", "dead"),
        ("550 Пользователь не найден", "dead"),
        ("550 Почтовый ящик отключён", "dead"),
        ("552 Mailbox full", "soft"),
        ("552 user over quota", "soft"),
        ("550 mailbox unavailable", "soft"),
        ("550 spam message rejected, user not found", ""),
        ("550 Your account is disabled", ""),
        ("550 Sender address rejected: Domain not found", ""),
        ("550 blocked by blacklist", ""),
        ("550 Отправитель заблокирован", ""),
        ("550 no", ""),
        ("", ""),
    ],
)
def test_words_count_where_the_code_says_nothing(words: str, fault: str) -> None:
    for status in ("", "5.0.0", "5.5.0"):
        assert fault_of(status, words) == fault


def test_yandex_says_of_a_missing_mailbox_that_it_is_policy() -> None:
    assert fault_of("5.7.1", "550 5.7.1 No such user!") == "dead"
    assert fault_of("5.7.1", "550 5.7.1 user unknown to our spam policy") == ""


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("smtp; 550 5.1.1 no", "5.1.1"),
        ("550-5.1.10 not", "5.1.10"),
        ("(#5.2.2)", "5.2.2"),
        ("from 192.0.5.1.1", ""),
        ("Exim 4.96.2", ""),
        ("5.1.1.7", ""),
        ("", ""),
    ],
)
def test_a_code_among_words_is_found_and_nothing_else(words: str, status: str) -> None:
    assert status_in(words) == status


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("5.7.1", "<a@b.ru>: Relay access denied"),
        ("5.7.1", "Unable to relay"),
        ("5.7.1", "relaying denied"),
        ("", "relay not permitted"),
        ("", "sorry, that domain isn't in my list of allowed rcpthosts"),
        ("5.7.1", "Sender address rejected: not owned by user bank"),
        ("5.7.1", "Client host rejected: Access denied"),
        ("", "not local sender over smtp"),
        ("5.7.60", "SMTP; Client does not have permissions to send as this sender"),
        ("5.7.26", "Unauthenticated email is not accepted"),
        ("5.7.606", "Access denied, banned sending IP"),
        ("5.1.8", "Sender domain not found"),
    ],
)
def test_a_refusal_of_us_is_told_from_one_of_a_letter(status: str, words: str) -> None:
    assert is_about_us(status, words)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("5.7.1", "Message rejected as spam by content filtering"),
        ("5.7.1", "No such user!"),
        ("5.7.12", "sender not authenticated by the recipient's organisation"),
        ("5.7.2", "mailing list expansion prohibited"),
        ("5.1.1", "no such user"),
        ("5.2.2", "mailbox full"),
        ("", "550 mailbox unavailable"),
    ],
)
def test_a_refusal_of_one_letter_or_recipient_is_not_of_us(status: str, words: str) -> None:
    assert not is_about_us(status, words)
