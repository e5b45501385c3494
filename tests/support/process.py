"""What a process keeps between requests, and so a test would leave to the next one. A plugin of `tests/conftest.py`."""

from uuid import uuid4

import pytest
from django.core.cache import cache
from django.urls import set_script_prefix, set_urlconf
from django.utils import timezone, translation

from portal.ui.brand import brand_forget
from portal.visits.throttle import forget_blocked


def forget_process() -> None:
    """Empty every cache of the process but those of pure functions; the shared cache gets keys of its own.

    A server of caches is never flushed: workers that run tests side by side share it. What Django keeps for a thread
    (language, zone, addresses) goes back to the settings: a request leaves the language of its reader behind.
    """
    cache.key_prefix = f"test-{uuid4().hex}"
    brand_forget()
    forget_blocked()
    translation.deactivate()
    timezone.deactivate()
    set_urlconf(None)
    set_script_prefix("/")


@pytest.fixture(autouse=True)
def _fresh_process() -> None:
    """Begin each test as a new process would."""
    forget_process()
