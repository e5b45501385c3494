"""Files that staff asked for: who gets them, for how long, and what stays."""

import csv
import hashlib
import io
import os
import stat
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from consents.models import ConsentEvent
from consents.register.spreadsheet import cell_guard, cell_unguard
from portal.celery import BEAT
from portal.errors import ExportChanged, ExportMissing
from portal.exports import jobs, tasks
from portal.exports.jobs import export_fetch, export_make, export_request, exports_folder, exports_sweep
from portal.exports.kinds import ExportKind
from portal.models import ExportJob, StaffAction
from portal.models.export import ExportState
from portal.models.user import Role
from tests.factories.consents import ContactPointFactory, CustomerFactory, answer_make
from tests.factories.staff import PASSWORD, client_of, user_make
from tests.portal.staff.world import World


def _url(job: ExportJob) -> str:
    return f"/staff/exports/{job.uuid}/download/"


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


class TestMaking:
    """A worker writes it; the row says what it is."""

    def test_holds_one_person_and_nobody_else(self, world: World) -> None:
        stranger = ContactPointFactory(customer=CustomerFactory(name="Чужой Человек"))
        answer_make(stranger)

        content = Path(world.export.path).read_bytes()

        assert [row["Номер клиента"] for row in _rows(content)] == [world.customer.external_id]
        assert "Чужой" not in content.decode()
        assert world.export.row_count == 1

    def test_holds_the_days_that_were_asked_for(self, world: World) -> None:
        today = timezone.localdate(ConsentEvent.objects.get().occurred_at)
        made = {}
        for name, since, until in (
            ("today", today, today),
            ("before", today - timedelta(days=9), today - timedelta(days=1)),
        ):
            filters = {"since": since.isoformat(), "until": until.isoformat()}
            job_id = export_request(
                kind=ExportKind.PERIOD, filters=filters, reason="проверка", requested_by_id=world.author.pk
            )
            export_make(job_id=job_id)
            made[name] = ExportJob.objects.get(pk=job_id).row_count

        assert made == {"today": 1, "before": 0}

    def test_no_cell_of_a_hostile_name_is_a_formula(self, world: World) -> None:
        evil = CustomerFactory(name='=HYPERLINK("https://evil.example";"Приз")', external_id="@К-1")
        answer_make(ContactPointFactory(customer=evil))
        filters = {"customer_id": evil.pk}
        job_id = export_request(
            kind=ExportKind.PERSON, filters=filters, reason="проверка", requested_by_id=world.author.pk
        )
        export_make(job_id=job_id)

        [row] = _rows(Path(ExportJob.objects.get(pk=job_id).path).read_bytes())

        assert row["Имя"] == cell_guard(evil.name)
        assert row["Номер клиента"] == '="@К-1"'
        assert not [cell for cell in row.values() if cell.startswith(("+", "-", "@", "\t", "\r"))]
        formulas = [cell for cell in row.values() if cell.startswith("=")]
        assert [cell_guard(cell_unguard(cell)) for cell in formulas] == formulas

    def test_every_row_bears_the_number_of_its_export(self, world: World) -> None:
        [row] = _rows(Path(world.export.path).read_bytes())

        assert row["Номер выгрузки"] == str(world.export.uuid)
        assert row["Откуда пришёл клиент"] == "кампания № 1, письмо"

    def test_opens_in_a_russian_excel(self, world: World) -> None:
        content = Path(world.export.path).read_bytes()

        assert content.startswith(b"\xef\xbb\xbf")
        assert b";" in content.splitlines()[0]
        assert '"=""+79' in content.decode()

    def test_the_file_and_its_folder_are_the_systems_own(self, world: World) -> None:
        path = Path(world.export.path)

        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700

    def test_the_record_names_purpose_filter_count_and_hash(self, world: World) -> None:
        record = StaffAction.objects.get(action="export.made")

        assert record.user == world.people[Role.DPO]
        assert record.reason == "проверка по запросу"
        assert record.details == {
            "kind": "person",
            "filters": {"customer_id": world.customer.pk},
            "rows": 1,
            "sha256": hashlib.sha256(Path(world.export.path).read_bytes()).hexdigest(),
        }

    def test_a_second_run_makes_nothing(self, world: World) -> None:
        assert export_make(job_id=world.export.pk) is False
        assert len(list(exports_folder().iterdir())) == 1
        assert StaffAction.objects.filter(action="export.made").count() == 1

    def test_of_two_workers_at_once_one_file_stays(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        """The second worker has read the row before the first one took it."""
        ExportJob.objects.filter(pk=world.export.pk).update(state=ExportState.QUEUED)
        write = jobs._write

        def write_slowly(path: Path, job: ExportJob) -> tuple[int, str]:
            ExportJob.objects.filter(pk=job.pk).update(state=ExportState.READY)
            return write(path, job)

        monkeypatch.setattr(jobs, "_write", write_slowly)

        assert export_make(job_id=world.export.pk) is False
        assert [str(path) for path in exports_folder().iterdir()] == [world.export.path]

    def test_a_failure_leaves_no_half_a_file_and_says_so(self, world: World) -> None:
        job_id = export_request(
            kind=ExportKind.PERIOD,
            filters={"since": "нет", "until": "нет"},
            reason="сбой",
            requested_by_id=world.author.pk,
        )

        with pytest.raises(ValueError, match="Invalid isoformat"):
            export_make(job_id=job_id)

        assert ExportJob.objects.get(pk=job_id).state == ExportState.FAILED
        assert len(list(exports_folder().iterdir())) == 1
        assert StaffAction.objects.latest("id").action == "export.failed"


class TestFetching:
    """Only who asked, only after confirming the login, only for a day."""

    def test_its_name_bears_the_day_of_the_company(self, world: World) -> None:
        ExportJob.objects.filter(pk=world.export.pk).update(created_at=datetime(2026, 11, 24, 22, 30, tzinfo=UTC))

        fetched = export_fetch(job_uuid=world.export.uuid, user_id=world.people[Role.DPO].pk)

        assert fetched.name == f"person-20261125-{str(world.export.uuid)[:8]}.csv"

    def test_the_person_who_asked_gets_it_and_that_is_written_down(self, world: World) -> None:
        answer = client_of(world.people[Role.DPO]).post(_url(world.export))
        content = b"".join(answer)

        assert hashlib.sha256(content).hexdigest() == world.export.sha256
        assert answer["Content-Disposition"].startswith("attachment; ")
        assert "no-store" in answer["Cache-Control"]
        last = StaffAction.objects.latest("id")
        assert (last.action, last.details) == ("export.downloaded", {"sha256": world.export.sha256})

    def test_another_dpo_does_not(self, world: World) -> None:
        answer = client_of(user_make(Role.DPO)).post(_url(world.export))

        assert answer.status_code == 404
        assert not StaffAction.objects.filter(action="export.downloaded").exists()

    def test_the_login_is_confirmed_first(self, world: World) -> None:
        client = client_of(world.people[Role.DPO], confirmed=False)

        asked = client.post(_url(world.export))
        assert asked["Location"] == "/accounts/reauthenticate/?next=%2Fstaff%2Fexports%2F"
        assert not StaffAction.objects.filter(action="export.downloaded").exists()
        back = client.post(asked["Location"], {"password": PASSWORD})
        assert back["Location"] == "/staff/exports/"
        answer = client.post(_url(world.export))

        assert hashlib.sha256(b"".join(answer)).hexdigest() == world.export.sha256

    def test_opening_the_address_is_not_enough(self, world: World) -> None:
        assert client_of(world.people[Role.DPO]).get(_url(world.export)).status_code == 405

    def test_after_a_day_it_is_gone(self, world: World) -> None:
        ExportJob.objects.update(expires_at=timezone.now())

        with pytest.raises(ExportMissing):
            export_fetch(job_uuid=world.export.uuid, user_id=world.people[Role.DPO].pk)

    def test_a_changed_file_is_not_handed_over(self, world: World) -> None:
        with Path(world.export.path).open("ab") as stream:
            stream.write(b"1")

        with pytest.raises(ExportChanged):
            export_fetch(job_uuid=world.export.uuid, user_id=world.people[Role.DPO].pk)
        assert client_of(world.people[Role.DPO]).post(_url(world.export)).status_code == 409

    def test_a_file_that_is_not_ready_is_not_there(self, world: World) -> None:
        ExportJob.objects.update(state=ExportState.QUEUED)

        with pytest.raises(ExportMissing):
            export_fetch(job_uuid=world.export.uuid, user_id=world.people[Role.DPO].pk)


class TestSweeping:
    """The file goes, the record stays."""

    def test_an_expired_file_is_deleted_and_its_hash_stays(self, world: World) -> None:
        ExportJob.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

        exports_sweep()

        world.export.refresh_from_db()
        assert (world.export.state, world.export.path) == (ExportState.EXPIRED, "")
        assert len(world.export.sha256) == 64
        assert list(exports_folder().iterdir()) == []

    def test_a_live_file_stays(self, world: World) -> None:
        exports_sweep()

        assert Path(world.export.path).is_file()

    @pytest.mark.django_db
    def test_a_file_that_belongs_to_no_row_is_deleted_once_nobody_can_be_writing_it(self) -> None:
        stray = exports_folder() / "stray.csv"
        stray.write_text("x")
        fresh = exports_folder() / "fresh.csv"
        fresh.write_text("x")
        os.utime(stray, (0, 0))
        os.utime(fresh, (time.time(), time.time()))

        exports_sweep()

        assert not stray.exists()
        assert fresh.exists()

    def test_a_row_that_lost_its_nudge_is_made(self, world: World) -> None:
        job_id = export_request(
            kind=ExportKind.PERSON,
            filters={"customer_id": world.customer.pk},
            reason="проверка",
            requested_by_id=world.author.pk,
        )
        ExportJob.objects.filter(pk=job_id).update(created_at=timezone.now() - timedelta(minutes=3))

        call_command("exports_sweep")

        assert ExportJob.objects.get(pk=job_id).state == ExportState.READY

    @pytest.mark.parametrize(("hours", "state"), [(5, ExportState.QUEUED), (7, ExportState.FAILED)])
    def test_a_row_fails_only_after_longer_than_imports_and_checks_can_keep_the_worker(
        self, world: World, hours: int, state: str
    ) -> None:
        waiting = ExportJob.objects.filter(pk=world.export.pk)
        waiting.update(state=ExportState.QUEUED, created_at=timezone.now() - timedelta(hours=hours))

        assert exports_sweep() == ([world.export.pk] if state == ExportState.QUEUED else [])
        assert ExportJob.objects.get().state == state

    def test_what_waits_is_nudged_by_a_task_that_is_void_by_the_next_sweep(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ExportJob.objects.update(state=ExportState.QUEUED, created_at=timezone.now() - timedelta(minutes=3))
        nudges: list[tuple[tuple[int, ...], float]] = []
        monkeypatch.setattr(tasks.make_export, "apply_async", lambda args, expires: nudges.append((args, expires)))

        tasks.sweep_exports()

        assert nudges == [((world.export.pk,), BEAT["exports"]["schedule"])]


class TestAsking:
    """Every export has a purpose."""

    def test_without_a_purpose_nothing_is_made(self, world: World) -> None:
        before = ExportJob.objects.count()

        client_of(world.people[Role.DPO]).post(f"/staff/register/{world.customer.pk}/export/", {"reason": "  "})

        assert ExportJob.objects.count() == before
        assert not StaffAction.objects.filter(action="export.requested").exists()

    def test_a_request_is_written_down_with_purpose_and_filter(self, world: World) -> None:
        client_of(world.people[Role.DPO]).post(
            f"/staff/register/{world.customer.pk}/export/", {"reason": "запрос № 12", "kind": "person"}
        )

        job = ExportJob.objects.latest("id")
        last = StaffAction.objects.latest("id")
        assert (job.reason, job.filters) == ("запрос № 12", {"customer_id": world.customer.pk})
        assert (last.action, last.object_id, last.reason) == ("export.requested", str(job.uuid), "запрос № 12")
        assert last.details == {"kind": "person", "filters": {"customer_id": world.customer.pk}}

    def test_a_period_that_ends_before_it_begins_is_refused(self, world: World) -> None:
        data = {"since": "2026-11-20", "until": "2026-11-01", "reason": "проверка"}

        page = client_of(world.people[Role.DPO]).post("/staff/exports/", data).content.decode()

        assert "Конец раньше начала" in page
        assert ExportJob.objects.count() == 1
