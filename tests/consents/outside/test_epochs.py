"""A database that was set back is noticed by what lies outside it, and lets nothing leave."""

import threading
from pathlib import Path

import pytest
from django.db import connections
from pytest_django import Settings

from consents.enums import EpochState
from consents.models import Epoch
from consents.outside import epochs
from consents.outside.epochs import epoch_begin, epoch_check, epoch_current, mark_take, seen_outside
from consents.outside.files import line_files, lines_add, lines_read, outside_folder

pytestmark = pytest.mark.django_db


def taken(count: int) -> None:
    for _ in range(count):
        lines_add([mark_take().line("claimed", rows=[])])


def set_back(*, to: int) -> None:
    Epoch.objects.exclude(state=EpochState.OVER).update(counter=to)


def why_held() -> str:
    current = epoch_check()
    return current.held_for if current.is_held else ""


def test_a_new_installation_begins_its_files_by_itself() -> None:
    assert why_held() == ""

    taken(3)

    assert why_held() == ""
    seen = seen_outside()
    assert seen is not None
    assert seen == (epoch_current().uuid, 3)


def test_a_database_behind_its_files_is_held_by_the_check() -> None:
    taken(5)

    set_back(to=4)

    assert why_held() == "behind"
    assert epoch_current().outside_counter == 5


def test_a_database_behind_its_files_is_held_by_the_first_move_without_any_check() -> None:
    taken(5)
    set_back(to=3)

    mark = mark_take()

    assert mark.is_held
    assert epoch_current().is_held


def test_a_kill_before_the_first_line_does_not_hold_a_new_installation() -> None:
    epoch_current()
    Epoch.objects.update(counter=1)

    assert why_held() == ""
    assert not mark_take().is_held
    assert seen_outside() is not None


def test_a_database_that_stands_where_its_files_stand_goes_on() -> None:
    taken(5)
    set_back(to=5)

    assert not mark_take().is_held
    assert why_held() == ""


def test_a_database_ahead_of_its_files_goes_on_because_a_kill_came_between() -> None:
    taken(2)
    mark_take()
    mark_take()

    assert why_held() == ""


def test_another_database_beside_the_files_is_held() -> None:
    taken(2)
    Epoch.objects.all().delete()

    assert why_held() == "other"


def test_a_database_whose_files_are_gone_is_held(settings: Settings, tmp_path: Path) -> None:
    taken(20)

    settings.OUTSIDE_DIR = tmp_path / "empty"

    assert why_held() == "missing"
    assert mark_take().is_held


def test_a_damaged_end_of_a_file_hides_no_mark(settings: Settings) -> None:
    taken(2)
    with line_files()[-1].open("ab") as file:
        file.write(b'{"kind":"claimed","epoch":"')
    taken(1)

    assert why_held() == ""
    assert [line is None for line in lines_read()].count(True) == 1
    set_back(to=1)
    assert why_held() == "behind"


def test_the_end_of_a_restore_begins_an_epoch_that_an_older_copy_does_not_know() -> None:
    taken(5)
    set_back(to=3)
    assert why_held() == "behind"
    old = epoch_current()

    epoch_begin()
    epoch_begin()

    current = epoch_current()
    assert (current.is_held, current.heads_anew) == (False, True)
    assert current.uuid != old.uuid
    taken(2)
    assert why_held() == ""
    Epoch.objects.exclude(pk=old.id).delete()
    Epoch.objects.update(state=EpochState.IN_FORCE)
    assert why_held() == "other"


def test_a_machine_that_wrote_nothing_since_the_end_of_a_restore_goes_on(settings: Settings, tmp_path: Path) -> None:
    taken(5)
    here = settings.OUTSIDE_DIR
    settings.OUTSIDE_DIR = tmp_path / "there"
    lines_add([mark_take()._replace(counter=4).line("claimed", rows=[])])
    Epoch.objects.update(state=EpochState.IN_FORCE, held_for="")
    settings.OUTSIDE_DIR = here
    set_back(to=3)
    assert why_held() == "behind"
    epoch_begin()

    settings.OUTSIDE_DIR = tmp_path / "there"

    assert why_held() == ""
    assert not mark_take().is_held


@pytest.mark.parametrize("begun", [True, False])
def test_what_others_write_after_our_move_is_no_set_back(monkeypatch: pytest.MonkeyPatch, *, begun: bool) -> None:
    if begun:
        taken(1)
    move = epochs._advance

    def overtaken() -> epochs.Mark:
        mark = move()
        for _ in range(5):
            lines_add([move().line("claimed", rows=[])])
        return mark

    monkeypatch.setattr(epochs, "_advance", overtaken)

    assert not mark_take().is_held
    assert why_held() == ""


@pytest.mark.django_db(transaction=True)
def test_any_number_of_processes_move_the_counter_without_a_false_alarm() -> None:
    def move() -> None:
        taken(25)
        connections.close_all()

    threads = [threading.Thread(target=move) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert why_held() == ""
    assert epoch_current().counter == 150
    assert len([line for line in lines_read() if line and line["kind"] == "claimed"]) == 150
    assert outside_folder().stat().st_mode & 0o777 == 0o700
