"""A campaign through the console: written by one person, checked and launched by another."""

import pytest
from django.db import IntegrityError, transaction

from notify.enums import CampaignState, MessageKind, MessageState
from notify.errors import SecondPersonNeeded
from notify.models import Campaign, Message
from notify.services.campaigns import campaign_launch
from portal.models import StaffAction, User
from portal.models.user import Role
from portal.staff.campaign_acts import campaign_acts
from tests.factories.staff import PASSWORD, client_of
from tests.portal.staff.matrix import CAMPAIGN
from tests.portal.staff.world import World


def _launch_url(campaign: Campaign) -> str:
    return f"/staff/campaigns/{campaign.pk}/launch/"


def _last() -> StaffAction:
    return StaffAction.objects.latest("id")


class TestTheAuthor:
    """Whoever wrote it never launches it."""

    def test_finds_no_button_but_the_reason(self, world: World) -> None:
        page = client_of(world.author).get(f"/staff/campaigns/{world.review.pk}/").content.decode()

        assert "автор свою кампанию не запускает" in page
        assert _launch_url(world.review) not in page

    def test_is_refused_by_the_page(self, world: World) -> None:
        client = client_of(world.author)

        assert client.get(_launch_url(world.review)).status_code == 403
        answer = client.post(_launch_url(world.review), {"content_sha256": world.review.content_sha256})

        assert answer.status_code == 403
        world.review.refresh_from_db()
        assert world.review.state == CampaignState.REVIEW

    def test_is_refused_by_the_service(self, world: World) -> None:
        with pytest.raises(SecondPersonNeeded):
            campaign_launch(
                campaign_id=world.review.pk,
                launched_by_id=world.author.pk,
                content_sha256=world.review.content_sha256,
            )

    def test_is_refused_by_the_database(self, world: World) -> None:
        with pytest.raises(IntegrityError, match="campaign_second_person"), transaction.atomic():
            Campaign.objects.filter(pk=world.review.pk).update(state=CampaignState.PLANNING, launched_by=world.author)


class TestTheSecondPerson:
    """Sees everything, confirms the login, launches exactly that."""

    def test_sees_count_exclusions_text_and_sample(self, world: World) -> None:
        page = client_of(world.people[Role.DPO]).get(_launch_url(world.review)).content.decode()

        assert "Запустить: 1" in page
        assert world.review.text.splitlines()[0] in page
        assert world.review.content_sha256 in page

    def test_launches_what_was_submitted(self, world: World) -> None:
        client = client_of(world.people[Role.DPO])

        answer = client.post(_launch_url(world.review), {"content_sha256": world.review.content_sha256})

        assert answer["Location"] == f"/staff/campaigns/{world.review.pk}/"
        world.review.refresh_from_db()
        assert (world.review.state, world.review.launched_by_id) == (
            CampaignState.PLANNING,
            world.people[Role.DPO].pk,
        )
        assert _last().action == "campaign.launched"
        assert _last().details == {"content_sha256": world.review.content_sha256, "is_new": True}

    def test_confirms_the_login_first_and_then_the_launch_goes_on(self, world: World) -> None:
        client = client_of(world.people[Role.DPO], confirmed=False)
        data = {"content_sha256": world.review.content_sha256}

        asked = client.post(_launch_url(world.review), data)
        world.review.refresh_from_db()
        assert asked["Location"].startswith("/accounts/reauthenticate/?next=")
        assert world.review.state == CampaignState.REVIEW

        client.post(asked["Location"], {"password": PASSWORD})
        world.review.refresh_from_db()
        assert world.review.state == CampaignState.PLANNING

    def test_cannot_launch_what_has_changed_since(self, world: World) -> None:
        seen = world.review.content_sha256
        Campaign.objects.filter(pk=world.review.pk).update(text="Здравствуйте! Подмена.")

        answer = client_of(world.people[Role.DPO]).post(_launch_url(world.review), {"content_sha256": seen})

        assert answer.status_code == 409
        assert "изменилась после проверки" in answer.content.decode()
        assert not StaffAction.objects.filter(action="campaign.launched").exists()

    def test_gives_it_back_with_a_reason(self, world: World) -> None:
        url = f"/staff/campaigns/{world.review.pk}/return/"
        client = client_of(world.people[Role.DPO])

        client.post(url, {"reason": "нет"})
        world.review.refresh_from_db()
        assert world.review.state == CampaignState.REVIEW
        client.post(url, {"reason": "в тексте ошибка"})

        world.review.refresh_from_db()
        assert world.review.state == CampaignState.DRAFT
        assert (_last().action, _last().reason) == ("campaign.returned", "в тексте ошибка")


