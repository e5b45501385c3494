"""Play the ways of a customer in a Chromium at 360 px and print one JSON line each: `python -m tests.e2e.walk`.

Exit with 1 above a limit.
"""

import json
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.e2e.conftest import AGENT, ARGUMENTS, CHROMIUM, PHONE
from tests.e2e.site import site_running, wait_for
from tests.e2e.strolls import LIMITS, WAYS, stroll


def main() -> int:
    """Return the exit code."""
    if CHROMIUM is None:
        sys.exit("Нужен Chromium: установите пакет chromium.")
    failed = False
    with (
        tempfile.TemporaryDirectory(prefix="mostik-walk-") as folder,
        site_running(Path(folder)) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        people = wait_for(lambda: found if len(found := site.invited()) > len(WAYS) else [], within=180, what="letters")
        for way, person in zip(WAYS, people, strict=False):
            context = browser.new_context(locale="ru-RU", user_agent=AGENT, viewport=PHONE, has_touch=True)
            figures = stroll(way, context.new_page(), site, person)
            context.close()
            sys.stdout.write(json.dumps({"way": way, **figures}) + "\n")
            sys.stdout.flush()
            limit = LIMITS[way]
            failed |= any(figures[name] > getattr(limit, name) for name in ("clicks", "screens", "words"))
        browser.close()
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
