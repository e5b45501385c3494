"""The touchpoint of an event: one value, read and written in one place."""

import pytest

from consents.touchpoint import TouchpointName


@pytest.mark.parametrize(
    ("value", "name", "words"),
    [
        ("campaign:12/email", TouchpointName("email", 12), "кампания № 12, письмо"),
        ("campaign:12/branch", TouchpointName("branch", 12), "кампания № 12"),
        ("campaign:12", TouchpointName("", 12), "кампания № 12"),
        ("entrance", TouchpointName("entrance"), "общий вход"),
        ("branch:7", TouchpointName("branch:7"), "branch:7"),
        ("campaign:012/email", TouchpointName("campaign:012/email"), "campaign:012/email"),
        ("campaign:12/", TouchpointName("campaign:12/"), "campaign:12/"),
        ("", TouchpointName(), ""),
    ],
)
def test_a_value_of_the_ledger_is_read_put_into_words_and_written_back(
    value: str, name: TouchpointName, words: str
) -> None:
    assert TouchpointName.parse(value) == name
    assert str(name) == value
    assert name.words == words