class TestTheEditor:
    """Says in words what is wrong, keeps what it does not show, and belongs to the author."""

    def test_saves_a_draft_with_its_filter(self, world: World) -> None:
        client = client_of(world.people[Role.MARKETING])

        client.post(
            "/staff/campaigns/new/", CAMPAIGN | {"segments": ["ядро"], "cities": "Омск, Томск", "answered": "no"}
        )

        campaign = Campaign.objects.latest("id")
        assert campaign.created_by == world.people[Role.MARKETING]
        assert campaign.audience == {"segments": ["ядро"], "cities": ["Омск", "Томск"], "answered": False}
        assert (_last().action, _last().object_id) == ("campaign.created", str(campaign.pk))

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"text": "Привет, ((фамилия))!"}, "Поля ((фамилия)) нет."),
            ({"text": "Привет, ((имя)!"}, "не хватает закрывающих скобок"),
            ({"channel": "sms", "text": "Без адреса"}, "в тексте нужна личная ссылка"),
            ({"text_kind": "advertising"}, "Реклама уходит только по согласию"),
            ({"subject": ""}, "Заполните это поле."),
        ],
    )
    def test_says_what_is_wrong(self, world: World, change: dict[str, str], sentence: str) -> None:
        before = Campaign.objects.count()

        answer = client_of(world.people[Role.MARKETING]).post("/staff/campaigns/new/", CAMPAIGN | change)

        assert sentence in answer.content.decode()
        assert Campaign.objects.count() == before

    def test_counts_while_somebody_types_and_stores_nothing(self, world: World) -> None:
        before = Campaign.objects.count()

        page = client_of(world.people[Role.MARKETING]).post("/staff/campaigns/check/", CAMPAIGN | {"name": ""})

        assert '<span class="stat__value">1</span>' in page.content.decode()
        assert Campaign.objects.count() == before

    def test_keeps_a_list_of_people_that_it_does_not_show(self, world: World) -> None:
        client = client_of(world.people[Role.MARKETING])

        client.post(f"/staff/campaigns/{world.draft.pk}/edit/", CAMPAIGN)

        world.draft.refresh_from_db()
        assert world.draft.audience == {"customer_ids": [world.customer.pk]}
        assert world.draft.revision == 2

    def test_is_closed_to_other_authors(self, world: World) -> None:
        client = client_of(world.author)

        for path in ("edit", "submit", "test"):
            assert client.post(f"/staff/campaigns/{world.draft.pk}/{path}/", CAMPAIGN).status_code == 403
        world.draft.refresh_from_db()
        assert (world.draft.revision, world.draft.state) == (1, CampaignState.DRAFT)

    def test_changing_a_campaign_under_review_voids_the_review(self, world: World) -> None:
        client_of(world.author).post(f"/staff/campaigns/{world.review.pk}/edit/", CAMPAIGN)

        world.review.refresh_from_db()
        assert (world.review.state, world.review.content_sha256) == (CampaignState.DRAFT, "")

    def test_begins_with_the_words_of_a_copied_campaign(self, world: World) -> None:
        page = client_of(world.author).get(f"/staff/campaigns/new/?copy={world.draft.pk}").content.decode()

        assert world.draft.subject in page


