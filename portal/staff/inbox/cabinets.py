"""Cabinets of providers in which people of the company lead dialogues, in the words of the inbox."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from consents.enums import Channel
from notify.dialogues.cabinets import cabinets_open
from notify.dialogues.reading import COUNTED, cabinet_waiting_count
from notify.provider_setups import setups_listed
from portal.ui.words import count_word


@dataclass(frozen=True, slots=True, kw_only=True)
class CabinetShown:
    """One cabinet as the inbox tells of it."""

    title: str
    channels: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CabinetsShown:
    """All of them, and what the list of those who wait there is called; empty: there is no such list."""

    shown: tuple[CabinetShown, ...]
    label: str


def cabinets_shown() -> CabinetsShown:
    """Return where dialogues are led besides the inbox, and how many wait there."""
    opened, waiting = cabinets_open(), cabinet_waiting_count()
    titles = cabinet_titles(opened)
    shown = tuple(
        CabinetShown(title=titles.get(name, name), channels=_labels(one.channels), url=one.cabinet.url)
        for name, one in opened.items()
        if one.cabinet is not None
    )
    names = {one.title for one in shown}
    label = _("Ждут в %(title)s") % {"title": names.pop()} if len(names) == 1 else _("Ждут у провайдеров")
    if waiting:
        label = f"{label}: {count_word(waiting, limit=COUNTED)}"
    return CabinetsShown(shown=shown, label=label if shown or waiting else "")


def cabinet_titles(names: Iterable[str]) -> Mapping[str, str]:
    """Return how the providers of these set-ups are called; asks for nothing where there is none.

    A title that the company has given a set-up would not fit into «ведут в …».
    """
    return {one.name: _(one.kind.label) for one in setups_listed()} if any(names) else {}


def _labels(codes: Iterable[str]) -> str:
    return ", ".join(str(Channel(code).label) for code in codes if code in Channel.values)
