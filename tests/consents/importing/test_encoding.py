"""Encodings: known for certain or refused."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consents.errors import FileRefused
from consents.importing.files.encoding import encoding_detect
from tests.consents.importing.conftest import sample

TEXT = sample("utf8_comma.csv").decode()


def detect(path: Path, content: bytes) -> str:
    """The encoding, or why there is none."""
    path.write_bytes(content)
    try:
        return encoding_detect(path)
    except FileRefused as error:
        return f"{error.reason} {error.detail}".strip()


@pytest.mark.parametrize("length", [2, 30, 400])
@pytest.mark.parametrize("shape", [str, str.upper, str.title])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16-le", "utf-16-be", "koi8-r", "cp866", "mac-cyrillic"]
)
def test_each_encoding_is_recognised(tmp_path: Path, encoding: str, shape: type[str], length: int) -> None:
    text = shape("".join(TEXT.splitlines(keepends=True)[:length]))

    assert detect(tmp_path / "f", text.encode(encoding)) == encoding


@pytest.mark.parametrize(
    ("mark", "encoding"), [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8")]
)
def test_a_byte_order_mark_is_believed(tmp_path: Path, mark: bytes, encoding: str) -> None:
    content = mark + "ID;Телефон\r\n1;89161234567\r\n".encode(encoding)

    assert detect(tmp_path / "f", content).removesuffix("-sig") == encoding


def test_letters_only_of_latin_are_utf8(tmp_path: Path) -> None:
    assert detect(tmp_path / "f", b"id,phone\n1,89161234567\n") == "utf-8"


def test_utf8_with_one_damaged_letter_is_refused_with_its_line(tmp_path: Path) -> None:
    lines = TEXT.encode().splitlines(keepends=True)
    lines[299] = lines[299].replace("а".encode(), b"\xd0", 1)

    assert detect(tmp_path / "f", b"".join(lines)) == "encoding_damaged 300"


def test_a_byte_that_the_encoding_does_not_know_is_refused(tmp_path: Path) -> None:
    lines = TEXT.encode("cp1251").splitlines(keepends=True)
    lines[9] = lines[9].replace(b";", b"\x98;", 1) if b";" in lines[9] else b"\x98" + lines[9]

    assert detect(tmp_path / "f", b"".join(lines)) == "encoding_damaged 10"


def test_utf16_cut_in_mid_letter_is_refused(tmp_path: Path) -> None:
    assert detect(tmp_path / "f", TEXT.encode("utf-16")[:-1]).startswith("encoding_damaged")


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (b"", "file_empty"),
        (b" \r\n\r\n", "file_empty"),
        (TEXT.encode("utf-32"), "encoding_unknown"),
        (bytes(range(256)) * 50, "file_binary"),
        (b"id;phone\n" + b"x" * 3_000_000, "line_too_long 2"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes, answer: str) -> None:
    assert detect(tmp_path / "f", content) == answer


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(codec="cp1251", exclude_characters="\r\n"), min_size=1, max_size=200))
def test_no_letter_is_ever_lost(tmp_path: Path, text: str) -> None:
    # Whatever the guess is, writing the text back in that encoding gives the very bytes of the file.
    content = text.encode("cp1251")
    found = detect(tmp_path / "f", content)

    if " " not in found and "_" not in found:
        assert content.decode(found).encode(found) == content


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_no_bytes_at_all_make_it_stumble(tmp_path: Path, content: bytes) -> None:
    found = detect(tmp_path / "f", content)

    if " " not in found and "_" not in found:
        content.decode(found)
