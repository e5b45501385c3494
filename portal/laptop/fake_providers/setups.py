"""The fakes as the demo company has set them up: «Учебный SMSC.ru» and others, switched off until somebody tries them.

They precede the sandbox in the order of preference: one that is switched on carries the messages of its channel.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from django.conf import settings

from notify.errors import SetupMissing
from notify.provider_setups import SetupView, setup_change, setup_create, setup_view
from notify.providers.order import setup_switch
from portal.laptop.demo.note import database_identity
from portal.laptop.fake_providers.places import Places, kept_read, kept_write, url_of

TITLES: Final[Mapping[str, str]] = {"smsc": "Учебный SMSC.ru", "smsru": "Учебный SMS.RU", "max": "Учебный MAX"}
SENDER: Final = "Beresta"
KEYS: Final[Mapping[str, str]] = {
    "smsc": "uchebny-klyuch",
    "smsc_callback": "uchebny-sekret",
    "smsru": "4E1D5A7C-0000-4000-8000-5F2B6C3D9A10",
    "max": "uchebny-token-bota",
    "smpp": "uchebny",
    "ownapp": "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
}
"""Known to everybody: behind them is nobody."""


def setups_ensure(places: Places) -> None:
    """Set the fakes up, once in a database: what an administrator has removed stays away. Keep their addresses right.

    A repeat changes nothing.
    """
    var_dir = Path(settings.VAR_DIR)
    known = setup_names(var_dir)
    if not known:
        known = {code: _setup_make(code, places) for code in TITLES}
        kept = kept_read(var_dir)
        kept_write(var_dir, {**kept, "setups": {**kept.get("setups", {}), database_identity(): known}})
    for code, view in setups_of_fakes(var_dir).items():
        fields = _fields(code, places)
        if view.values.get("url") != fields["url"]:
            setup_change(name=view.name, title=view.title, per_second=view.per_second, fields={**view.values, **fields})


def setup_names(var_dir: Path) -> dict[str, str]:
    """Return the names of the set-ups that were made in this database, by the code of their fake."""
    return dict(kept_read(var_dir).get("setups", {}).get(database_identity(), {}))


def setups_of_fakes(var_dir: Path) -> dict[str, SetupView]:
    """Return those of them that still are there."""
    found = {}
    for code, name in setup_names(var_dir).items():
        try:
            found[code] = setup_view(name=name)
        except SetupMissing:
            continue
    return found


def _setup_make(code: str, places: Places) -> str:
    fields = _fields(code, places)
    name = setup_create(kind=code, title=TITLES[code], fields=fields)
    setup_switch(name=name, is_on=False)
    return name


def _fields(code: str, places: Places) -> dict[str, str]:
    url = url_of(places[code])
    if code == "smsc":
        own = {"api_key": KEYS["smsc"], "callback_secret": KEYS["smsc_callback"], "sender": SENDER}
        return {**own, "url": f"{url}/sys"}
    if code == "smsru":
        return {"api_id": KEYS["smsru"], "sender": SENDER, "url": url}
    return {"token": KEYS["max"], "link_preview": "no", "url": url}
