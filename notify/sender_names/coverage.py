"""Whether the registry covers what a set-up of a provider sends: its name, at every operator, for this traffic."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from consents.enums import Channel
from notify.enums import Operator, Traffic
from notify.provider_setups import SetupView, setups_listed
from notify.sender_names.registry import SenderNameView, sender_names_listed
from notify.sender_names.wildcards import template_fits

SENDER_FIELDS: Final = ("sender", "source")
"""What providers of SMS call the field with the name."""
OPERATORS: Final = tuple(one for one in Operator if one != Operator.ALL)
_UNDER: Final = {Operator.YOTA: (Operator.YOTA, Operator.MEGAFON)}
"""Yota has no registry of its own: a name of MegaFon's holds there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupSender:
    """A set-up that carries SMS, with the name that it sends under; empty: the provider's own, or a number."""

    provider: str
    title: str
    sender: str
    is_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncovered:
    """What one sender lacks: operators without an approved name for the traffic, and those whose templates do not fit.

    ``is_unnamed``: the set-up has no name, so that nothing can be said.
    """

    provider: str
    title: str
    sender: str
    is_unnamed: bool = False
    operators: tuple[Operator, ...] = ()
    templates: tuple[Operator, ...] = ()


def setup_senders() -> list[SetupSender]:
    """Return the set-ups that carry SMS, in the order of preference."""
    return [_sender(setup) for setup in setups_listed() if Channel.SMS in setup.channels]


def senders_unapproved() -> list[SetupSender]:
    """Return the set-ups that are on and send under a name that no operator has approved, by the registry."""
    approved = {(name.provider, name.name) for name in sender_names_listed() if name.is_in_force}
    return [one for one in setup_senders() if one.is_on and one.sender and (one.provider, one.sender) not in approved]


def uncovered(*, provider: str, traffic: Traffic, texts: Sequence[str]) -> Uncovered | None:
    """Return what the registry lacks for these texts by a set-up; None where it lacks nothing.

    A provider that the environment sets up, as the sandbox, has no names: None. An operator without an approved
    template is not asked for one.
    """
    setup = next((one for one in setup_senders() if one.provider == provider), None)
    if setup is None:
        return None
    found = Uncovered(provider=setup.provider, title=setup.title, sender=setup.sender)
    if not setup.sender:
        return Uncovered(provider=found.provider, title=found.title, sender="", is_unnamed=True)
    names = [
        name
        for name in sender_names_listed(provider=provider)
        if name.is_in_force and (name.name, name.traffic) == (setup.sender, traffic)
    ]
    lacking = Uncovered(
        provider=found.provider,
        title=found.title,
        sender=found.sender,
        operators=tuple(one for one in OPERATORS if not _names_at(one, names)),
        templates=tuple(one for one in OPERATORS if not _fits(_templates_at(one, names), texts)),
    )
    return lacking if lacking.operators or lacking.templates else None


def _names_at(operator: Operator, names: Iterable[SenderNameView]) -> list[SenderNameView]:
    holding = (Operator.ALL, *_UNDER.get(operator, (operator,)))
    return [name for name in names if name.operator in holding]


def _templates_at(operator: Operator, names: Iterable[SenderNameView]) -> list[str]:
    return [text for name in _names_at(operator, names) for text in name.approved_templates]


def _fits(templates: Sequence[str], texts: Sequence[str]) -> bool:
    """Return whether each text fits a template; without any template nothing is asked."""
    return not templates or all(any(template_fits(template, text) for template in templates) for text in texts)


def _sender(setup: SetupView) -> SetupSender:
    names = (setup.values.get(field, "") for field in SENDER_FIELDS)
    sender = next((name.strip() for name in names if name.strip()), "")
    # A number is no name: operators register names alone.
    is_number = sender.lstrip("+").isdigit()
    return SetupSender(provider=setup.name, title=setup.title, sender="" if is_number else sender, is_on=setup.is_on)
