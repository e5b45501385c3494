"""Stages that a person reached from a link; each is set once and never taken back."""

import enum

from django.db.models.functions import Coalesce, Now

from notify.models import Link


class LinkStage(enum.StrEnum):
    """Stages of the funnel, in the order in which people pass them: each has its column of a link."""

    VISITED = "visited"
    CONFIRMED = "confirmed"
    CONSENTED = "consented"
    MAX_LINKED = "max_linked"


def visit_record(*, link_id: int) -> bool:
    """Record that a human has seen the page. Return whether this was the first time."""
    return stage_record(link_id=link_id, stage=LinkStage.VISITED)


def stage_record(*, link_id: int, stage: LinkStage) -> bool:
    """Record a stage, and the visit that it implies. Return whether this was the first time.

    Call it for what a person did by a button, never for a fetch.
    """
    column = f"{stage}_at"
    marks = {"visited_at": Coalesce("visited_at", Now()), column: Coalesce(column, Now())}
    return Link.objects.filter(pk=link_id, **{f"{column}__isnull": True}).update(**marks) == 1
