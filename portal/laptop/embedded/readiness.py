"""Whether the site of this installation answers."""

import time
import urllib.request
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

LOOK_EVERY: Final = 0.2
ANSWER_WITHIN: Final = 2


def site_answers(*, within: float) -> bool:
    """Wait so many seconds for an answer of the site that says it is well."""
    deadline = time.monotonic() + within
    while not _is_well():
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_EVERY)
    return True


def _is_well() -> bool:
    """Ask the site itself; a proxy of the person's own, and a name that only it knows, do not matter."""
    asked = urllib.request.Request(
        f"http://127.0.0.1:{settings.PORT}/healthz", headers={"Host": urlsplit(settings.SITE_URL).netloc}
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(asked, timeout=ANSWER_WITHIN):
            return True
    except OSError:
        # Also an answer that says otherwise: HTTPError is one.
        return False
