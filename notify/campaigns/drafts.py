"""A specification as the rows that it would become: forecast, warnings and previews read them like saved ones."""

from dataclasses import asdict, fields
from typing import Any, Final

from notify.models import Campaign, CampaignStep
from notify.types import CampaignSpec, StepSpec

STEP_FIELDS: Final = tuple(field.name for field in fields(StepSpec))


def campaign_values(spec: CampaignSpec) -> dict[str, Any]:
    """Return the columns of the campaign itself, without its steps."""
    return {
        "name": spec.name,
        "audience": dict(spec.audience),
        "send_from": spec.send_from,
        "send_until": spec.send_until,
    }


def steps_drafted(spec: CampaignSpec) -> tuple[CampaignStep, ...]:
    """Return the steps of a specification, which need not be one that could be saved."""
    campaign = Campaign(**campaign_values(spec))
    return tuple(
        CampaignStep(campaign=campaign, position=position, **asdict(step))
        for position, step in enumerate(spec.steps, start=1)
    )


def step_spec(step: CampaignStep) -> StepSpec:
    """Return the specification of a saved step."""
    return StepSpec(**{name: getattr(step, name) for name in STEP_FIELDS})