class TestTheRun:
    """Progress, pause, stop, doubtful messages, report."""

    def test_the_sum_is_shown_with_every_part(self, world: World) -> None:
        page = client_of(world.author).get(f"/staff/campaigns/{world.running.pk}/").content.decode()

        assert "В плане 1 = отправлено 0 + исключено 0 + не доставлено 0 + неизвестно 1" in page
        assert "сходится" in page

    def test_the_fragment_ends_when_the_campaign_has_stopped(self, world: World) -> None:
        client = client_of(world.author)
        url = f"/staff/campaigns/{world.running.pk}/progress/"

        assert "data-live-done" not in client.get(url).content.decode()
        client.post(f"/staff/campaigns/{world.running.pk}/stop/")

        assert "data-live-done" in client.get(url).content.decode()

    def test_pause_and_continue_are_written_down(self, world: World) -> None:
        client = client_of(world.author)

        client.post(f"/staff/campaigns/{world.running.pk}/pause/")
        client.post(f"/staff/campaigns/{world.running.pk}/continue/")

        acts = StaffAction.objects.filter(object_kind="campaign").order_by("id").values_list("action", flat=True)
        assert list(acts) == ["campaign.paused", "campaign.continued"]

    def test_a_doubtful_message_is_settled_once_with_a_source(self, world: World) -> None:
        client = client_of(world.author)
        url = f"/staff/campaigns/{world.running.pk}/messages/{world.unknown.pk}/settle/"

        client.post(url, {"outcome": "accepted", "reason": ""})
        assert Message.objects.get(pk=world.unknown.pk).state == MessageState.UNKNOWN
        client.post(url, {"outcome": "accepted", "reason": "спросили у оператора"})

        assert Message.objects.get(pk=world.unknown.pk).state == MessageState.ACCEPTED
        assert (_last().action, _last().reason) == ("message.settled", "спросили у оператора")

    def test_the_report_names_numbers_and_no_contact(self, world: World) -> None:
        answer = client_of(world.author).get(f"/staff/campaigns/{world.running.pk}/report.csv")
        text = b"".join(answer.streaming_content).decode("utf-8-sig")

        assert world.customer.external_id in text
        assert "исход неизвестен" in text
        assert "@" not in text
        assert "+7" not in text
        assert _last().details == {"rows": 1}

    def test_a_test_goes_to_the_author_only(self, world: World) -> None:
        client_of(world.people[Role.MARKETING]).post(f"/staff/campaigns/{world.draft.pk}/test/")

        message = Message.objects.get(kind=MessageKind.TEST)
        assert message.address == world.people[Role.MARKETING].email


class TestThePreview:
    """A look at a recipient is a look."""

    def test_hides_the_address_and_is_written_down(self, world: World) -> None:
        client = client_of(world.people[Role.MARKETING])

        page = client.get(f"/staff/campaigns/{world.draft.pk}/preview/").content.decode()

        assert "@yandex.ru" not in page
        assert "л•••@y•••.ru" in page or "l•••@y•••.ru" in page
        assert (_last().action, _last().details) == ("campaign.previewed", {"customer_id": world.customer.pk})

    def test_the_letter_runs_no_script_and_is_framed_by_us_alone(self, world: World) -> None:
        client = client_of(world.people[Role.MARKETING])

        answer = client.get(f"/staff/campaigns/{world.draft.pk}/letter/0/")

        policy = answer["Content-Security-Policy"]
        assert "script-src" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'self'" in policy
        assert answer["X-Frame-Options"] == "SAMEORIGIN"

    def test_a_number_beyond_the_samples_is_the_last_one(self, world: World) -> None:
        client = client_of(world.people[Role.MARKETING])

        assert client.get(f"/staff/campaigns/{world.draft.pk}/preview/?n=99").status_code == 200
        assert client.get(f"/staff/campaigns/{world.draft.pk}/letter/99/").status_code == 404


@pytest.mark.parametrize("state", CampaignState.values)
def test_no_state_lets_its_author_launch(state: str) -> None:
    author = User(pk=7, role=Role.MARKETING)

    assert not campaign_acts(state=state, created_by_id=7, user=author).launch


def test_an_unknown_campaign_is_a_page_and_not_a_crash(world: World) -> None:
    answer = client_of(world.author).get("/staff/campaigns/999999/")

    assert answer.status_code == 404
