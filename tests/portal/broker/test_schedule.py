"""A clock that was wrong for a while keeps nothing waiting afterwards."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from celery import Celery

from portal.broker.schedule import SteadyScheduler

NOW = datetime(2026, 11, 30, 12, tzinfo=ZoneInfo("Europe/Moscow"))


_moment = [NOW]


def the_time() -> datetime:
    """The clock of the machine; a function of a module, because the scheduler writes its entries to a file."""
    return _moment[0]


class Clock:
    """The machine's clock, and what the scheduler starts by it."""

    def __init__(self, folder: Path) -> None:
        _moment[0], self.started = NOW, 0
        app: Any = Celery("x", set_as_current=False)
        app.conf.update(timezone="Europe/Moscow", beat_schedule={"n": {"task": "x.nudge", "schedule": 3.0}})
        self.app = app
        self.app.now = the_time
        self.file = str(folder / "schedule")
        self.begin()

    def begin(self) -> None:
        scheduler: Any = SteadyScheduler(self.app, schedule_filename=self.file, lazy=False)
        scheduler.apply_entry = self._start
        for entry in scheduler.schedule.values():
            entry.schedule.nowfun = the_time
        self.scheduler = scheduler

    def _start(self, *_: object, **__: object) -> None:
        self.started += 1

    def jump(self, **by: int) -> None:
        _moment[0] += timedelta(**by)

    def run(self, seconds: int) -> int:
        """How many nudges start while so many seconds pass."""
        before = self.started
        for _ in range(seconds):
            self.jump(seconds=1)
            for _ in range(3):
                self.scheduler.tick()
        return self.started - before


@pytest.fixture
def clock(tmp_path: Path) -> Iterator[Clock]:
    clock = Clock(tmp_path)
    yield clock
    clock.scheduler.close()


def test_an_hour_that_was_wrong_costs_one_interval(clock: Clock) -> None:
    assert clock.run(30) >= 8
    clock.jump(hours=1)
    assert clock.run(30) >= 8
    clock.jump(hours=-1)

    assert clock.run(30) >= 8


def test_a_clock_that_starts_anew_forgets_a_future_that_its_file_kept(clock: Clock) -> None:
    clock.jump(hours=1)
    clock.run(10)
    clock.scheduler.close()
    clock.jump(hours=-1)
    clock.begin()

    assert clock.run(30) >= 8
