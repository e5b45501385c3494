"""The scripts of staff forms in a real browser: fields that come and go, fields of the text, a field for a file."""

from pathlib import Path

from playwright.sync_api import Browser, expect

SCRIPT = Path(__file__).resolve().parents[2] / "portal" / "static" / "portal" / "js" / "editor.js"
FORM = """<!doctype html><form>
<label><input type="radio" name="basis" value="contract" checked>договор</label>
<label><input type="radio" name="basis" value="law">обязательное</label>
<div data-when="basis law"><input name="norm"></div>
<label><input type="radio" name="channel" value="sms">СМС</label>
<label><input type="radio" name="channel" value="email" checked>почта</label>
<div data-when="channel sms pigeon"><input name="clause"></div>
<input name="subject"><textarea name="text"></textarea><div data-check="/check/"></div>
<button type="button" data-insert="((имя))" hidden>Вставить</button></form>"""
UPLOAD = """<!doctype html><div class="drop"><label for="file">Файл с клиентами</label><input type="file" id="file">
<p class="drop__own" hidden><span>Выбрать файл</span> <span data-file-name>Файл не выбран</span></p></div>"""


def test_a_field_is_shown_only_with_the_choice_that_it_is_about(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content(FORM)
    norm, clause = page.locator("[name=norm]"), page.locator("[name=clause]")
    expect(norm).to_be_visible()

    page.add_script_tag(path=SCRIPT)
    expect(norm).to_be_hidden()
    expect(clause).to_be_hidden()

    page.get_by_label("обязательное").check()
    page.get_by_label("СМС").check()
    expect(norm).to_be_visible()
    expect(clause).to_be_visible()

    page.get_by_label("договор").check()
    expect(norm).to_be_hidden()
    page.close()


def test_a_field_of_the_text_goes_in_where_the_cursor_stood_last(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content(FORM)
    page.add_script_tag(path=SCRIPT)
    text, subject, insert = page.locator("[name=text]"), page.locator("[name=subject]"), page.get_by_text("Вставить")

    text.fill("Здравствуйте, !")
    text.evaluate("field => field.setSelectionRange(14, 14)")
    insert.click()
    subject.fill("Для вас: ")
    insert.click()

    expect(text).to_have_value("Здравствуйте, ((имя))!")
    expect(subject).to_have_value("Для вас: ((имя))")
    page.close()


def test_a_field_for_a_file_says_in_our_words_what_is_chosen(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content(UPLOAD)
    page.add_script_tag(path=SCRIPT.with_name("files.js"))
    expect(page.get_by_text("Файл не выбран")).to_be_visible()

    page.get_by_label("Файл с клиентами").set_input_files(
        {"name": "клиенты.csv", "mimeType": "text/csv", "buffer": b"1"}
    )

    expect(page.get_by_text("клиенты.csv")).to_be_visible()
    page.close()
