"""What a process keeps between requests, and so a test would leave to the next one. A plugin of `tests/conftest.py`."""

from uuid import uuid4

import pytest
from django.core.cache import cache

from portal.ui.brand import brand_forget
from portal.visits.throttle import forget_blocked


@pytest.fixture(autouse=True)
def _fresh_process() -> None:
    """Empty every cache of the process but those of pure functions; the shared cache gets keys of its own.

    A server of caches is never flushed: workers that run tests side by side share it.
    """
    cache.key_prefix = f"test-{uuid4().hex}"
    brand_forget()
    forget_blocked()
