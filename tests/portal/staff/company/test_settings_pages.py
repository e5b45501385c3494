"""Documents, company, channels, journal, navigation, lists: what each page promises besides its right."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from consents.documents.defaults import DEFAULT_TEXTS
from consents.documents.publishing import edition_draft
from consents.documents.reading import document_preview
from consents.enums import DocumentKind, DocumentStatus
from consents.models import Company, Edition
from notify.channel_settings import channels_in_use
from notify.models import ChannelSetting
from portal.models import StaffAction
from portal.models.user import Role
from portal.staff.company.forms import CompanyForm
from portal.staff.lists.paging import LAST_PAGE, slice_of
from portal.staff.navigation import nav_for
from portal.ui.words import initials
from tests.factories.consents import ContactPointFactory, CustomerFactory
from tests.factories.staff import client_of, user_make
from tests.portal.staff.matrix import READY_ANSWER, SENDER_NAME
from tests.portal.staff.world import World
from tests.support.confirming import confirm

COMPANY = {
    "name": "АО «Ромашка»", "short_name": "Ромашка", "inn": "7700000000", "ogrn": "", "licence": "",
    "address": "Москва", "website": "romashka.example", "dpo_title": "Ответственный", "dpo_email": "d@romashka.example",
    "dpo_phone": "", "support_phone": "", "covered_by_41fz": "yes",
    "signature_rules": "off", "accent": "#1b5e9e", "time_zone": "Europe/Moscow",
}  # fmt: skip


def _last() -> StaffAction:
    return StaffAction.objects.latest("id")


def draft_save(client: Client, kind: str = "policy", *, page: str | None = None, **fields: str) -> Any:
    """Save the draft of a text from the page that has been open, or from a fresh one."""
    url = f"/staff/documents/{kind}/draft/"
    shown = page or client.get(url).content.decode()
    begun = re.search(r'name="begun_with" value="([^"]+)"', shown)
    assert begun
    return client.post(url, {"begun_with": begun[1], **fields})


def save(client: Client, url: str, fields: dict[str, str]) -> Any:
    """Save a form with the mark of what was stored when it was drawn."""
    seen = re.search(r'name="seen" value="([^"]+)"', client.get(url).content.decode())
    return client.post(url, fields | ({"seen": seen[1]} if seen else {}))


class TestDocuments:
    """A second look before publishing, and nothing after."""

    def test_publishing_shows_the_text_once_more_and_is_written_down(self, world: World) -> None:
        client = client_of(world.people[Role.DPO])
        url = f"/staff/documents/{world.edition_draft}/publish/"

        assert "нельзя изменить" in client.get(url).content.decode()
        assert Edition.objects.get(pk=world.edition_draft).status == DocumentStatus.DRAFT
        confirm(client, url)
        client.post(url)

        world.edition.refresh_from_db()
        published = Edition.objects.get(pk=world.edition_draft)
        assert (published.status, world.edition.status) == (DocumentStatus.PUBLISHED, DocumentStatus.RETIRED)
        assert _last().details == {"number": published.number, "body_sha256": published.body_sha256}
        assert StaffAction.objects.filter(action="document.published").count() == 1

    @pytest.mark.parametrize("kind", DocumentKind)
    @pytest.mark.parametrize("page", ["", "publish/"])
    def test_every_line_that_a_customer_reads_stands_on_the_page_before_publishing(
        self, world: World, kind: DocumentKind, page: str
    ) -> None:
        text = next(text for text in DEFAULT_TEXTS if text.kind == kind)
        edition_id = edition_draft(kind=kind, title=text.title, body=text.body, checkbox=text.checkbox)

        shown = client_of(world.people[Role.DPO]).get(f"/staff/documents/{edition_id}/{page}").content.decode()
        shown = re.sub(r"</?strong>", "", shown)

        lines = [
            line
            for line in document_preview(edition_id=edition_id, channels=channels_in_use()).text.split("\n")
            if line
        ]
        assert len(lines) > 10
        assert [line for line in lines if escape(line) not in shown] == []

    def test_a_draft_with_problems_names_them_and_has_no_button(self, world: World) -> None:
        client = client_of(world.people[Role.DPO])
        draft_save(client, title="Политика", body="# Раздел\nПросто текст.")

        page = client.get(f"/staff/documents/{world.edition_draft}/").content.decode()

        assert "Что мешает опубликовать" in page
        assert f"/staff/documents/{world.edition_draft}/publish/" not in page
        assert client.get(f"/staff/documents/{world.edition_draft}/publish/").status_code == 302

    def test_two_tabs_on_one_draft_lose_neither_text(self, world: World) -> None:
        client, url = client_of(world.people[Role.DPO]), "/staff/documents/policy/draft/"
        tab = client.get(url).content.decode()
        draft_save(client, title="Политика", body="# Раздел\nПервая вкладка.", page=tab)

        refused = draft_save(client, title="Политика", body="# Раздел\nВторая вкладка.", page=tab)

        page = refused.content.decode()
        assert refused.status_code == 409
        assert "Первая вкладка." in page
        assert "Вторая вкладка." in page
        assert "Первая вкладка." in Edition.objects.get(pk=world.edition_draft).body
        again = draft_save(client, title="Политика", body="# Раздел\nВторая вкладка.", page=page)
        assert again.status_code == 302
        assert "Вторая вкладка." in Edition.objects.get(pk=world.edition_draft).body

    def test_two_tabs_on_a_new_edition_lose_neither_text(self, world: World) -> None:
        client = client_of(world.people[Role.DPO])
        tab = client.get("/staff/documents/pep_rules/draft/").content.decode()
        fields = {"title": "Правила", "checkbox": "Принимаю"}
        draft_save(client, "pep_rules", page=tab, body="# Раздел\nПервая вкладка.", **fields)

        refused = draft_save(client, "pep_rules", page=tab, body="# Раздел\nВторая вкладка.", **fields)

        assert refused.status_code == 409
        draft = Edition.objects.get(document__kind="pep_rules", status=DocumentStatus.DRAFT)
        assert "Первая вкладка." in draft.body

    def test_a_draft_is_thrown_away_after_a_question_and_the_edition_in_force_stays(self, world: World) -> None:
        client, url = client_of(world.people[Role.DPO]), f"/staff/documents/{world.edition_draft}/discard/"

        confirm(client, url)

        assert not Edition.objects.filter(pk=world.edition_draft).exists()
        assert Edition.objects.get(pk=world.edition.pk).status == DocumentStatus.PUBLISHED
        assert _last().action == "document.discarded"
        assert client.get(f"/staff/documents/{world.edition.pk}/discard/").status_code == 302
        assert Edition.objects.filter(pk=world.edition.pk).exists()

    def test_the_words_in_force_are_taken_into_the_form_and_saved_by_nobody_yet(self, world: World) -> None:
        client = client_of(world.people[Role.DPO])
        draft_save(client, title="Испорчено", body="# Раздел\nИспорчено.")

        page = client.get("/staff/documents/policy/draft/?in_force").content.decode()

        assert escape(world.edition.title) in page
        assert "Кто обрабатывает данные" in page
        assert "Испорчено." in Edition.objects.get(pk=world.edition_draft).body
        assert draft_save(client, title=world.edition.title, body=world.edition.body, page=page).status_code == 302
        assert Edition.objects.get(pk=world.edition_draft).body == world.edition.body

    def test_a_published_text_is_read_filled_and_with_its_fields(self, world: World) -> None:
        page = client_of(world.people[Role.OPERATOR]).get(f"/staff/documents/{world.edition.pk}/").content.decode()

        assert "((реквизиты))" in page
        assert "7707083893" in page or "ИНН" in page

    @pytest.mark.parametrize("page", ["", "publish/"])
    def test_what_changes_stands_beside_the_old_words(self, world: World, page: str) -> None:
        client = client_of(world.people[Role.DPO])
        body = world.edition.body.replace("Ниже для каждой цели сказано", "Дальше для каждой цели сказано")
        draft_save(client, title=world.edition.title, body=body + "\n# Новый раздел\nНовая строка.")

        shown = client.get(f"/staff/documents/{world.edition_draft}/{page}").content.decode()

        assert "<del>Ниже</del><ins>Дальше</ins>" in shown
        assert "Новая строка.</ins>" in shown
        assert shown.count("<del>") == 1

    @pytest.mark.parametrize(
        ("kind", "asked"),
        [("policy", []), ("pep_rules", ["checkbox"]), ("ads", ["checkbox", "valid_days"])],
    )
    def test_a_draft_asks_for_what_its_kind_has(self, world: World, kind: str, asked: list[str]) -> None:
        page = client_of(world.people[Role.DPO]).get(f"/staff/documents/{kind}/draft/").content.decode()

        assert [name for name in ("checkbox", "valid_days") if f'name="{name}"' in page] == asked

    def test_a_new_edition_begins_with_the_words_of_the_last(self, world: World) -> None:
        page = client_of(world.people[Role.DPO]).get("/staff/documents/ads/draft/").content.decode()

        assert "От кого реклама" in page
        assert Edition.objects.filter(document__kind=DocumentKind.ADS, status=DocumentStatus.DRAFT).count() == 0

    def test_texts_that_name_the_company_as_it_was_are_refreshed(self, world: World) -> None:
        client_of(world.people[Role.ADMINISTRATOR]).post("/staff/company/edit/", COMPANY)
        client = client_of(world.people[Role.DPO])

        assert "прежние реквизиты" in client.get("/staff/documents/").content.decode()
        confirm(client, "/staff/documents/refresh/")

        assert _last().details["refreshed"] == len(DEFAULT_TEXTS) - 1
        assert client.get("/staff/documents/").content.decode().count("прежние реквизиты") == 1

    def test_an_unknown_text_is_a_page_and_not_a_crash(self, world: World) -> None:
        assert client_of(world.people[Role.DPO]).get("/staff/documents/fax/draft/").status_code == 404


class TestCompany:
    """Every saved state stays."""

    def test_saving_adds_a_row(self, world: World) -> None:
        before = Company.objects.count()
        client = client_of(world.people[Role.ADMINISTRATOR])

        client.post("/staff/company/edit/", COMPANY)
        client.post("/staff/company/edit/", COMPANY)

        assert Company.objects.count() == before + 1
        assert _last().action == "company.changed"

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("support_phone", "8 800 000-00-00"),
            ("support_phone", "+7 (495) 000-00-01, доб. 12"),
            ("website", "https://www.romashka.example/bank"),
            ("website", "ромашка.рф"),
        ],
    )
    def test_phones_and_sites_are_taken_as_companies_write_them(self, world: World, name: str, value: str) -> None:
        client_of(world.people[Role.ADMINISTRATOR]).post("/staff/company/edit/", COMPANY | {name: value})

        assert getattr(Company.objects.latest("id"), name) == value

    def test_whether_rules_are_asked_is_chosen_and_shown_in_words(self, world: World) -> None:
        client = client_of(world.people[Role.ADMINISTRATOR])
        assert "нет: ответ доказывают код, текст и время" in client.get("/staff/company/").content.decode()

        client.post("/staff/company/edit/", COMPANY | {"signature_rules": "ask"})

        assert Company.objects.latest("id").signature_rules == "ask"
        assert "предложить на личной странице" in client.get("/staff/company/").content.decode()

    def test_the_time_zone_is_a_city_with_its_offset(self, world: World) -> None:
        client = client_of(world.people[Role.ADMINISTRATOR])
        page = client.get("/staff/company/edit/").content.decode()

        client.post("/staff/company/edit/", COMPANY | {"time_zone": "Asia/Vladivostok"})

        assert '<option value="Europe/Moscow" selected>Москва, UTC+3</option>' in page
        assert "Factory" not in page
        assert "Владивосток, UTC+10" in client.get("/staff/company/").content.decode()

    def test_a_stored_zone_abroad_can_be_kept(self) -> None:
        field = CompanyForm(COMPANY | {"time_zone": "Asia/Tbilisi"}, initial={"time_zone": "Asia/Tbilisi"})["time_zone"]

        assert '<option value="Asia/Tbilisi" selected>UTC+4</option>' in str(field)
        assert not field.errors

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("signature_rules", "yes"),
            ("inn", "12"),
            ("ogrn", "1"),
            ("accent", "red"),
            ("dpo_email", "x"),
            ("dpo_phone", "abc"),
            ("support_phone", "12"),
            ("website", "нет"),
            ("website", "http://"),
        ],
    )
    def test_odd_details_are_refused(self, world: World, name: str, value: str) -> None:
        before = Company.objects.count()

        page = client_of(world.people[Role.ADMINISTRATOR]).post("/staff/company/edit/", COMPANY | {name: value})

        assert page.status_code == 200
        assert Company.objects.count() == before


class TestChannels:
    """What is changed counts at once and is written down."""

    def test_a_change_is_written_down_with_before_and_after(self, world: World) -> None:
        client = client_of(world.people[Role.ADMINISTRATOR])

        client.post("/staff/channels/sms/", {"per_second": "7"})

        assert ChannelSetting.objects.get(channel="sms").is_open is False
        assert _last().details["old"]["is_open"] is True
        assert _last().details["new"] == {"is_open": False, "per_second": 7, "frequency": ""}

    @pytest.mark.parametrize("page", ["/staff/channels/", "/staff/channels/email/"])
    def test_whoever_closes_one_reads_that_codes_leave_all_the_same(self, world: World, page: str) -> None:
        text = client_of(world.people[Role.ADMINISTRATOR]).get(page).content.decode()

        assert "Одноразовые коды по СМС и почте уходят всегда" in text

    def test_an_unknown_channel_is_not_there(self, world: World) -> None:
        assert client_of(world.people[Role.ADMINISTRATOR]).get("/staff/channels/telegram/").status_code == 404


class TestJournal:
    """Found by person, act, object and day."""

    def test_is_filtered_by_person_and_act(self, world: World) -> None:
        client_of(world.people[Role.MARKETING]).get(f"/staff/campaigns/{world.draft.pk}/preview/")
        client = client_of(world.people[Role.DPO])

        mine = client.get(f"/staff/journal/?person={world.people[Role.MARKETING].pk}").content.decode()
        others = client.get(f"/staff/journal/?person={world.author.pk}").content.decode()
        act = client.get("/staff/journal/?action=export.made").content.decode()

        assert "<strong>Просмотрено сообщение получателя</strong>" in mine
        assert "Записей нет" in others
        assert "<strong>Выгрузка готова</strong>" in act
        assert "<strong>Просмотрено сообщение получателя</strong>" not in act

    def test_is_filtered_by_day(self, world: World) -> None:
        client = client_of(world.people[Role.DPO])

        assert "Записей нет" in client.get("/staff/journal/?until=2020-01-01").content.decode()
        assert "<strong>Выгрузка готова</strong>" in client.get("/staff/journal/?since=2020-01-01").content.decode()

    def test_names_objects_and_leads_to_them_by_rights_and_shortens_sums(self, world: World) -> None:
        dpo, administrator = world.people[Role.DPO], world.people[Role.ADMINISTRATOR]
        client_of(dpo).get(f"/staff/register/{world.customer.pk}/")
        confirm(client_of(administrator), f"/staff/users/{world.author.pk}/off/")
        confirm(client_of(dpo), f"/staff/campaigns/{world.running.pk}/links/revoke/")

        pages = {who: client_of(who).get("/staff/journal/").content.decode() for who in (dpo, administrator)}

        for page in pages.values():
            assert f"сотрудник «{world.author.name}»" in page
            assert f"кампания «{world.running.name}»" in page
            assert re.search(r"\b[0-9a-f]{13,}\b", re.sub(r"<[^>]*>", "", page)) is None
        assert f'href="/staff/register/{world.customer.pk}/"' in pages[dpo]
        assert f'href="/staff/campaigns/{world.running.pk}/"' in pages[dpo]
        assert f"/{world.customer.pk}/" not in pages[administrator]
        assert "/staff/campaigns/" not in pages[administrator]

    @pytest.mark.parametrize(
        ("role", "url", "fields"),
        [
            (Role.ADMINISTRATOR, "channels/sms/", {"is_open": "on", "per_second": "5"}),
            (Role.ADMINISTRATOR, "company/edit/", COMPANY),
            (
                Role.ADMINISTRATOR,
                "company/sender/sms/",
                {"name": "ООО «Связь»", "inn": "", "address": "Москва", "contract": "№ 1"},
            ),
            (Role.MARKETING, "inbox/ready/{ready_answer}/", READY_ANSWER),
            (Role.ADMINISTRATOR, "channels/names/{sender_name}/", SENDER_NAME | {"note": "согласовано по телефону"}),
        ],
    )
    def test_a_save_that_changes_nothing_leaves_no_row(
        self, world: World, role: Role, url: str, fields: dict[str, str]
    ) -> None:
        client, before = client_of(world.people[role]), StaffAction.objects.count()
        address = "/staff/" + url.format(ready_answer=world.ready_answer, sender_name=world.sender_name)

        for _ in range(2):
            assert save(client, address, fields).status_code == 302

        assert StaffAction.objects.count() == before + 1

    def test_the_same_refusal_within_a_minute_is_one_row(self, world: World) -> None:
        client = client_of(world.people[Role.MARKETING])

        for _ in range(5):
            client.get("/staff/journal/")
        client.get("/staff/users/")

        denied = StaffAction.objects.filter(action="access.denied").order_by("id")
        assert list(denied.values_list("object_id", flat=True)) == ["read_journal", "read_settings"]

    def test_nonsense_in_the_address_is_no_crash(self, world: World) -> None:
        client = client_of(world.people[Role.DPO])

        for query in ("since=вчера", "person=x", "action=x", "page=999999999", "page=-1"):
            assert client.get(f"/staff/journal/?{query}").status_code == 200


class TestNavigation:
    """Only what the role may open, one place lit."""

    @pytest.mark.parametrize("role", list(Role))
    def test_every_link_opens(self, world: World, role: Role) -> None:
        client = client_of(world.people[role])
        urls = [item.url for _heading, items in nav_for(world.people[role]) for item in items]

        assert {url: client.get(url).status_code for url in urls} == dict.fromkeys(urls, 200)

    def test_the_deepest_place_is_lit(self, world: World) -> None:
        dpo = world.people[Role.DPO]

        def lit(path: str) -> list[str]:
            return [str(item.label) for _heading, items in nav_for(dpo, path) for item in items if item.current]

        assert lit("/staff/") == ["Обзор"]
        assert lit("/staff/register/12/") == ["Реестр согласий"]
        assert lit("/accounts/2fa/") == []

    def test_an_operator_sees_no_heading_without_links(self, world: World) -> None:
        assert all(items for _heading, items in nav_for(world.people[Role.OPERATOR]))


class TestLists:
    """A page at a time, at a steady price."""

    def test_a_page_knows_whether_there_is_a_next_one_without_counting(self) -> None:
        first = slice_of(RequestFactory().get("/"), list(range(51)))
        last = slice_of(RequestFactory().get("/?page=2"), list(range(51)))

        assert (len(first.rows), first.has_next, first.has_previous) == (50, True, False)
        assert (last.rows, last.has_next, last.has_previous) == ([50], False, True)

    @pytest.mark.parametrize("asked", ["", "0", "-3", "x", "١", "9" * 30, "1e3"])
    def test_nonsense_is_the_first_page(self, asked: str) -> None:
        assert slice_of(RequestFactory().get("/", {"page": asked}), [1]).number == 1

    @pytest.mark.parametrize("asked", ["9999", "99999999999"])
    def test_pages_end_somewhere(self, asked: str) -> None:
        page = slice_of(RequestFactory().get("/", {"page": asked}), list(range(50 * LAST_PAGE + 1)))

        assert (page.number, page.is_last_allowed) == (LAST_PAGE, True)

    def test_a_list_of_the_board_costs_the_same_for_one_and_for_forty(self, world: World) -> None:
        client = client_of(world.people[Role.MARKETING])

        def cost() -> int:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get("/staff/customers/group/on_file/")
            return len(queries)

        ContactPointFactory()
        cost()
        one = cost()
        for _ in range(40):
            ContactPointFactory(customer=CustomerFactory(name=""))

        assert cost() == one

    def test_the_board_is_counted_once_a_minute(self, world: World) -> None:
        client = client_of(world.people[Role.OPERATOR])
        client.get("/staff/")

        with CaptureQueriesContext(connection) as queries:
            client.get("/staff/")

        assert not [query for query in queries if "consents_customer" in query["sql"]]


def test_a_name_becomes_initials() -> None:
    assert initials("Ёлкина Анна-Мария") == "Ё. А. М."
    assert initials("") == "без имени"


def test_a_superuser_account_gets_the_pages_of_its_role_only(db: None) -> None:
    user = user_make(Role.OPERATOR, is_superuser=True, is_staff=True)

    assert client_of(user).get("/staff/users/").status_code == 403


@pytest.mark.django_db
def test_the_first_saving_of_the_company_brings_every_text_for_the_dpo_to_publish() -> None:
    """A server begins without a demo: no company, no text."""
    administrator, dpo = (user_make(role) for role in (Role.ADMINISTRATOR, Role.DPO))
    client = client_of(dpo)
    assert "Документов ещё нет" in client.get("/staff/documents/").content.decode()

    for _ in range(2):
        client_of(administrator).post("/staff/company/edit/", COMPANY)

    drafts = Edition.objects.filter(status="draft")
    assert drafts.count() == len(DEFAULT_TEXTS) == Edition.objects.count()
    for version in drafts:
        assert confirm(client, f"/staff/documents/{version.pk}/publish/").status_code == 302
    assert not Edition.objects.filter(status="draft").exists()
