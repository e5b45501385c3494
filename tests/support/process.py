"""What a process keeps between requests, and so a test would leave to the next one. A plugin of `tests/conftest.py`."""

from collections.abc import Callable, Sequence
from typing import Final
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.urls import set_script_prefix, set_urlconf
from django.utils import timezone, translation

from consents.database import clock
from notify.outbox import brake
from portal.database import outage
from portal.operations import nudges, probes
from portal.ui import brand
from portal.visits import throttle

MEMORIES: Final[Sequence[tuple[str, str, Callable[[], object]]]] = (
    ("consents.database.clock", "_answer", clock.database_clock_forget),
    ("notify.outbox.brake", "_alone_refused", brake._alone_refused.clear),
    ("portal.database.outage", "_outages", outage._outages.clear),
    ("portal.operations.nudges", "_started", nudges._started.clear),
    ("portal.operations.probes", "_kept", probes._kept.clear),
    ("portal.ui.brand", "_kept", brand.brand_forget),
    ("portal.visits.throttle", "_blocked", throttle.forget_blocked),
)
"""Module, name and what empties it: each name of the three rooms that is no constant (`architecture/test_process`)."""


def forget_process() -> None:
    """Empty every memory of the process but those of pure functions; the shared cache gets keys of its own.

    A server of caches is never flushed: workers that run tests side by side share it. What Django keeps for a thread
    (language, zone, addresses) goes back to the settings: a request leaves the language of its reader behind.
    """
    cache.key_prefix = f"test-{uuid4().hex}"
    for _module, _name, forget in MEMORIES:
        forget()
    translation.deactivate()
    timezone.deactivate()
    set_urlconf(None)
    set_script_prefix("/")


@pytest.fixture(autouse=True)
def _fresh_process() -> None:
    """Begin each test as a new process would."""
    forget_process()
