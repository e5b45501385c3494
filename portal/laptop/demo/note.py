"""What a start says of the demo: its accounts and one personal link, kept for the next starts.

Passwords exist nowhere else, so the note lies in a file that only its owner may read. It belongs to one database: with
another one behind the same folder nothing of it would work.
"""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

from notify.links.issuing import link_resolve
from portal.laptop.demo.seeding import Demo, DemoAccount, guest_link_make
from portal.models.user import Role, User

LINES: Final = """\
  Сотрудники:     {site}/staff/
  Песочница:      {site}/sandbox/   (телефон, почта и MAX клиентов)
  Личная ссылка:  {site}{path}

  Учётные записи этой установки:
{accounts}
"""


@dataclass(frozen=True, slots=True)
class DemoNote:
    """What is printed, and whose link it is. ``path`` is without the site: its port may change."""

    demo: Demo
    token: str
    path: str


def note_make(*, demo: Demo) -> DemoNote:
    """Write down a demo with a fresh link."""
    link = guest_link_make(customer_id=demo.customer_id, campaign_id=demo.campaign_id)
    note = DemoNote(demo=demo, token=link.token, path=link.url.removeprefix(settings.SITE_URL))
    file = _file()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        json.dump(asdict(note), stream, ensure_ascii=False)
    return note


def note_read() -> DemoNote | None:
    """Read the note of this database, with a new link when the old one no longer opens. None without a demo."""
    try:
        kept = json.loads(_file().read_text())
    except FileNotFoundError:
        return None
    accounts = tuple(DemoAccount(**one | {"role": Role(one["role"])}) for one in kept["demo"].pop("accounts"))
    note = DemoNote(demo=Demo(accounts=accounts, **kept["demo"]), token=kept["token"], path=kept["path"])
    return note if link_resolve(token=note.token) else note_make(demo=note.demo)


def note_words(note: DemoNote) -> str:
    """Return the note as the terminal shows it."""
    accounts = [f"    {one.role.label:<38} {one.email:<34} {one.password}" for one in note.demo.accounts]
    return LINES.format(site=settings.SITE_URL, path=note.path, accounts="\n".join(accounts))


def database_identity() -> str:
    """Name the installation by its first account: a database has its own, wherever it and the folder are moved."""
    first = str(User.objects.order_by("pk").values_list("pk", "date_joined").first())
    return hashlib.sha256(first.encode()).hexdigest()[:16]


def _file() -> Path:
    return Path(settings.VAR_DIR) / "secrets" / f"demo-{database_identity()}.json"
