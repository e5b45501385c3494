"""The command that settles a list of doubtful messages: shows first, stores with a reason, sends nothing."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from notify.enums import MessageState
from notify.models import Message
from portal.models import StaffAction
from portal.models.user import Role
from tests.factories.notify import campaign_running, people_make
from tests.factories.staff import StaffFactory

pytestmark = pytest.mark.django_db


def run(path: Path, *arguments: str) -> str:
    out = StringIO()
    call_command("messages_resolve", str(path), *arguments, stdout=out)
    return out.getvalue()


def doubtful(count: int) -> list[str]:
    campaign = campaign_running(people_make(count))
    Message.objects.filter(campaign=campaign).update(state=MessageState.UNKNOWN)
    return [str(one) for one in Message.objects.filter(campaign=campaign).values_list("reference", flat=True)]


def test_a_log_is_looked_at_first_and_then_settles_thousands_by_one_act(tmp_path: Path) -> None:
    references = doubtful(12)
    boris = StaffFactory(role=Role.MARKETING)
    log = tmp_path / "mail.log"
    log.write_text("".join(f"cleanup: message-id=<{one}@bank.example>\n" for one in references[:10]))

    with pytest.raises(CommandError, match="Ничего не записано"):
        run(log, "--as", boris.email, "--outcome", "accepted")
    assert Message.objects.filter(state=MessageState.UNKNOWN).count() == 12

    said = run(log, "--as", boris.email, "--outcome", "accepted", "--reason", "журнал mx1")

    assert "Исход записан: 10" in said
    assert Message.objects.filter(state=MessageState.ACCEPTED).count() == 10
    row = StaffAction.objects.get(action="message.list_settled")
    assert (row.reason, row.details["count"], row.details["outcome"]) == ("журнал mx1", 10, "accepted")
    assert row.details["list_sha256"] in said


def test_a_list_without_our_numbers_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("номер;исход\n12345;ушло\n")

    with pytest.raises(CommandError, match="нет ни одного нашего номера"):
        run(path, "--as", StaffFactory(role=Role.MARKETING).email, "--reason", "журнал mx1")


def test_who_may_not_run_campaigns_settles_nothing(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("".join(f"{one};ушло\n" for one in doubtful(1)))

    with pytest.raises(CommandError, match="нет на это права"):
        run(path, "--as", StaffFactory(role=Role.OPERATOR).email, "--reason", "журнал mx1")

    assert Message.objects.get().state == MessageState.UNKNOWN
