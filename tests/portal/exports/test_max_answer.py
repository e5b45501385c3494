"""What is answered to MAX about one user of the bot: what the package holds and keeps to itself, what is recorded."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pypdf import PdfReader
from pytest_django.fixtures import Settings

from consents.customers.messenger_accounts import account_link, account_unlink
from consents.enums import ContactKind, EventKind, Purpose
from consents.ledger.tree.sealing import ledger_seal
from consents.ledger.tree.signing import key_create
from consents.models import ContactPoint, Customer
from notify.models import AccountDialogue
from portal.exports.jobs import export_fetch, export_make
from portal.exports.kinds import ExportKind
from portal.models import ExportJob, StaffAction, User
from portal.models.user import Role
from tests.factories.consents import ContactPointFactory, answer_make, circumstances_make, company_make
from tests.factories.notify import campaign_running
from tests.factories.staff import client_of, user_make

pytestmark = pytest.mark.django_db
ADDRESS = "/staff/register/max/"
ACCOUNT = "212885693"
NAME = "Ёлкина Маргарита"


@pytest.fixture(autouse=True)
def _own_key(own_files: None, settings: Settings, tmp_path: Path) -> None:
    settings.SEAL_KEY_FILE = tmp_path / "secrets" / "seal.pem"
    key_create(settings.SEAL_KEY_FILE)


@pytest.fixture
def dpo() -> User:
    company_make()
    return user_make(Role.DPO)


@pytest.fixture
def customer(dpo: User) -> Customer:
    """Somebody who has linked MAX, said yes to service and no to advertising there, and has a phone besides."""
    phone = ContactPointFactory(customer__name=NAME, confirmed=True, value="+79161234567")
    owner: Customer = phone.customer
    answer_make(phone, Purpose.SERVICE)
    how = circumstances_make(method="link+max_bot", request_key="link")
    account_link(customer_id=owner.pk, kind=ContactKind.MAX, account=ACCOUNT, chat="7", circumstances=how)
    account = ContactPoint.objects.get(customer=owner, kind=ContactKind.MAX)
    answer_make(account, Purpose.SERVICE)
    answer_make(account, Purpose.ADVERTISING, kind=EventKind.REFUSED)
    AccountDialogue.objects.create(channel="max", account=ACCOUNT, chat="7", is_open=True, changed_at=timezone.now())
    return owner


def asked(dpo: User, account: str = ACCOUNT, **changes: str) -> Any:
    """The DPO presses the one button."""
    values = {"account": account, "asked_on": timezone.localdate().isoformat(), "reason": "запрос MAX № 12"}
    return client_of(dpo).post(ADDRESS, values | {"make": "yes"} | changes, follow=True)


def package(dpo: User, account: str = ACCOUNT) -> dict[str, bytes]:
    """The files of the package that a worker has made."""
    asked(dpo, account)
    job = ExportJob.objects.latest("id")
    export_make(job_id=job.pk)
    file = export_fetch(job_uuid=job.uuid, user_id=dpo.pk)
    assert (file.name.startswith("max-answer-"), file.content_type) == (True, "application/zip")
    with zipfile.ZipFile(io.BytesIO(file.path.read_bytes())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def text_of_pdf(content: bytes) -> str:
    """The words of a paper, without the marks that let long ones break."""
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text().replace("\u200b", "").split()) for page in pages)


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


class TestPackage:
    """A letter, and files that prove it."""

    @pytest.mark.usefixtures("customer")
    def test_holds_the_link_and_the_answers_of_this_account_with_the_exact_texts(self, dpo: User) -> None:
        events = rows(package(dpo)["events.csv"])

        assert [row["Событие"] for row in events] == ["MAX подключён", "Согласие дано", "Отказ"]
        assert {row["Канал"] for row in events} == {"MAX"}
        assert events[0]["Как подтверждено"] == "ссылка и бот MAX"
        text = events[1]["Показанный текст"]
        assert hashlib.sha256(text.encode()).hexdigest() == events[1]["Контрольная сумма текста, SHA-256"]

    def test_keeps_name_number_and_other_contacts_out_of_the_tables(self, dpo: User, customer: Customer) -> None:
        campaign_running([customer], channel="max")

        files = package(dpo)

        tables = rows(files["events.csv"]) + rows(files["messages.csv"])
        said = "".join(value for row in tables for name, value in row.items() if name != "Показанный текст")
        said += files["proofs.json"].decode() + text_of_pdf(files["letter.pdf"])
        for secret in (NAME, "Ёлкина", customer.external_id, "79161234567", "203.0.113"):
            assert secret not in said

    @pytest.mark.usefixtures("customer")
    def test_proves_each_event_without_opening_it(self, dpo: User) -> None:
        ledger_seal()

        proofs = json.loads(package(dpo)["proofs.json"])

        assert len(proofs["events"]) == 3
        for event in proofs["events"]:
            leaf = hashlib.sha256(b"\0" + event["mostik:canonical"].encode()).hexdigest()
            assert leaf == event["mostik:proof"]["leaf"]
            assert "mostik:opening" not in event

    def test_lists_messages_by_kind_time_and_state(self, dpo: User, customer: Customer) -> None:
        campaign_running([customer], channel="max")

        (message,) = rows(package(dpo)["messages.csv"])

        assert (message["Вид"], message["Содержание"], message["Основание"]) == ("рассылка", "сервисное", "договор")
        assert (message["Состояние"], message["Отправлено"]) == ("в плане", "")

    @pytest.mark.usefixtures("customer")
    def test_the_letter_names_the_request_the_company_and_each_file(self, dpo: User) -> None:
        files = package(dpo)

        letter = text_of_pdf(files.pop("letter.pdf"))

        until = timezone.localdate() + timedelta(days=3)
        for words in (ACCOUNT, f"{until:%d.%m.%Y}", "/policy/", "Администрации мессенджера MAX", *files):
            assert words in letter
        for content in files.values():
            assert hashlib.sha256(content).hexdigest()[:12] in letter

    def test_an_account_that_was_unlinked_is_still_answered_for(self, dpo: User, customer: Customer) -> None:
        how = circumstances_make(method="max_bot", request_key="unlink")
        account_unlink(kind=ContactKind.MAX, customer_id=customer.pk, circumstances=how)

        events = rows(package(dpo)["events.csv"])

        assert events[-1]["Событие"] in {"MAX отключён", "Согласие отозвано"}

    def test_a_stranger_gets_a_letter_that_says_so(self, dpo: User) -> None:
        AccountDialogue.objects.create(channel="max", account="77", chat="7", is_open=False, changed_at=timezone.now())

        files = package(dpo, "77")

        assert set(files) == {"letter.pdf"}
        letter = text_of_pdf(files["letter.pdf"])
        assert "Среди наших клиентов этого профиля нет" in letter
        assert "Диалог с ботом пользователь закрыл" in letter

    def test_somebody_who_never_spoke_to_the_bot_is_said_to(self, dpo: User) -> None:
        assert "Диалога с нашим ботом у этого профиля не было" in text_of_pdf(package(dpo, "78")["letter.pdf"])


class TestPage:
    """Found by a number that is posted, never kept in clear."""

    def test_says_whose_it_is_without_the_name(self, dpo: User, customer: Customer) -> None:
        page = client_of(dpo).post(ADDRESS, {"account": ACCOUNT}).content.decode()

        assert "Ё. М." in page
        assert NAME not in page
        assert customer.external_id in page
        searched = StaffAction.objects.get(action="register.searched")
        assert searched.details == {"found": 1, "customers": [customer.pk]}

    @pytest.mark.parametrize("account", ["", "abc", "-5", "9" * 19])
    def test_what_is_no_number_finds_nothing(self, dpo: User, account: str) -> None:
        page = client_of(dpo).post(ADDRESS, {"account": account})

        assert "Чей это профиль" not in page.content.decode()

    def test_the_request_and_its_last_day_are_recorded_and_the_account_is_not(
        self, dpo: User, customer: Customer
    ) -> None:
        page = asked(dpo).content.decode()
        job = ExportJob.objects.get()
        export_make(job_id=job.pk)

        today = timezone.localdate()
        until = today + timedelta(days=3)
        assert f"{until:%d.%m.%Y}" in page
        said = {"asked_on": today.isoformat(), "answer_by": until.isoformat(), "customers": [customer.pk]}
        for action in ("export.requested", "export.made"):
            row = StaffAction.objects.get(action=action)
            assert row.details["filters"] == said
            assert (row.details["kind"], row.reason) == (ExportKind.MAX_ANSWER, "запрос MAX № 12")
        assert ACCOUNT not in json.dumps(job.filters)
        assert not StaffAction.objects.filter(details__icontains=ACCOUNT).exists()

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [({"asked_on": "2098-01-01"}, "Этот день ещё не наступил"), ({"reason": ""}, "Обязательное поле")],
    )
    @pytest.mark.usefixtures("customer")
    def test_a_request_that_is_not_whole_is_asked_again(
        self, dpo: User, changes: dict[str, str], sentence: str
    ) -> None:
        page = asked(dpo, **changes).content.decode()

        assert sentence in page
        assert "Чей это профиль" in page
        assert not ExportJob.objects.exists()
