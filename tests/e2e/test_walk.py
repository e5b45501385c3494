"""The whole story in a real browser: from a customer file to a proven consent and its withdrawal."""

import csv
import io
import json
import re
from hashlib import sha256
from pathlib import Path

import psycopg
from playwright.sync_api import BrowserContext, Page, expect
from pypdf import PdfReader

from consents.register.spreadsheet import cell_guard, cell_unguard
from tests.e2e.people import (
    Look,
    accessible,
    answer_all,
    choose_channels,
    confirm_password,
    enter_code,
    heading,
    mail_code,
    not_looked_at,
    press,
    prove_by_sms,
    staff_leave,
    staff_page,
)
from tests.e2e.site import LINK, Invited, Site, wait_for

FILE = Path(__file__).resolve().parents[1] / "data" / "customers" / "cp1251_semicolon.csv"
NUMBER, ADDRESS, CUSTOMER, SURNAME = "+79900000004", "user4@example.com", "C-000004", "Сидоров"
MAX_HEADING = "Подключите MAX"
SOURCE = "Выгрузка"
CAMPAIGN = "Переходим в MAX"
TEXT = "((имя)), здравствуйте! Выберите, где получать сообщения: ((ссылка))"


def test_a_file_becomes_a_proven_consent_and_its_withdrawal(site: Site, desktop: BrowserContext, phone: Page) -> None:
    _upload(site, desktop)
    _write_campaign(site, desktop)
    _launch(site, desktop)
    letter = site.letter_to(ADDRESS, containing="/k/")
    link = LINK.search(letter)
    assert link is not None
    person = Invited(CUSTOMER, SURNAME, NUMBER, ADDRESS, link.group())

    _answer(site, phone, person, link_max=_link_max, look=accessible)
    _withdraw(phone, look=accessible)

    _funnel_moved(site, desktop)
    _find_and_export(site, desktop)
    _verify(site)
    token = person.link.rsplit("/", 1)[1]
    assert token not in site.written().upper()
    assert site.rows_with(token) == []


def test_a_person_whose_browser_runs_no_scripts_goes_the_same_way(site: Site, phone_without_scripts: Page) -> None:
    person = wait_for(site.invited, within=180, what="letters")[-1]

    _answer(site, phone_without_scripts, person, link_max=_link_max_without_scripts, look=not_looked_at)
    _withdraw(phone_without_scripts, look=not_looked_at)


def _upload(site: Site, desktop: BrowserContext) -> None:
    page = staff_page(desktop, site, "marketing")
    page.goto(f"{site.address}/staff/imports/")
    page.get_by_label("Файл с клиентами").set_input_files(FILE)
    page.get_by_label("Источник").fill(SOURCE)
    press(page, "Проверить файл")
    expect(page.locator("main")).to_contain_text("Windows-1251", timeout=20_000)
    expect(page.locator("main")).to_contain_text("Кузнецов Семён Фёдорович")
    press(page, "Загрузить клиентов")
    expect(page.get_by_role("heading", name="Результат")).to_be_visible(timeout=60_000)
    staff_leave(page)


def _write_campaign(site: Site, desktop: BrowserContext) -> None:
    page = staff_page(desktop, site, "marketing")
    page.goto(f"{site.address}/staff/campaigns/new/")
    page.get_by_label("Название").fill(CAMPAIGN)
    page.get_by_label(SOURCE, exact=True).check()
    page.locator("[name=channel][value=email], select[name=channel]").first.evaluate(
        "node => node.tagName === 'SELECT' ? (node.value = 'email') : node.click()"
    )
    page.locator("[name=subject]").fill("Где вам удобно получать сообщения?")
    page.locator("[name=text]").fill(TEXT)
    page.locator("[name=send_from]").select_option("00:00")
    page.locator("[name=send_until]").select_option("00:00")
    press(page, "Сохранить черновик")
    heading(page, CAMPAIGN)
    press(page, "На проверку")
    assert page.get_by_role("link", name="Проверить и запустить").count() == 0, "the author must not launch"
    staff_leave(page)


