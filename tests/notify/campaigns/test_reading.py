"""What staff see of a campaign: figures that add up, previews that show no address, warnings before the launch."""

from datetime import time, timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django.fixtures import Settings

from consents.models import ContactPoint
from notify.campaigns.drafts import steps_drafted
from notify.campaigns.reading import (
    campaign_pace,
    campaign_read,
    campaign_status,
    campaigns_listed,
    step_previews,
    step_warnings,
)
from notify.campaigns.recipients import step_forecast
from notify.enums import MessageState, SkipReason
from notify.errors import CampaignNotFound
from notify.models import ChannelSetting, Link, Message, MessageTally
from notify.outbox.watching.reading import messages_listed
from notify.types import CampaignSpec
from tests.factories.consents import StopFactory
from tests.factories.notify import (
    CampaignFactory,
    campaign_running,
    contract_make,
    operator_make,
    people_make,
    spec_make,
)

pytestmark = pytest.mark.django_db


def warnings_of(spec: CampaignSpec) -> list[str]:
    """The warnings of its first step."""
    step = steps_drafted(spec)[0]
    return step_warnings(step, forecast=step_forecast(step))


def test_the_status_counts_every_state_and_names_the_reasons() -> None:
    people = people_make(9)
    campaign = campaign_running(people)
    numbers = list(Message.objects.order_by("id").values_list("pk", flat=True))
    changes: list[dict[str, object]] = [
        {"state": MessageState.ACCEPTED},
        {"state": MessageState.DELIVERED},
        {"state": MessageState.FAILED, "error_code": "smtp_550"},
        {"state": MessageState.FAILED, "error_code": "smtp_550"},
        {"state": MessageState.UNKNOWN, "error_code": "worker_lost"},
        {"state": MessageState.SKIPPED, "skip_reason": SkipReason.WITHDRAWN},
        {"state": MessageState.HELD},
        {"state": MessageState.CLAIMED},
        {"state": MessageState.SENDING},
    ]
    for number, change in zip(numbers, changes, strict=True):
        Message.objects.filter(pk=number).update(**change)

    status = campaign_status(campaign_id=campaign.pk)

    assert (status.sent, status.delivered, status.failed, status.unknown, status.skipped, status.open) == (
        2, 1, 2, 1, 1, 3,
    )  # fmt: skip
    assert status.planned_total == status.sent + status.failed + status.unknown + status.skipped + status.open
    assert status.complete
    assert status.failed_by_code == {"smtp_550": 2}
    assert status.skipped_by_reason == {SkipReason.WITHDRAWN: 1}


def test_a_row_too_few_is_noticed() -> None:
    campaign = campaign_running(people_make(2))
    Message.objects.filter(campaign=campaign).order_by("id")[0].delete()

    assert not campaign_status(campaign_id=campaign.pk).complete


def test_nobodys_number_is_not_found() -> None:
    with pytest.raises(CampaignNotFound):
        campaign_status(campaign_id=404)
    with pytest.raises(CampaignNotFound):
        campaign_read(campaign_id=404)


def test_the_list_begins_with_the_newest() -> None:
    first, second = CampaignFactory(), CampaignFactory(state="review")

    assert list(campaigns_listed()) == [second, first]
    assert list(campaigns_listed(state="draft")) == [first]


def test_lists_of_doubts_and_faults_hold_reasons_and_no_address() -> None:
    campaign = campaign_running(people_make(3))
    Message.objects.update(state=MessageState.UNKNOWN, error_code="connection_lost")
    campaign_running(people_make(1))

    rows = list(messages_listed(state="unknown", campaign_id=campaign.pk))

    assert len(rows) == 3
    assert {row["error_code"] for row in rows} == {"connection_lost"}
    assert "@" not in str(rows)


def test_the_pace_is_that_of_the_time_since_the_first_message() -> None:
    campaign = campaign_running(people_make(3))
    Message.objects.update(state=MessageState.ACCEPTED)
    first = MessageTally.objects.filter(sent__gt=0).order_by("id")[0]
    MessageTally.objects.filter(pk=first.pk).update(at=Now() - timedelta(minutes=2))

    assert campaign_pace(campaign_id=campaign.pk) == pytest.approx(3 / 2, rel=0.5)


@pytest.mark.parametrize("seconds", [1, 11 * 60])
def test_there_is_no_pace_of_the_first_seconds_and_of_long_ago(seconds: int) -> None:
    campaign = campaign_running(people_make(3))
    Message.objects.update(state=MessageState.ACCEPTED)
    MessageTally.objects.update(at=Now() - timedelta(seconds=seconds))

    assert campaign_pace(campaign_id=campaign.pk) == 0


