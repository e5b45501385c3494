"""What is not worth any work is refused before any: large bodies, and what no browser may keep."""

import tempfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from portal.accounts.accounts import password_link
from portal.client import number_asked
from portal.error_pages import MOST_BYTES, UPLOADS
from portal.models.user import Role
from tests.factories.staff import client_of, user_make

pytestmark = pytest.mark.django_db

LARGE = b"x" * (MOST_BYTES + 1)


@pytest.fixture
def spool(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the temporary files that a request made."""
    made: list[str] = []
    real = tempfile.NamedTemporaryFile

    def noticed(*args: object, **values: object) -> object:
        made.append("file")
        return real(*args, **values)  # type: ignore[call-overload]

    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    monkeypatch.setattr("django.core.files.uploadedfile.tempfile.NamedTemporaryFile", noticed)
    return made


def sent(client: Client, address: str, content: bytes = LARGE) -> int:
    """The status of a form with a file, as a browser sends it."""
    return client.post(address, {"file": SimpleUploadedFile("big.csv", content)}).status_code


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/u/" + "A" * 26,
        "/me/code/enter/",
        "/accounts/login/",
        "/accounts/password/reset/",
        "/nowhere/",
        "/i18n/setlang/",
    ],
)
def test_a_stranger_makes_us_write_no_large_body_to_disk(address: str, spool: list[str]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = "a" * 32

    assert sent(client, address) == 413
    assert spool == []


@pytest.mark.parametrize("name", UPLOADS)
def test_an_address_for_files_asks_a_stranger_to_log_in_before_it_reads(name: str, spool: list[str]) -> None:
    address = reverse(name, args=[1] if "campaign" in name else [])

    answer = Client(enforce_csrf_checks=True).post(address, {"file": SimpleUploadedFile("big.csv", LARGE)})

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/staff/")
    assert spool == []


def test_staff_upload_a_large_file_where_files_are_taken_and_nowhere_else(spool: list[str]) -> None:
    client = client_of(user_make(Role.MARKETING))

    assert sent(client, reverse("staff:imports"), LARGE * 3) in (200, 302, 400)
    assert spool == ["file"]
    assert sent(client, reverse("staff:customers")) == 413
    assert spool == ["file"]


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", "text/plain"])
def test_any_other_large_body_is_refused_too(kind: str) -> None:
    assert Client().post("/u/" + "A" * 26, LARGE, content_type=kind).status_code == 413


def test_the_page_says_what_is_too_large_to_whom() -> None:
    page = Client().post("/", LARGE, content_type="text/plain").content.decode()
    assert "Отправлено слишком много" in page

    client = client_of(user_make(Role.MARKETING))
    page = client.post(reverse("staff:customers"), LARGE, content_type="text/plain").content.decode()
    assert "файл с клиентами — до 500 МБ" in page


def test_a_length_that_is_no_number_is_no_fault_of_ours() -> None:
    for said in ("abc", "-1", "9" * 5000, "1e9"):
        answer = Client().post("/webhooks/max/guess", b"{}", content_type="application/json", CONTENT_LENGTH=said)
        assert answer.status_code in (403, 413), said


@pytest.mark.parametrize(
    "path", ["/staff/", "/accounts/login/", "/accounts/2fa/totp/activate/", "/staff/nowhere/", "/accounts/"]
)
@pytest.mark.parametrize("is_known", [True, False])
def test_no_browser_keeps_an_answer_to_staff_nor_its_redirects(path: str, is_known: bool) -> None:
    client = client_of(user_make(Role.ADMINISTRATOR)) if is_known else Client()

    assert "no-store" in client.get(path)["Cache-Control"]


def test_the_redirect_of_a_link_to_a_new_password_is_not_kept() -> None:
    user = user_make(Role.OPERATOR)
    address = password_link(user_id=user.pk)

    answer = Client().get(address[address.index("/accounts/") :])

    assert answer.status_code == 302
    assert "no-store" in answer["Cache-Control"]


def test_the_cookie_of_the_language_is_no_scripts_to_read_and_no_other_sites_to_send() -> None:
    cookie = Client().post("/i18n/setlang/", {"language": "en"}).cookies["django_language"]

    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


@pytest.mark.parametrize("said", ["9" * 5000, "9" * 19, "²", "٣", "-1", "", "1.5", "a\x00"])
def test_what_is_no_number_of_a_row_is_none(said: str) -> None:
    assert number_asked(said) is None
    assert number_asked("17") == 17


@pytest.mark.parametrize(
    "address", ["/staff/register/events/?before=", "/staff/campaigns/new/?copy=", "/sandbox/phone/?box="]
)
def test_a_number_of_thousands_of_digits_in_a_query_is_no_fault_of_ours(address: str) -> None:
    client = client_of(user_make(Role.DPO if "register" in address else Role.MARKETING))
    client.raise_request_exception = False

    assert client.get(address + "9" * 5000).status_code < 500


def test_a_request_that_the_framework_refuses_is_told_so_and_raises_no_alarm(caplog: pytest.LogCaptureFixture) -> None:
    client = client_of(user_make(Role.MARKETING))
    answers = [
        client.get("/staff/campaigns/", headers={"host": "evil.example"}),
        client.post("/staff/campaigns/new/", {f"f{number}": "1" for number in range(3000)}),
        Client().get("/staff/campaigns/?q=" + "%41" * 6000),
        Client().get("/sandbox/?q=" + "%41" * 6000, REMOTE_ADDR="203.0.113.9"),
    ]

    assert [answer.status_code for answer in answers] == [400] * 4
    assert all("Не удалось разобрать запрос" in answer.content.decode() for answer in answers)
    assert [line for line in caplog.records if line.levelname in ("ERROR", "CRITICAL")] == []


def test_a_nul_in_an_address_is_a_request_that_cannot_be_read() -> None:
    client = client_of(user_make(Role.MARKETING))

    assert client.get("/staff/campaigns/?state=a%00b").status_code == 400