def _launch(site: Site, desktop: BrowserContext) -> None:
    page = staff_page(desktop, site, "dpo")
    page.goto(f"{site.address}/staff/campaigns/")
    page.get_by_role("link", name=CAMPAIGN).click()
    page.get_by_role("link", name="Проверить и запустить").click()
    page.get_by_role("button", name=re.compile("^Запустить")).click()
    confirm_password(page, site, "dpo")
    expect(page.locator("main")).to_contain_text(re.compile("идёт|готовится|завершена"))
    staff_leave(page)


def _answer(site: Site, page: Page, person: Invited, *, link_max: Look, look: Look) -> None:
    """Go from the link of the letter to the personal page, by way of every channel."""
    page.goto(person.link)
    heading(page, "Мы меняем каналы связи")
    assert "/k/" not in page.url
    body = page.locator("body").inner_text()
    assert person.surname not in body
    assert person.phone[-4:] not in body
    look(page)
    prove_by_sms(page, site, person.phone, look=look)

    choose_channels(page, "MAX", "СМС", "Электронная почта", look=look)
    page.goto(f"{site.address}/me/contacts/confirm/")
    look(page)
    page.goto(f"{site.address}/me/code/")
    enter_code(page, mail_code(site, person.email))
    assert page.url.endswith("/me/max/")
    link_max(page)
    answer_all(page, look=look)

    heading(page, "Готово, спасибо")
    _receipts(page, page.locator(".receipt-number").inner_text(), look=look)
    page.get_by_role("link", name="Личная страница").click()
    heading(page, "Личная страница")
    expect(page.locator("main")).to_contain_text("подключён")
    look(page)


def _link_max(page: Page) -> None:
    """Start the bot; the page notices by itself: nobody presses anything in it."""
    _start_bot(page, look=accessible)
    expect(page.get_by_role("heading", level=1)).not_to_have_text(MAX_HEADING, timeout=20_000)


def _link_max_without_scripts(page: Page) -> None:
    """Start the bot, come back and press «Проверить» until the page has seen that."""
    _start_bot(page, look=not_looked_at)
    heading(page, MAX_HEADING)

    def check() -> bool:
        page.get_by_role("link", name="Проверить").click()
        return page.get_by_role("heading", level=1).inner_text() != MAX_HEADING

    wait_for(check, within=20, what="the page after MAX")


def _start_bot(page: Page, *, look: Look) -> None:
    look(page)
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Открыть MAX").click()
    bot = opened.value
    press(bot, "Начать")
    bot.wait_for_load_state()
    bot.close()


def _receipts(page: Page, number: str, *, look: Look) -> None:
    with page.expect_download() as download:
        page.get_by_role("link", name="Квитанция, PDF").click()
    text = "".join(sheet.extract_text() for sheet in PdfReader(download.value.path()).pages)
    assert number in text
    with page.expect_download() as download:
        page.get_by_role("link", name="Файл для проверки (JSON)").click()
    assert number in json.dumps(json.loads(Path(download.value.path()).read_text()), ensure_ascii=False)
    page.get_by_role("link", name="Посмотреть квитанцию").click()
    heading(page, number)
    look(page)
    page.go_back()


def _withdraw(page: Page, *, look: Look) -> None:
    """Take a consent back, find both acts and the text that was shown in the history, and end the visit."""
    page.get_by_role("button", name=re.compile("Выключить.*СМС")).first.click()
    expect(page.locator("main")).to_contain_text("отозвано")
    expect(page.locator("main")).to_contain_text("Отзыв принят")
    page.get_by_role("link", name="История ответов").click()
    expect(page.locator("main")).to_contain_text("Согласие отозвано")
    look(page)
    page.get_by_role("link", name=re.compile("^текст, который вы видели")).first.click()
    expect(page.locator("main")).to_contain_text("Точный текст, каким он был на вашей странице.")
    look(page)
    page.get_by_role("link", name="К истории").click()
    page.get_by_role("link", name="На личную страницу").click()
    press(page, "Выйти")
    heading(page, "Вы вышли")
    look(page)


def _funnel_moved(site: Site, desktop: BrowserContext) -> None:
    page = staff_page(desktop, site, "marketing")
    page.goto(f"{site.address}/staff/campaigns/")
    page.get_by_role("link", name=CAMPAIGN).click()
    for stage in ("Открыли люди", "Подтвердили", "Дали согласие", "Подключили MAX"):
        bar = page.locator(".bars li").filter(has_text=stage)
        expect(bar.locator(".bars__value")).to_contain_text(re.compile(r"^\s*1\b"))
    staff_leave(page)


