"""The registry of channels as rows, for the rules that are functions of the database."""

from typing import Any, Final

from django.apps import apps as registered
from django.apps.registry import Apps
from django.db import DEFAULT_DB_ALIAS

from consents.enums import Channel
from consents.models import ChannelFacts

FIELDS: Final = ("place", "contact_kind", "lines_taken", "needs_dialogue", "needs_subscriber_consent")


def channel_facts_store(*, using: str, apps: Apps = registered, **_signal: Any) -> None:
    """Make the rows as the registry declares them; called after each migration. A repeat changes nothing.

    Does nothing in a schema that has no such table yet, and nothing through a read-only alias of the database. A fact
    that the schema has no column for yet is left out.
    """
    if using != DEFAULT_DB_ALIAS:
        return
    try:
        model = apps.get_model("consents", "ChannelFacts")
    except LookupError:
        return
    known = [name for name in FIELDS if name in {field.name for field in model._meta.get_fields()}]
    rows = {code: dict(zip(FIELDS, facts, strict=True)) for code, facts in _declared().items()}
    model.objects.exclude(code__in=rows).delete()
    model.objects.bulk_create(
        [model(code=code, **{name: facts[name] for name in known}) for code, facts in rows.items()],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=known,
    )


def channels_not_stored() -> list[str]:
    """Return the codes of channels that the database knows otherwise than the registry declares them."""
    declared = _declared()
    stored = {code: tuple(facts) for code, *facts in ChannelFacts.objects.values_list("code", *FIELDS)}
    return sorted(code for code in declared | stored if declared.get(code) != stored.get(code))


def _declared() -> dict[str, tuple[int, str, list[str], bool, bool]]:
    return {
        channel.value: (
            place,
            channel.kind.value,
            sorted(channel.spec.lines_taken),
            channel.spec.needs_dialogue,
            channel.spec.needs_subscriber_consent,
        )
        for place, channel in enumerate(Channel, start=1)
    }
