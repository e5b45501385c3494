"""The pages of customers that the main story passes by: each is opened, read by axe-core and used."""

import re
from collections.abc import Iterator

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import PHONE, browsing
from tests.e2e.drawn import HEADER
from tests.e2e.people import (
    CHANNELS,
    SEND_EIGHTY_TIMES,
    accessible,
    answer_all,
    ask_by_sms,
    choose_channels,
    enter_code,
    heading,
    mail_code,
    press,
    prove_by_sms,
    sms_code,
)
from tests.e2e.site import LINK, Invited, Site, wait_for

FAMILY_PHONE = "+79161112233"


@pytest.fixture(scope="module")
def invited(site: Site) -> Iterator[Invited]:
    """Yield people of the demo whose letter has come and who have not answered, each once."""
    return iter(wait_for(lambda: found if len(found := site.invited()) > 12 else [], within=180, what="letters"))


@pytest.fixture
def person(invited: Iterator[Invited]) -> Invited:
    """Return somebody whom no other test has played."""
    return next(invited)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/lost/",
        "/policy/",
        "/journal-key/",
        "/k/00000000000000000000000000",
        "/k/00000000000000000000000001",
        "/u/00000000000000000000000001",
        "/nowhere/",
        "/me/",
    ],
)
def test_pages_without_a_link_are_accessible(site: Site, phone: Page, path: str) -> None:
    phone.goto(site.address + path)

    accessible(phone)
    _fits(phone)


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "405", "413", "429", "500", "503"])
def test_an_error_that_no_press_of_a_person_leads_to_is_accessible(site: Site, phone: Page, name: str) -> None:
    page = render_to_string(f"{name}.html")
    phone.route(f"{site.address}/{name}", lambda route: route.fulfill(body=page, headers=_headers(f"{name}.html")))
    phone.goto(f"{site.address}/{name}")

    assert phone.evaluate("document.styleSheets.length") >= 2, "the page is drawn without its colours"
    accessible(phone)
    _fits(phone)


def test_a_form_of_another_visit_is_refused_with_what_to_do(site: Site, phone: Page, person: Invited) -> None:
    phone.goto(person.link)
    phone.get_by_role("link", name="Это не я").click()
    phone.locator("[name=visit]").evaluate("field => { field.value = 'of another visit' }")
    press(phone, "Да, это не я")

    heading(phone, "Страница устарела")
    accessible(phone)


def test_a_visit_that_hammers_at_the_code_is_told_to_wait(site: Site, phone: Page, person: Invited) -> None:
    phone.goto(person.link)
    ask_by_sms(phone)
    phone.get_by_label(re.compile("Код")).first.fill("12")
    phone.locator("form[action$='/enter/']").evaluate(SEND_EIGHTY_TIMES)
    press(phone, "Подтвердить")

    heading(phone, "Слишком много попыток")
    accessible(phone)


def test_a_mistyped_contact_is_explained_and_kept(site: Site, phone: Page) -> None:
    phone.goto(site.address)
    phone.get_by_label(re.compile("Телефон")).first.fill("abc")
    press(phone, "Получить код")

    expect(phone.get_by_label(re.compile("Телефон")).first).to_have_value("abc")
    expect(phone.locator("main")).to_contain_text("телефон")
    accessible(phone)


def test_a_wrong_code_says_how_many_tries_are_left(site: Site, phone: Page, person: Invited) -> None:
    phone.goto(person.link)
    ask_by_sms(phone)
    right = sms_code(phone, site, person.phone)
    enter_code(phone, "000000" if right != "000000" else "111111")

    expect(phone.locator("main")).to_contain_text(re.compile("не подош|Осталось"))
    accessible(phone)
    enter_code(phone, right)
    heading(phone, CHANNELS)


def test_a_second_tap_on_the_same_button_loses_nothing(site: Site, phone: Page, person: Invited) -> None:
    phone.goto(person.link)
    ask_by_sms(phone)
    phone.get_by_label(re.compile("Код")).first.fill(sms_code(phone, site, person.phone))
    phone.get_by_role("button", name="Подтвердить", exact=True).first.dblclick(no_wait_after=True)

    heading(phone, CHANNELS)


def test_a_new_address_counts_after_its_code_and_the_old_one_can_take_it_back(
    site: Site, phone: Page, chromium: Browser, person: Invited
) -> None:
    old, new = person.email, "new-address@example.com"
    phone.goto(person.link)
    prove_by_sms(phone, site, person.phone)
    phone.goto(f"{site.address}/me/contacts/email/")
    accessible(phone)
    phone.get_by_label(re.compile("адрес|почт", re.IGNORECASE)).first.fill(new)
    press(phone, "Получить код")
    accessible(phone)
    enter_code(phone, mail_code(site, new))
    expect(phone.locator("main")).to_contain_text(new)
    found = LINK.search(site.letter_to(old, containing="этот контакт заменён другим"))
    assert found is not None

    with browsing(chromium, site, viewport=PHONE) as context:
        owner = context.new_page()
        owner.goto(found.group())
        heading(owner, "Вернуть прежний контакт?")
        accessible(owner)
        press(owner, "Вернуть прежний контакт")
        accessible(owner)

    assert site.contact(person.number, "email") == old