def _find_and_export(site: Site, desktop: BrowserContext) -> None:
    page = staff_page(desktop, site, "dpo")
    page.goto(f"{site.address}/staff/register/")
    page.locator("[name=text]").first.fill("8 (990) 000-00-04")
    press(page, "Найти")
    page.get_by_role("link", name=re.compile(f"{CUSTOMER}|{SURNAME}")).first.click()
    expect(page.locator("main")).to_contain_text("Согласие дано")
    expect(page.locator("main")).to_contain_text("Согласие отозвано")
    page.get_by_role("link", name="Выгрузить доказательства").click()
    page.get_by_label(re.compile("CSV")).check()
    page.get_by_label(re.compile("Цель|Причина|Зачем")).first.fill("Запрос клиента о его данных")
    press(page, "Подготовить файл")
    ready = page.get_by_role("button", name="Скачать").first
    expect(ready).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        ready.click()
    _evidence(Path(download.value.path()).read_bytes())
    page.goto(f"{site.address}/staff/journal/")
    expect(page.locator("main")).to_contain_text("Запрос клиента о его данных")
    staff_leave(page)


def is_inert(cell: str) -> bool:
    """Return whether a spreadsheet runs nothing of a cell: no sign of a formula begins it, or it is one text alone."""
    return cell[:1] not in set("=+-@\t\r") or (cell.startswith('="') and cell_guard(cell_unguard(cell)) == cell)


def _evidence(content: bytes) -> None:
    """See in the DPO's file what the person saw, said and took back, and nobody else."""
    assert content.startswith(b"\xef\xbb\xbf")
    guarded = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert [cell for row in guarded for cell in row.values() if not is_inert(cell)] == []
    rows = [{name: cell_unguard(cell) for name, cell in row.items()} for row in guarded]
    assert {row["Номер клиента"] for row in rows} == {CUSTOMER}
    events = [row["Событие"] for row in rows]
    given = [row for row in rows if "дано" in row["Событие"].lower() and row["Канал"] == "СМС"]
    assert len(given) == 1
    assert any("отозвано" in event.lower() for event in events)
    text = given[0]["Показанный текст"]
    assert SURNAME in text
    assert sha256(text.encode()).hexdigest() == given[0]["Контрольная сумма текста, SHA-256"]


def _verify(site: Site) -> None:
    wait_for(
        lambda: site.manage("ledger_seal").returncode == 0 and site.manage("ledger_verify").returncode == 0,
        within=180,
        what="a whole ledger",
    )


def test_a_byte_changed_by_a_superuser_is_found_and_named(site: Site) -> None:
    assert site.manage("ledger_seal").returncode == 0
    with psycopg.connect(site.admin_url(), autocommit=True) as database:
        row = database.execute("SELECT id, uuid, actor FROM consents_consentevent ORDER BY id LIMIT 1").fetchone()
        assert row is not None
        database.execute("ALTER TABLE consents_consentevent DISABLE TRIGGER refuse_change")
        try:
            database.execute("UPDATE consents_consentevent SET actor = 'x' WHERE id = %s", [row[0]])
            result = site.manage("ledger_verify")
        finally:
            database.execute("UPDATE consents_consentevent SET actor = %s WHERE id = %s", [row[2], row[0]])
            database.execute("ALTER TABLE consents_consentevent ENABLE ALWAYS TRIGGER refuse_change")

    assert result.returncode == 1
    assert str(row[1]) in result.stdout + result.stderr


def test_a_formula_in_a_file_comes_back_inert_in_the_report(site: Site) -> None:
    file, report = site.var_dir / "formula.csv", site.var_dir / "report.csv"
    file.write_text('Код;ФИО;Телефон\nF-1;Иванов Иван;"=HYPERLINK(""http://evil.example"";""позвоните"")"\n')

    result = site.manage("import_customers", str(file), "--source", SOURCE, "--dry-run", "--report", str(report))

    assert result.returncode == 3, result.stdout + result.stderr
    rows = list(csv.reader(io.StringIO(report.read_text("utf-8-sig")), delimiter=";"))
    assert any("HYPERLINK" in cell for row in rows for cell in row)
    assert [cell for row in rows for cell in row if not is_inert(cell)] == []
