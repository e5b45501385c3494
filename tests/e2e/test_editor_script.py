"""The script of the editor in a real browser: fields that other choices make meaningless are hidden."""

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
<textarea name="text"></textarea><div data-check="/check/"></div></form>"""


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
