"""The three commands: a file becomes a campaign, a second person launches it, anyone may ask for the figures."""

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from notify import tasks
from notify.campaigns.content import campaign_content
from notify.campaigns.planning import campaign_plan
from notify.enums import CampaignState
from notify.models import Campaign, Message
from portal.models import StaffAction
from portal.models.user import Role
from tests.factories.consents import launch_ready_make
from tests.factories.notify import people_make
from tests.factories.staff import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _may_launch(db: None) -> None:
    """The company and its texts stand: nothing here is about their lack."""
    launch_ready_make()


SPEC: dict[str, Any] = {
    "name": "Переезд",
    "channel": "email",
    "subject": "Выберите, где вам писать",
    "text": "Здравствуйте, ((имя))!",
    "window": {"from": "00:00", "to": "00:00"},
}

BY_SMS: dict[str, Any] = {
    "channel": "sms",
    "text": "((ссылка))",
    "subscriber_consent": "contract",
    "contract_clause": "Договор обслуживания, пункт 4.2",
    "contract_date": "2026-02-01",
}


def run(*arguments: object) -> str:
    out = StringIO()
    call_command(*[str(argument) for argument in arguments], stdout=out)
    return out.getvalue().strip()


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    people = people_make(2)
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(SPEC | {"audience": {"customer_ids": [person.pk for person in people]}}))
    return path


