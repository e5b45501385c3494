"""Takes the pictures in docs/screens: every screen at 360 px and at 1280 px, of a site started for it.

``make screens``. The demo company plays itself: its first customer answers, its staff look at what came of it.
"""

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.e2e import screens_aside, screens_of_accounts, screens_of_customers, screens_of_staff
from tests.e2e.conftest import AGENT, ARGUMENTS, CHROMIUM, PHONE
from tests.e2e.pages import SCREENS, SCREENS_FOLDER, WIDTHS
from tests.e2e.site import site_running
from tests.e2e.watch import drawn, watch

HEIGHT = 800
COLOURS = 128
"""Enough for flat pages with smoothed letters; a third of the bytes."""
TOO_WIDE = """() => [document.documentElement, ...document.querySelectorAll(".table-wrap")]
  .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.tagName + " " + one.scrollWidth)"""


class Camera:
    """Keeps what a page shows at both widths."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def shoot(self, page: Page, name: str) -> None:
        """Take the whole page; refuse one that is not what the list says, or wider than a phone."""
        assert SCREENS[name] in drawn(page), f"{name}: {page.url} is drawn by {sorted(drawn(page))}"
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            assert width > PHONE["width"] or page.evaluate(TOO_WIDE) == [], f"{name} has to be scrolled sideways"
            picture = Image.open(io.BytesIO(page.screenshot(full_page=True)))
            picture.convert("RGB").quantize(COLOURS).save(self._folder / f"{name}-{width}.png", optimize=True)
        sys.stdout.write(f"{name}\n")


def main() -> None:
    """Start a site, walk through it, keep each screen; pictures of screens that are gone go too."""
    with tempfile.TemporaryDirectory(prefix="mostik-screens-") as folder:
        taken = Path(folder) / "screens"
        taken.mkdir()
        camera = Camera(taken)
        with site_running(Path(folder) / "var", own_mailbox=True) as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            context = browser.new_context(locale="ru-RU", user_agent=AGENT)
            watch(context)
            screens_of_customers.walk(context.new_page(), site, camera.shoot)
            screens_aside.walk(context.new_page(), site, camera.shoot)
            context.close()
            screens_of_staff.walk(browser, site, camera.shoot)
            screens_of_accounts.walk(browser, site, camera.shoot)
            screens_of_staff.walk_through_a_long_file(browser, site, camera.shoot)
            browser.close()
        SCREENS_FOLDER.mkdir(parents=True, exist_ok=True)
        for old in SCREENS_FOLDER.glob("*.png"):
            old.unlink()
        for picture in taken.iterdir():
            (SCREENS_FOLDER / picture.name).write_bytes(picture.read_bytes())


if __name__ == "__main__":
    main()