def test_offers_are_shown_to_those_who_ask_and_each_text_is_answered_by_itself(
    site: Site, phone: Page, person: Invited
) -> None:
    phone.goto(person.link)
    prove_by_sms(phone, site, person.phone)
    choose_channels(phone, "СМС", "Электронная почта")
    enter_code(phone, mail_code(site, person.email))
    answer_all(phone)
    press(phone, "Показать согласия")
    seen = answer_all(phone, refuse="реклам")

    assert len(seen) == 3
    answers = {
        "Сервисные сообщения по СМС": "разрешено",
        "Сервисные сообщения по электронной почте": "разрешено",
        "Подбор предложений: СМС": "разрешено",
        "Подбор предложений: электронная почта": "разрешено",
        "Реклама по СМС": "отказ",
        "Реклама по электронной почте": "отказ",
    }
    for text, answer in answers.items():
        row = phone.locator("dl.facts > div").filter(has=phone.get_by_text(text, exact=True))
        expect(row).to_contain_text(answer)


def test_enter_on_a_ticked_box_answers_nothing(site: Site, phone: Page, person: Invited) -> None:
    phone.goto(person.link)
    prove_by_sms(phone, site, person.phone)
    choose_channels(phone, "СМС")
    phone.get_by_role("checkbox").focus()
    phone.keyboard.press("Space")
    before = phone.url

    with phone.expect_navigation():
        phone.keyboard.press("Enter")

    assert phone.url == before
    expect(phone.locator("main")).not_to_contain_text("Отметка стояла")
    phone.goto(f"{site.address}/me/history/")
    expect(phone.locator("main")).not_to_contain_text("Вы не дали согласие")


def test_the_personal_page_and_all_behind_it_are_accessible(site: Site, phone: Page, person: Invited) -> None:
    phone.goto(person.link)
    prove_by_sms(phone, site, person.phone)
    for path in ("/me/home/", "/me/data/", "/me/history/", "/me/refuse/", "/me/rules/", "/me/contacts/"):
        phone.goto(site.address + path)
        accessible(phone)
        _fits(phone)


def test_the_page_of_vk_is_accessible_and_is_left_by_one_press(site: Site, phone: Page, person: Invited) -> None:
    with site.community():
        phone.goto(person.link)
        prove_by_sms(phone, site, person.phone)
        phone.goto(f"{site.address}/me/home/")
        press(phone, "Подключить ВКонтакте")
        heading(phone, "Подключите ВКонтакте")
        accessible(phone)
        _fits(phone)
        press(phone, "Пропустить")

        assert not phone.url.endswith("/me/vk/")


def test_it_is_not_me_takes_two_presses(site: Site, phone: Page, person: Invited) -> None:
    phone.goto(person.link)
    phone.get_by_role("link", name="Это не я").click()
    accessible(phone)
    press(phone, "Да, это не я")

    accessible(phone)
    assert site.contact(person.number, "email") == ""


def test_refusing_everything_by_the_link_alone_takes_two_presses(site: Site, phone: Page, person: Invited) -> None:
    phone.goto(person.link)
    phone.get_by_role("link", name="Отказаться от сообщений").click()
    accessible(phone)
    press(phone, "От всех сообщений")

    accessible(phone)
    assert site.stops(person.number) == 1


def test_one_click_leave_of_a_letter_asks_for_one_press_in_a_browser(site: Site, phone: Page, person: Invited) -> None:
    phone.goto(person.link.replace("/k/", "/u/"))
    accessible(phone)
    press(phone, "Отписаться")

    accessible(phone)


def test_a_phone_of_a_family_asks_which_customer_it_is(site: Site, phone: Page) -> None:
    file = site.var_dir / "family.csv"
    file.write_text(f"Код;ФИО;Телефон\nM-1;Иванова Анна;{FAMILY_PHONE}\nM-2;Иванов Пётр;{FAMILY_PHONE}\n")
    assert site.manage("import_customers", str(file), "--source", "Семья").returncode == 0
    phone.goto(site.address)
    phone.get_by_label(re.compile("Телефон")).first.fill(FAMILY_PHONE)
    press(phone, "Получить код")
    enter_code(phone, sms_code(phone, site, FAMILY_PHONE))

    heading(phone, "Кто вы?")
    accessible(phone)
    assert "Иванов" not in phone.locator("body").inner_text()
    phone.get_by_label(re.compile("Имя")).first.fill("M-7")
    press(phone, "Продолжить")
    expect(phone.locator("main")).to_contain_text("Осталось попыток")
    accessible(phone)
    phone.get_by_label(re.compile("Имя")).first.fill("Пётр")
    press(phone, "Продолжить")
    heading(phone, CHANNELS)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_first_page_is_readable_by_day_and_by_night_and_at_320_px(
    site: Site, chromium: Browser, person: Invited, scheme: str
) -> None:
    options = {"viewport": {"width": 320, "height": 640}, "color_scheme": scheme}
    with browsing(chromium, site, **options) as context:
        page = context.new_page()
        page.goto(person.link)

        accessible(page)
        _fits(page)


def test_a_page_that_nobody_touches_counts_no_human(site: Site, phone: Page, person: Invited) -> None:
    """A scanner of a mail gateway opens the page in a real browser with scripts on."""
    phone.goto(person.link)
    phone.wait_for_timeout(2_500)
    assert site.human_visits(person.number) == 0

    phone.mouse.move(100, 300)
    phone.mouse.down()
    phone.mouse.up()

    wait_for(lambda: site.human_visits(person.number) == 1, within=10, what="the visit")


def _headers(template: str) -> dict[str, str]:
    return {"Content-Type": "text/html; charset=utf-8", HEADER: template}


def _fits(page: Page) -> None:
    """See that nothing sticks out: a phone scrolls up and down only."""
    wide, seen = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= seen, f"{page.url}: {wide} px in a window of {seen} px"
