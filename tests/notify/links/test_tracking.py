"""Stages of the funnel are set once and never taken back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notify.links.issuing import link_make
from notify.links.tracking import LinkStage, stage_record, visit_record
from notify.models import Link
from tests.factories.consents import CustomerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def link() -> Link:
    """A fresh link."""
    link_make(customer_id=CustomerFactory().pk, expires_at=timezone.now() + timedelta(days=1))
    return Link.objects.get()


def test_only_the_first_visit_counts(link: Link) -> None:
    assert visit_record(link_id=link.pk)
    link.refresh_from_db()
    first = link.visited_at

    assert not visit_record(link_id=link.pk)
    link.refresh_from_db()
    assert link.visited_at == first


@pytest.mark.parametrize("stage", [LinkStage.CONFIRMED, LinkStage.CONSENTED, LinkStage.MAX_LINKED])
def test_a_later_stage_is_a_visit_too(link: Link, stage: LinkStage) -> None:
    stage_record(link_id=link.pk, stage=stage)

    link.refresh_from_db()
    assert link.visited_at is not None
    assert getattr(link, f"{stage}_at") is not None


def test_a_stage_of_a_link_that_is_gone_is_nothing() -> None:
    assert not stage_record(link_id=987_654, stage=LinkStage.VISITED)