@pytest.fixture
def nudged(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Ids that the planning task was started with."""
    started: list[int] = []
    monkeypatch.setattr(tasks.plan_campaign, "delay", started.append)
    return started


def launch(number: int, email: str) -> str:
    """Launch what the command itself has shown."""
    return run("campaign_launch", number, "--as", email, "--sha256", campaign_content(campaign_id=number).sha256)


def created(spec: Path) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(run("campaign_create", spec, "--as", StaffFactory().email, "--json"))
    return answer


def test_a_file_becomes_a_campaign_under_review(spec: Path) -> None:
    answer = created(spec)

    campaign = Campaign.objects.get(pk=answer["id"])
    assert (campaign.state, answer["size"], answer["content_sha256"]) == (
        CampaignState.REVIEW,
        2,
        campaign.content_sha256,
    )
    assert list(StaffAction.objects.order_by("id").values_list("action", flat=True)) == [
        "campaign.created",
        "campaign.submitted",
    ]


def test_an_audience_that_is_no_object_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(SPEC | {"audience": ["Омск"]}))

    with pytest.raises(CommandError, match="audience: Отбор получателей должен быть набором условий"):
        run("campaign_create", path, "--as", StaffFactory().email)


def test_a_draft_stays_a_draft(spec: Path) -> None:
    run("campaign_create", spec, "--as", StaffFactory().email, "--draft")

    assert Campaign.objects.get().state == CampaignState.DRAFT


@pytest.fixture
def sms_spec(tmp_path: Path) -> Path:
    people = people_make(1, channel="sms")
    path = tmp_path / "sms.json"
    audience = {"customer_ids": [person.pk for person in people]}
    path.write_text(json.dumps(SPEC | BY_SMS | {"audience": audience}))
    return path


@pytest.mark.parametrize("more", [[], ["--draft"]])
def test_over_a_channel_without_a_provider_a_file_becomes_a_draft_and_a_warning(
    sms_spec: Path, more: list[str], settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.SANDBOX = False
    command = ["campaign_create", str(sms_spec), "--as", StaffFactory().email, "--json", *more]

    if more:
        call_command(*command)
        warned = capsys.readouterr()
        assert "не подключён провайдер" in warned.err
        assert json.loads(warned.out)["state"] == "draft"
    else:
        with pytest.raises(CommandError, match="не подключён провайдер"):
            call_command(*command)

    assert Campaign.objects.get().state == CampaignState.DRAFT
    assert StaffAction.objects.get().action == "campaign.created"


def test_over_a_channel_that_has_lost_its_provider_nothing_is_launched(
    sms_spec: Path, settings: Settings, capsys: pytest.CaptureFixture[str], nudged: list[int]
) -> None:
    number = created(sms_spec)["id"]
    second = StaffFactory().email
    settings.SANDBOX = False

    with pytest.raises(CommandError, match="Ничего не запущено"):
        call_command("campaign_launch", str(number), "--as", second)
    assert "не подключён провайдер" in capsys.readouterr().out
    with pytest.raises(CommandError, match="не подключён провайдер"):
        launch(number, second)
    assert nudged == []


def test_the_second_person_launches_and_the_planning_is_nudged(
    spec: Path, nudged: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    number = created(spec)["id"]
    second = StaffFactory().email

    with django_capture_on_commit_callbacks(execute=True):
        first, again = launch(number, second), launch(number, second)

    assert first == f"Кампания {number} запущена."
    assert again == f"Кампания {number} уже запущена."
    assert nudged == [number]
    assert StaffAction.objects.filter(action="campaign.launched").count() == 1


def test_without_a_hash_everything_is_shown_and_nothing_launched(
    spec: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = created(spec)["id"]

    with pytest.raises(CommandError, match="Ничего не запущено"):
        call_command("campaign_launch", str(number), "--as", StaffFactory().email)

    shown = capsys.readouterr().out
    assert SPEC["text"] in shown
    assert "Под условия подходит: 2, сообщений уйдёт: 2" in shown
    assert campaign_content(campaign_id=number).sha256 in shown
    assert Campaign.objects.get().state == CampaignState.REVIEW


def test_a_broker_that_is_away_does_not_fail_the_launch(
    spec: Path, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def away(*_args: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(tasks.plan_campaign, "delay", away)
    number = created(spec)["id"]

    with django_capture_on_commit_callbacks(execute=True):
        assert launch(number, StaffFactory().email) == f"Кампания {number} запущена."


def test_the_author_is_told_that_somebody_else_must_launch(spec: Path, nudged: list[int]) -> None:
    number = created(spec)["id"]
    author = Campaign.objects.get().created_by

    with pytest.raises(CommandError, match="другой сотрудник"):
        launch(number, author.email)
    assert nudged == []


def test_a_hash_that_is_not_the_approved_one_launches_nothing(spec: Path, nudged: list[int]) -> None:
    number = created(spec)["id"]

    with pytest.raises(CommandError, match="изменилась"):
        run("campaign_launch", number, "--as", StaffFactory().email, "--sha256", "0" * 64)
    assert nudged == []


@pytest.mark.parametrize("role", ["operator", "administrator"])
def test_a_role_without_the_right_can_do_nothing(spec: Path, role: str) -> None:
    number = created(spec)["id"]
    stranger = StaffFactory(role=role).email

    with pytest.raises(CommandError, match="нет на это права"):
        run("campaign_create", spec, "--as", stranger)
    for command in ("campaign_launch", "campaign_links_revoke"):
        with pytest.raises(CommandError, match="нет на это права"):
            run(command, number, "--as", stranger)


def test_an_account_that_is_off_or_unknown_can_do_nothing(spec: Path) -> None:
    for email in (StaffFactory(is_active=False).email, "nobody@romashka.example"):
        with pytest.raises(CommandError, match="отключена"):
            run("campaign_create", spec, "--as", email)
    assert not Campaign.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "не JSON"),
        ("[]", "один объект"),
        (json.dumps(SPEC | {"text": "((фамилия))"}), "фамилия"),
        (json.dumps(SPEC | {"audience": {"город": ["Омск"]}}), "город"),
        (json.dumps(SPEC | {"audience": {"segments": ["Нет таких"]}}), "Никто не подходит"),
    ],
)
def test_a_bad_file_is_refused_in_words_and_leaves_nothing(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "spec.json"
    path.write_text(content)

    with pytest.raises(CommandError, match=words):
        run("campaign_create", path, "--as", StaffFactory().email)
    assert not Campaign.objects.exists()
    assert not StaffAction.objects.exists()


def test_the_status_adds_up(spec: Path, nudged: list[int]) -> None:
    number = created(spec)["id"]
    launch(number, StaffFactory().email)
    campaign_plan(campaign_id=number)

    status = json.loads(run("campaign_status", number, "--json"))

    assert status["state"] == "running"
    assert status["planned_total"] == status["open"] == 2
    assert status["complete"] is True
    assert status["funnel"][0]["kind"] == "email"
    assert "Запланировано: 2" in run("campaign_status", number)


def test_the_status_speaks_in_words(spec: Path) -> None:
    number = created(spec)["id"]
    launch(number, StaffFactory().email)
    campaign_plan(campaign_id=number)
    first, second = Message.objects.order_by("id")
    Message.objects.filter(pk=first.pk).update(state="failed", error_code="worker_lost")
    Message.objects.filter(pk=second.pk).update(state="skipped", skip_reason="no_consent")

    words = run("campaign_status", number)

    assert words.splitlines()[0] == "Переезд: идёт"
    assert "(нет согласия: 1)" in words
    assert "(программа остановилась во время передачи: 1)" in words
    assert "письмо: перешли 0" in words
    assert "о доставке почта не сообщает" in words
    assert not re.search("running|email|no_consent|worker_lost", words)


def test_revoking_links_is_done_and_written_down(spec: Path) -> None:
    number = created(spec)["id"]

    words = run("campaign_links_revoke", number, "--as", StaffFactory().email)

    assert words == f"Ссылки кампании {number} отозваны."
    assert Campaign.objects.get().links_revoked_at is not None
    assert StaffAction.objects.latest("id").action == "campaign.links_revoked"
    with pytest.raises(CommandError, match="не найдена"):
        run("campaign_links_revoke", 10**9, "--as", StaffFactory().email)


def test_advertising_at_night_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(SPEC | {"text_kind": "advertising", "legal_basis": "consent"}))

    with pytest.raises(CommandError, match="window: Реклама приходит только днём: с 09:00 до 21:00"):
        run("campaign_create", path, "--as", StaffFactory().email)


def test_an_unknown_number_is_said_to_be_unknown() -> None:
    with pytest.raises(CommandError, match="не найдена"):
        run("campaign_status", 10**9)


def test_what_is_obliged_is_shown_with_its_norm_and_launched_by_the_dpo_alone(
    spec: Path, nudged: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    data = json.loads(spec.read_text())
    spec.write_text(json.dumps(data | {"legal_basis": "law", "norm": "161-ФЗ, статья 9, часть 4"}))
    number = created(spec)["id"]

    with pytest.raises(CommandError, match="Ничего не запущено"):
        call_command("campaign_launch", str(number), "--as", StaffFactory().email)
    shown = capsys.readouterr().out
    assert "Что обязывает отправить: 161-ФЗ, статья 9, часть 4" in shown
    assert "Запустить её может только ответственный за персональные данные." in shown
    with pytest.raises(CommandError, match="Запускает ответственный за персональные данные"):
        launch(number, StaffFactory().email)

    assert launch(number, StaffFactory(role=Role.DPO).email) == f"Кампания {number} запущена."


def test_words_of_offers_in_a_file_need_a_reason_that_the_second_person_reads(
    spec: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = json.loads(spec.read_text()) | {"text": "Скидка 10 %"}
    spec.write_text(json.dumps(data))
    with pytest.raises(CommandError, match="offer_reason: Похоже на рекламу: скидка"):
        created(spec)

    spec.write_text(json.dumps(data | {"offer_reason": "это ответ на жалобы"}))
    number = created(spec)["id"]

    with pytest.raises(CommandError, match="Ничего не запущено"):
        call_command("campaign_launch", str(number), "--as", StaffFactory().email)
    assert "Похоже на рекламу: скидка. Автор считает, что это не реклама: это ответ на жалобы" in (
        capsys.readouterr().out
    )


def test_an_sms_by_contract_shows_the_clause_that_holds_the_consent(
    sms_spec: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = created(sms_spec)["id"]

    with pytest.raises(CommandError, match="Ничего не запущено"):
        call_command("campaign_launch", str(number), "--as", StaffFactory().email)

    assert "пункт договора с клиентом, Договор обслуживания, пункт 4.2, 2026-02-01" in capsys.readouterr().out
