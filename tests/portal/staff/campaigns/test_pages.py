"""A campaign through the console: written by one person, checked and launched by another."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from notify import tasks
from notify.campaigns.funnel import funnel
from notify.campaigns.lifecycle import campaign_launch, campaign_submit
from notify.campaigns.planning import campaign_plan
from notify.enums import CampaignState, MessageKind, MessageState
from notify.errors import SecondPersonNeeded
from notify.links import tokens
from notify.links.issuing import LinkOrder, entrance_link_make, links_prepare
from notify.messages.invented_names import invented_name
from notify.models import Campaign, CampaignStep, Message, ProviderSetup
from portal.models import StaffAction, User
from portal.models.user import Role
from portal.staff.campaigns.acts import campaign_acts
from portal.staff.campaigns.view import live_facts
from tests.factories.consents import ContactPointFactory, CustomerFactory
from tests.factories.notify import CampaignFactory, step_of
from tests.factories.staff import PASSWORD, client_of
from tests.portal.staff.matrix import CAMPAIGN
from tests.portal.staff.world import World
from tests.support.confirming import confirm, shown_on


def _launch_url(campaign: Campaign) -> str:
    return f"/staff/campaigns/{campaign.pk}/launch/"


def _hash_on(page: str) -> str:
    found = re.search(r'name="content_sha256" value="([0-9a-f]{64})"', page)
    assert found
    return found.group(1)


def _without_nonce(content: bytes) -> bytes:
    return re.sub(rb'(nonce|value)="[^"]+"', b"", content)


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

        page = client.get(_launch_url(world.review))
        assert page.status_code == 403
        assert "Запустить должен другой сотрудник" in page.content.decode()
        answer = client.post(_launch_url(world.review), {"content_sha256": world.review.content_sha256})

        assert answer.status_code == 403
        world.review.refresh_from_db()
        assert world.review.state == CampaignState.REVIEW

    def test_leaves_a_trace_of_the_attempt(self, world: World) -> None:
        client_of(world.author).post(_launch_url(world.review), {"content_sha256": world.review.content_sha256})

        assert (_last().action, _last().object_kind, _last().object_id) == (
            "access.denied",
            "campaign",
            str(world.review.pk),
        )
        assert (_last().user, _last().details) == (world.author, {"change": "launch"})

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
        assert step_of(world.review).text.splitlines()[0] in page
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
        CampaignStep.objects.filter(campaign_id=world.review.pk).update(text="Здравствуйте! Подмена.")

        answer = client_of(world.people[Role.DPO]).post(_launch_url(world.review), {"content_sha256": seen})

        assert answer.status_code == 409
        assert "Здесь показано, как сейчас" in answer.content.decode()
        assert "Подмена" in answer.content.decode()
        assert not StaffAction.objects.filter(action="campaign.launched").exists()

    @pytest.mark.parametrize("comes_late", [False, True])
    def test_launches_after_a_new_look_when_the_audience_has_changed(self, world: World, comes_late: bool) -> None:
        campaign = CampaignFactory(created_by=world.author, audience={"answered": False})
        ContactPointFactory(customer=CustomerFactory(), email=True)
        campaign_submit(campaign_id=campaign.pk)
        client = client_of(world.people[Role.DPO])
        seen = _hash_on(client.get(_launch_url(campaign)).content.decode()) if comes_late else ""
        ContactPointFactory(customer=CustomerFactory(), email=True)

        if comes_late:
            refused = client.post(_launch_url(campaign), {"content_sha256": seen})
            assert refused.status_code == 409
            page = refused.content.decode()
        else:
            page = client.get(_launch_url(campaign)).content.decode()
            assert "состав получателей изменился" in page
        assert "Запустить: 2" in page
        client.post(_launch_url(campaign), {"content_sha256": _hash_on(page)})

        campaign.refresh_from_db()
        assert campaign.state == CampaignState.PLANNING
        assert campaign_plan(campaign_id=campaign.pk) == 2

    def test_is_told_when_planning_has_taken_the_launch_back(self, world: World) -> None:
        campaign = CampaignFactory(created_by=world.author, audience={"answered": False})
        ContactPointFactory(customer=CustomerFactory(), email=True)
        review = campaign_submit(campaign_id=campaign.pk)
        second = world.people[Role.DPO]
        campaign_launch(campaign_id=campaign.pk, launched_by_id=second.pk, content_sha256=review.sha256)
        ContactPointFactory(customer=CustomerFactory(), email=True)
        campaign_plan(campaign_id=campaign.pk)

        for path in (f"/staff/campaigns/{campaign.pk}/", _launch_url(campaign)):
            assert "Никому ничего не отправлено." in client_of(second).get(path).content.decode()

    def test_gives_it_back_with_a_reason(self, world: World) -> None:
        url = f"/staff/campaigns/{world.review.pk}/return/"
        client = client_of(world.people[Role.DPO])

        page = client.post(url, {"reason": "нет"}).content.decode()
        assert "хотя бы пять знаков" in page
        assert 'value="нет"' in page
        world.review.refresh_from_db()
        assert world.review.state == CampaignState.REVIEW
        client.post(url, {"reason": "в тексте ошибка"})

        world.review.refresh_from_db()
        assert world.review.state == CampaignState.DRAFT
        assert (_last().action, _last().reason) == ("campaign.returned", "в тексте ошибка")
        assert "в тексте ошибка" in client_of(world.author).get(f"/staff/campaigns/{world.review.pk}/").content.decode()


class TestASecondPress:
    """Is led to the campaign with a true sentence: nobody has lost a right, and something has changed."""

    def test_of_launch(self, world: World) -> None:
        client = client_of(world.people[Role.DPO])
        data = {"content_sha256": world.review.content_sha256}

        client.post(_launch_url(world.review), data)
        again = client.post(_launch_url(world.review), data, follow=True)

        assert again.redirect_chain == [(f"/staff/campaigns/{world.review.pk}/", 302)]
        assert "Кампания уже запущена." in again.content.decode()
        assert StaffAction.objects.filter(action="campaign.launched").count() == 1
        assert not StaffAction.objects.filter(action="access.denied").exists()

    @pytest.mark.parametrize(
        ("which", "path", "words"),
        [
            ("running", "pause", "уже приостановлена"),
            ("paused", "continue", "уже идёт"),
            ("running", "stop", "уже остановлена"),
            ("review", "return", "уже возвращена"),
        ],
    )
    def test_of_another_button(self, world: World, which: str, path: str, words: str) -> None:
        client = client_of(world.people[Role.DPO])
        url = f"/staff/campaigns/{getattr(world, which).pk}/{path}/"

        form = {"reason": "в тексте ошибка"} | ({"shown": shown_on(client, url)} if path == "stop" else {})

        client.post(url, form)
        again = client.post(url, form, follow=True)

        assert again.status_code == 200
        assert words in again.content.decode()

    def test_of_a_button_that_makes_no_sense_any_more(self, world: World) -> None:
        client = client_of(world.people[Role.DPO])

        answer = client.post(f"/staff/campaigns/{world.review.pk}/pause/", follow=True)

        assert "Действие не выполнено: кампания сейчас в состоянии «на проверке»." in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_costs_no_answer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: object) -> None:
        raise ConnectionError

    for task in (tasks.plan_campaign, tasks.send_chunk, tasks.send_transactional, tasks.finish_campaigns):
        monkeypatch.setattr(task, "delay", away)
    dpo, marketing = client_of(world.people[Role.DPO]), client_of(world.people[Role.MARKETING])
    settle = f"/staff/campaigns/{world.running.pk}/messages/{world.unknown.pk}/settle/"

    answers = [
        dpo.post(_launch_url(world.review), {"content_sha256": world.review.content_sha256}),
        dpo.post(f"/staff/campaigns/{world.paused.pk}/continue/"),
        marketing.post(f"/staff/campaigns/{world.draft.pk}/test/"),
        dpo.post(settle, {"outcome": "accepted", "reason": "спросили у оператора"}),
    ]

    assert [answer.status_code for answer in answers] == [302, 302, 302, 302]
    world.review.refresh_from_db()
    assert world.review.state == CampaignState.PLANNING


class TestAChannelWithoutAProvider:
    """Nothing can leave over it, and nothing is set going that would leave on the day a provider comes."""

    @pytest.fixture(autouse=True)
    def _nobody_carries_sms(self, world: World) -> None:  # noqa: ARG002 - made before
        ProviderSetup.objects.update(is_on=False)

    def test_is_not_offered(self, world: World, settings: Settings) -> None:
        settings.SANDBOX = False
        client = client_of(world.people[Role.MARKETING])
        before = Campaign.objects.count()

        page = client.get("/staff/campaigns/new/").content.decode()
        client.post("/staff/campaigns/new/", CAMPAIGN | {"channel": "sms", "text": "((ссылка))"})

        assert re.findall(r'name="channel" value="(\w+)"', page) == ["email"]
        assert Campaign.objects.count() == before

    def test_cannot_be_submitted(self, world: World, settings: Settings) -> None:
        settings.SANDBOX = False
        CampaignStep.objects.filter(campaign_id=world.draft.pk).update(channel="sms")
        client = client_of(world.people[Role.MARKETING])

        page = client.get(f"/staff/campaigns/{world.draft.pk}/").content.decode()
        answer = client.post(f"/staff/campaigns/{world.draft.pk}/submit/")

        assert "не подключён провайдер" in page
        assert re.search(r"<button[^>]* disabled[^>]*>На проверку", page)
        assert (answer.status_code, "К каналу не подключён провайдер" in answer.content.decode()) == (409, True)
        world.draft.refresh_from_db()
        assert world.draft.state == CampaignState.DRAFT

    def test_cannot_be_launched_on(self, world: World, settings: Settings) -> None:
        settings.SANDBOX = False
        CampaignStep.objects.filter(campaign_id=world.review.pk).update(channel="sms")
        client = client_of(world.people[Role.DPO])

        page = client.get(_launch_url(world.review)).content.decode()
        answer = client.post(_launch_url(world.review), {"content_sha256": _hash_on(page)})

        assert re.search(r"<button[^>]* disabled[^>]*>Запустить", page)
        assert (answer.status_code, "К каналу не подключён провайдер" in answer.content.decode()) == (409, True)
        world.review.refresh_from_db()
        assert world.review.state == CampaignState.REVIEW


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
            (
                {"text_kind": "advertising", "legal_basis": "consent", "send_until": "22:00"},
                "Реклама приходит только днём",
            ),
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

        assert step_of(world.draft).subject in page


class TestTheRun:
    """Progress, pause, stop, doubtful messages, report."""

    def test_the_sum_is_shown_with_every_part(self, world: World) -> None:
        page = client_of(world.author).get(f"/staff/campaigns/{world.running.pk}/").content.decode()

        assert "В плане 1 = отправлено 0 + исключено 0 + не доставлено 0 + неизвестно 1" in page
        assert "итоги совпадают" in page

    @pytest.mark.parametrize(
        ("state", "is_followed"),
        [("planning", True), ("running", True), ("paused", True), ("stopped", False), ("finished", False)],
    )
    def test_the_page_follows_what_still_moves(self, world: World, state: str, is_followed: bool) -> None:
        Campaign.objects.filter(pk=world.running.pk).update(state=state)

        page = client_of(world.author).get(f"/staff/campaigns/{world.running.pk}/").content.decode()

        assert (f'data-live="/staff/campaigns/{world.running.pk}/progress/?state={state}"' in page) is is_followed
        assert ("live.js" in page) is is_followed

    @pytest.mark.parametrize(
        ("drawn", "now"),
        [
            ("planning", "running"),
            ("planning", "review"),
            ("running", "paused"),
            ("paused", "running"),
            ("running", "finished"),
            ("running", "stopped"),
        ],
    )
    def test_a_page_drawn_for_another_state_loads_anew(self, world: World, drawn: str, now: str) -> None:
        client, url = client_of(world.author), f"/staff/campaigns/{world.running.pk}/progress/"
        Campaign.objects.filter(pk=world.running.pk).update(state=drawn)
        assert "data-live-done" not in client.get(url, {"state": drawn}).content.decode()

        Campaign.objects.filter(pk=world.running.pk).update(state=now)

        assert "data-live-done" in client.get(url, {"state": drawn}).content.decode()

    def test_one_figure_is_said_once(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        rows = [replace(row, sent=row.sent + 1) for row in funnel(campaign_id=world.running.pk)]
        monkeypatch.setattr("portal.staff.campaigns.view.funnel", lambda **_: rows)

        facts = live_facts(world.running.pk, user=world.author)

        shown = {bar.label: bar.value for bar in facts["bars"]}
        assert (shown["Отправлено"], facts["touchpoints"][0][1][1]) == (facts["status"].sent, facts["status"].sent)

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

    def test_a_message_of_another_campaign_is_not_settled_here(self, world: World) -> None:
        url = f"/staff/campaigns/{world.paused.pk}/messages/{world.unknown.pk}/settle/"

        answer = client_of(world.author).post(url, {"outcome": "accepted", "reason": "спросили у оператора"})

        assert answer.status_code == 404
        assert Message.objects.get(pk=world.unknown.pk).state == MessageState.UNKNOWN

    def test_reasons_are_words_and_never_codes(self, world: World) -> None:
        Message.objects.filter(pk=world.unknown.pk).update(
            state=MessageState.FAILED, error_code="gave_up_smtp_450_4.2.1"
        )
        client = client_of(world.author)

        for path in ("", "messages/failed/"):
            page = client.get(f"/staff/campaigns/{world.running.pk}/{path}").content.decode()
            assert "попытки исчерпаны: почтовый сервер отказал, код 450 4.2.1" in page
            assert "gave_up" not in page

    def test_a_campaign_that_was_stopped_before_its_plan_waits_for_nothing(self, world: World) -> None:
        Campaign.objects.filter(pk=world.paused.pk).update(state=CampaignState.STOPPED, planned_count=None)

        page = client_of(world.author).get(f"/staff/campaigns/{world.paused.pk}/").content.decode()

        assert "остановлена раньше, чем был составлен план" in page
        assert "обновится сама" not in page

    def test_letters_are_not_said_to_be_undelivered_when_nobody_tells(self, world: World) -> None:
        client, url = client_of(world.author), f"/staff/campaigns/{world.running.pk}/"

        assert "почта не сообщает" in client.get(url).content.decode()
        Message.objects.filter(pk=world.unknown.pk).update(state=MessageState.DELIVERED)
        assert "почта не сообщает" not in client.get(url).content.decode()

    def test_a_figure_opens_its_list_of_numbers(self, world: World) -> None:
        Message.objects.filter(pk=world.unknown.pk).update(state=MessageState.ACCEPTED)
        client = client_of(world.author)
        page = client.get(f"/staff/campaigns/{world.running.pk}/").content.decode()

        assert f"/staff/campaigns/{world.running.pk}/people/sent/" in page
        assert "/people/consented/" not in page
        listed = client.get(f"/staff/campaigns/{world.running.pk}/people/sent/").content.decode()
        assert world.customer.external_id in listed
        assert world.customer.name not in listed
        nobody = client.get(f"/staff/campaigns/{world.running.pk}/people/confirmed/").content.decode()
        assert world.customer.external_id not in nobody

    def test_the_report_tells_consents_only_to_those_who_may_take_them_away(self, world: World) -> None:
        url = f"/staff/campaigns/{world.running.pk}/report.csv"
        dpo = world.people[Role.DPO]

        of_marketing = b"".join(client_of(world.author).get(url)).decode("utf-8-sig")
        of_dpo = b"".join(client_of(dpo).get(url)).decode("utf-8-sig")
        unconfirmed = client_of(dpo, confirmed=False).get(url)

        assert "Согласие" not in of_marketing.splitlines()[0]
        assert "Согласие" in of_dpo.splitlines()[0]
        assert unconfirmed["Location"].startswith("/accounts/reauthenticate/")

    def test_the_report_names_numbers_and_no_contact(self, world: World) -> None:
        answer = client_of(world.author).get(f"/staff/campaigns/{world.running.pk}/report.csv")
        text = b"".join(answer).decode("utf-8-sig")

        assert world.customer.external_id in text
        assert "исход неизвестен" in text
        assert "@" not in text
        assert "+7" not in text
        assert _last().details == {"rows": 1}

    def test_a_test_goes_to_the_author_only(self, world: World) -> None:
        client_of(world.people[Role.MARKETING]).post(f"/staff/campaigns/{world.draft.pk}/test/")

        message = Message.objects.get(kind=MessageKind.TEST)
        assert message.address == world.people[Role.MARKETING].email

    def test_what_became_of_a_test_is_shown(self, world: World) -> None:
        client, url = client_of(world.people[Role.MARKETING]), f"/staff/campaigns/{world.draft.pk}/"

        page = client.post(url + "test/", follow=True).content.decode()
        assert "Тестовое сообщение поставлено в очередь." in page
        assert "<dd>в плане" in page
        Message.objects.filter(kind=MessageKind.TEST).update(state=MessageState.FAILED, error_code="smtp_550")

        page = client.get(url).content.decode()
        assert "не доставлено" in page
        assert "почтовый сервер отказал, код 550" in page


class TestRevokedLinks:
    """One press closes everything that has left; what a dead link shows tells nobody that it ever lived."""

    def _link(self, world: World) -> str:
        lease = uuid4()
        Message.objects.filter(pk=world.unknown.pk).update(state=MessageState.CLAIMED, lease=lease)
        (link,) = links_prepare(
            orders=[
                LinkOrder(
                    world.unknown.pk,
                    world.running.touchpoints.get().pk,
                    timezone.now() + timedelta(days=1),
                )
            ],
            channel="email",
            lease=lease,
        ).values()
        return link.token

    def test_no_longer_open_and_look_like_unknown_ones(self, world: World) -> None:
        token, staff = self._link(world), client_of(world.people[Role.DPO])
        assert Client().get(f"/k/{token}").status_code == 303
        url = f"/staff/campaigns/{world.running.pk}/links/revoke/"

        assert "Отозвать ссылки кампании" in staff.get(url).content.decode()
        assert Client().get(f"/k/{token}").status_code == 303
        confirm(staff, url)

        dead, unknown = Client().get(f"/k/{token}"), Client().get(f"/k/{tokens.token_new()}")
        assert (dead.status_code, _without_nonce(dead.content)) == (
            unknown.status_code,
            _without_nonce(unknown.content),
        )
        assert dead.status_code != 303
        assert _last().action == "campaign.links_revoked"
        assert "Ссылки отозваны" in staff.get(f"/staff/campaigns/{world.running.pk}/").content.decode()

    def test_there_is_nothing_to_revoke_before_the_launch(self, world: World) -> None:
        answer = client_of(world.people[Role.DPO]).post(f"/staff/campaigns/{world.draft.pk}/links/revoke/", follow=True)

        assert "Действие не выполнено" in answer.content.decode()
        world.draft.refresh_from_db()
        assert world.draft.links_revoked_at is None


class TestThePreview:
    """A look at a recipient is a look."""

    @pytest.mark.parametrize(("role", "is_masked"), [(Role.MARKETING, False), (Role.DPO, True)])
    def test_hides_the_address_and_is_written_down(self, world: World, role: Role, is_masked: bool) -> None:
        client = client_of(world.people[role])

        page = client.get(f"/staff/campaigns/{world.draft.pk}/preview/").content.decode()

        assert "@yandex.ru" not in page
        assert ("•••@y•••.ru" in page) is is_masked
        assert ("Люди вымышлены" in page) is not is_masked
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
        assert client.get(f"/staff/campaigns/{world.draft.pk}/letter/99/").status_code == 200

    def test_a_name_is_whole_only_for_those_who_see_customers_whole(self, world: World) -> None:
        for role, is_whole in ((Role.MARKETING, False), (Role.DPO, True)):
            client = client_of(world.people[role])
            letter = client.get(f"/staff/campaigns/{world.review.pk}/letter/0/").content.decode()

            assert (world.customer.name in letter) is is_whole
            assert (invented_name(world.customer.name) in letter) is not is_whole

    def test_a_letter_is_in_the_language_in_which_it_leaves(self, world: World) -> None:
        letters = [
            client_of(world.people[Role.DPO])
            .get(f"/staff/campaigns/{world.review.pk}/letter/0/", headers={"accept-language": language})
            .content
            for language in ("en", "ru")
        ]

        assert letters[0] == letters[1]


def test_people_who_came_by_the_general_entrance_are_shown(world: World) -> None:
    client = client_of(world.author)
    assert "Общий вход" not in client.get("/staff/campaigns/").content.decode()

    entrance_link_make(customer_id=world.customer.pk, expires_at=timezone.now() + timedelta(hours=1))

    assert "Общий вход" in client.get("/staff/campaigns/").content.decode()


@pytest.mark.parametrize("state", CampaignState.values)
def test_no_state_lets_its_author_launch(state: str) -> None:
    author = User(pk=7, role=Role.MARKETING)

    assert not campaign_acts(state=state, created_by_id=7, user=author)["launch"]


def test_an_unknown_campaign_is_a_page_and_not_a_crash(world: World) -> None:
    answer = client_of(world.author).get("/staff/campaigns/999999/")

    assert answer.status_code == 404