class TestBeforeTheLaunch:
    def test_the_forecast_is_what_the_plan_will_do(self) -> None:
        people = people_make(3) + people_make(1, zone="Asia/Omsk")
        StopFactory(customer=people[0])
        ContactPoint.objects.filter(customer=people[1]).delete()

        forecast = step_forecast(
            steps_drafted(spec_make(audience={"customer_ids": [person.pk for person in people]}))[0]
        )

        assert (forecast.size, forecast.will_send) == (4, 2)
        assert forecast.refused == {SkipReason.SUPPRESSED: 1, SkipReason.NO_CONTACT: 1}
        assert forecast.zones == {"Europe/Moscow": 1, "Asia/Omsk": 1}

    def test_those_who_must_wait_for_their_morning_are_counted(self) -> None:
        people = people_make(2, zone="UTC")
        hour = timezone.now().hour
        window = {"send_from": time((hour + 2) % 24), "send_until": time((hour + 3) % 24)}
        spec = spec_make(audience={"customer_ids": [person.pk for person in people]}, **window)

        assert step_forecast(steps_drafted(spec)[0]).waiting == 2

    def test_warnings_name_what_the_author_should_know(self) -> None:
        people = people_make(1, channel="max")
        spec = spec_make(channel="max", audience={"customer_ids": [person.pk for person in people]})

        assert warnings_of(spec) == [
            "max_contract_missing",
            "nobody_may_be_written_to",
        ]
        contract = contract_make("advertising")
        assert warnings_of(spec)[0] == "kind_not_in_contract"
        contract.delete()
        contract_make()
        ChannelSetting.objects.update_or_create(channel="max", defaults={"is_open": False})
        assert warnings_of(spec) == ["channel_closed"]

    def test_a_channel_without_a_provider_is_said(self, settings: Settings) -> None:
        settings.SANDBOX = False
        people = people_make(1, channel="sms")
        spec = spec_make(channel="sms", subject="", audience={"customer_ids": [person.pk for person in people]})

        assert warnings_of(spec) == ["channel_not_connected"]

    def test_nobody_at_all_is_said(self) -> None:
        spec = spec_make(audience={"segments": ["Нет таких"]})

        assert warnings_of(spec) == ["audience_empty"]


class TestPreviews:
    def test_show_the_persons_own_words_and_a_mask_and_make_no_link(self) -> None:
        operator_make()
        people = people_make(2, name="Ёлкин Пётр")
        spec = spec_make(audience={"customer_ids": [person.pk for person in people]})

        previews = step_previews(steps_drafted(spec)[0], limit=1)

        assert len(previews) == 1
        assert previews[0].customer_id == people[0].pk
        assert "Ёлкин Пётр" in previews[0].text
        assert "Ёлкин Пётр" in previews[0].html
        value = ContactPoint.objects.get(customer=people[0]).value
        assert value not in str(previews[0])
        assert "•" in previews[0].mask
        assert not Link.objects.exists()
        assert not Message.objects.exists()

    def test_count_the_parts_of_an_sms_with_a_link_of_real_length(self) -> None:
        people = people_make(1, channel="sms")
        spec = spec_make(
            channel="sms",
            subject="",
            text="я" * 40 + " ((ссылка))",
            audience={"customer_ids": [person.pk for person in people]},
        )

        (preview,) = step_previews(steps_drafted(spec)[0])

        assert len(preview.text) == 41 + len("http://testserver/k/") + 13
        assert preview.segments == 2

    def test_with_nobody_to_show_made_up_values_are_used(self) -> None:
        (preview,) = step_previews(steps_drafted(spec_make(audience={"segments": ["Нет таких"]}))[0])

        assert preview.customer_id == 0
        assert "Анна Петровна Ёлкина" in preview.text

    def test_begin_with_one_person_for_each_shape_of_a_name(self) -> None:
        names = ["Ёлкин Пётр", "Ёлкин Пётр", "Ёлкин Пётр", "John Smith", "Ёлкина Анна Петровна", ""]
        people = [person for name in names for person in people_make(1, name=name)]
        spec = spec_make(audience={"customer_ids": [person.pk for person in people]})

        previews = step_previews(steps_drafted(spec)[0], limit=4)

        assert [one.name for one in previews] == ["Ёлкин Пётр", "John Smith", "Ёлкина Анна Петровна", ""]

    def test_a_flag_is_seen_by_those_whom_it_means(self) -> None:
        people = people_make(2)
        people[0].messenger = "whatsapp"
        people[0].save()
        spec = spec_make(
            text="((иностранный мессенджер??Прежний мессенджер закрыт.)) Ждём вас.",
            audience={"customer_ids": [person.pk for person in people]},
        )

        first, second = step_previews(steps_drafted(spec)[0])

        assert "Прежний" in first.text
        assert "Прежний" not in second.text
