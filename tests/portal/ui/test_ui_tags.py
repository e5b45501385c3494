"""What templates say and draw with the tags of the interface."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone, translation

from portal.staff.lists.paging import Slice
from portal.templatetags import ui
from portal.ui.drawing.charts import Bar, Part
from portal.ui.drawing.icons import ICONS
from portal.ui.zones import in_zone, zone_words

THIN = "\u202f"
NB = "\u00a0"
TEMPLATES = Path(__file__).parents[3] / "templates"
# Letters are read by mail programs, which know no stylesheet of ours.
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if path.relative_to(TEMPLATES).parts[0] != "messages")


class Answer(forms.Form):
    """One field of every kind that components/field.html lays out."""

    name = forms.CharField(label="Имя", help_text="Как в договоре.")
    way = forms.ChoiceField(label="Способ", choices=[("a", "Первый"), ("b", "Второй")], widget=forms.RadioSelect)
    sure = forms.BooleanField(label="Точно")
    paper = forms.FileField(label="Файл")


def drawn(source: str, **values: object) -> str:
    return Template("{% load i18n ui %}" + source).render(Context(values))


def test_an_icon_is_decoration_that_screen_readers_skip() -> None:
    html = drawn('{% icon "check" %}')

    assert ICONS["check"] in html
    assert 'aria-hidden="true"' in html


def test_an_icon_that_does_not_exist_is_an_error_at_once() -> None:
    with pytest.raises(KeyError):
        ui.icon("rocket")


@pytest.mark.parametrize(
    ("value", "written"),
    [(0, "0"), (999, "999"), (184302, f"184{THIN}302"), (-1500, f"−1{THIN}500"), (None, "—")],
)
def test_numbers_are_grouped_by_thin_spaces(value: int | None, written: str) -> None:
    with translation.override("ru"):
        assert ui.number(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("+79161234512", f"+7{NB}916{NB}123‑45‑12"),
        ("+7 9•• •••-••-12", "+7 9•• •••-••-12"),
        ("+375291234567", "+375291234567"),
        ("", "—"),
        (None, "—"),
    ],
)
def test_only_a_whole_russian_phone_is_spaced(value: str | None, written: str) -> None:
    assert ui.phone(value) == written


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("Банк «Береста»", "Б"),
        ("АО «Банк „Ромашка“»", "Р"),
        ('ООО "вектор"', "В"),
        ("Мостик", "М"),
        ("", "М"),
        (None, "М"),
    ],
)
def test_the_letter_of_a_logo_is_of_the_name_in_quotes(name: str | None, letter: str) -> None:
    assert ui.initial(name) == letter


def test_a_moment_is_written_by_the_clock_that_it_carries() -> None:
    moment = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)

    with timezone.override("Europe/Moscow"), translation.override("ru"):
        assert (
            drawn("{{ m|day }} {{ m|clock }}", m=in_zone(moment, "Asia/Vladivostok"))
            == f"25.11.2026 06:00:00{NB}UTC+10"
        )
        assert drawn("{{ m|in_zone:'Asia/Kolkata'|clock }}", m=moment) == f"01:30:00{NB}UTC+5:30"
        assert drawn("{{ m|in_zone:''|day }} {{ m|in_zone:''|clock }}", m=moment) == f"24.11.2026 23:00:00{NB}МСК"


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Asia/Vladivostok", "Владивосток, UTC+10"),
        ("Asia/Kolkata", "UTC+5:30"),
        ("Africa/Abidjan", "UTC"),
        ("America/Bogota", "UTC−5"),
        ("нет такого", "нет такого"),
        ("", ""),
    ],
)
def test_a_zone_is_named_by_a_city_that_people_know(zone: str, words: str) -> None:
    assert zone_words(zone) == words


def test_links_to_other_pages_keep_the_filters() -> None:
    request = RequestFactory().get("/list/?q=Ё&state=sent&page=3")
    request.user = AnonymousUser()

    html = render_to_string("staff/parts/pager.html", {"page": Slice(rows=[], number=3, has_next=True)}, request)

    assert 'href="?q=%D0%81&amp;state=sent&amp;page=2"' in html
    assert 'href="?q=%D0%81&amp;state=sent&amp;page=4"' in html


def test_the_way_of_the_customer_says_its_step_in_words() -> None:
    html = drawn("{% steps 2 4 %}")

    assert 'aria-label="Шаг 2 из 4"' in html
    assert html.count('class="done"') == 2
    assert html.count("<span") == 4


def test_bars_show_count_and_share_beside_the_drawing() -> None:
    html = drawn("{% bars rows %}", rows=[Bar("Отправлено", 60000), Bar("Доставлено", 57612, url="/list/")])

    assert 'width="96.0%"' in html
    assert f"57{THIN}612 · 96&nbsp;%" in html
    assert '<a href="/list/">Доставлено</a>' in html


def test_every_part_of_a_bar_has_a_name_in_its_legend() -> None:
    html = drawn("{% stacked parts %}", parts=[Part("MAX", 3, "1"), Part("только WhatsApp", 1, "out", "/list/")])

    assert 'x="75.0%" width="25.0%"' in html
    assert "только WhatsApp" in html
    assert '<a href="/list/">1</a>' in html


@pytest.mark.parametrize(("name", "kind"), [("name", "input"), ("way", "options"), ("sure", "tick"), ("paper", "file")])
def test_each_kind_of_field_has_its_layout(name: str, kind: str) -> None:
    assert ui.widget_kind(Answer()[name]) == kind


@pytest.mark.parametrize("name", ["name", "way", "sure", "paper"])
def test_an_error_is_tied_to_its_field_for_screen_readers(name: str) -> None:
    form = Answer({})

    html = drawn('{% include "components/field.html" with field=field %}', field=form[name])

    assert f'id="id_{name}_error"' in html
    assert f"id_{name}_error" in html.split("aria-describedby=")[1].split(">")[0]


def test_a_hint_is_tied_to_its_field_for_screen_readers() -> None:
    html = drawn('{% include "components/field.html" with field=form.name %}', form=Answer())

    assert 'id="id_name_helptext"' in html
    assert 'aria-describedby="id_name_helptext"' in html


def test_the_box_of_a_consent_is_never_ticked_for_the_person() -> None:
    form = Answer({"sure": "on"})

    html = drawn('{% include "components/checkbox_card.html" with field=form.sure label="Разрешаю" %}', form=form)

    assert "checked" not in html


def test_a_refusal_is_not_held_up_by_required_fields() -> None:
    html = drawn('{% include "components/choice.html" %}')

    refusal, grant = html.split("</button>")[:2]
    assert "formnovalidate" in refusal
    assert 'value="refuse"' in refusal
    assert "formnovalidate" not in grant
    assert refusal.count('class="button"') == grant.count('class="button"') == 1


def test_phones_can_fill_a_code_in_by_themselves() -> None:
    html = drawn('{% include "components/code_input.html" with field=form.name %}', form=Answer())

    assert 'autocomplete="one-time-code"' in html
    assert 'inputmode="numeric"' in html


def test_a_card_escapes_its_title_and_keeps_its_body() -> None:
    html = drawn("{% card title=title %}<p>{{ body }}</p>{% endcard %}", title="<b>", body="<i>")

    assert "<h2>&lt;b&gt;</h2>" in html
    assert "<p>&lt;i&gt;</p>" in html


def test_a_message_preview_escapes_what_marketing_wrote() -> None:
    html = drawn('{% preview kind="sms" sender=sender %}{{ text }}{% endpreview %}', sender="<x>", text="<script>")

    assert "&lt;x&gt;" in html
    assert "<script>" not in html


def test_a_table_can_be_reached_and_scrolled_by_keyboard() -> None:
    html = drawn('{% table "Кампании" %}<tbody></tbody>{% endtable %}')

    assert 'tabindex="0"' in html
    assert 'aria-label="Кампании"' in html
    assert "<caption" in html


@pytest.mark.parametrize("template", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_page_carries_a_style_or_a_script_of_its_own(template: Path) -> None:
    source = template.read_text()

    assert " style=" not in source
    assert "<style" not in source
    assert " onclick=" not in source
    for script in source.split("<script")[1:]:
        assert script.lstrip().startswith("src=") or 'type="application/json"' in script.split(">")[0]


@pytest.mark.parametrize("base", ["base_public.html", "base_staff.html", "base_account.html"])
def test_browsers_name_the_origin_of_our_forms(base: str) -> None:
    """With no-referrer a browser sends `Origin: null`, and the CSRF check would refuse every form."""
    assert '<meta name="referrer" content="same-origin">' in render_to_string(base)


def test_the_stylesheet_of_the_customer_pages_stays_small() -> None:
    css = TEMPLATES.parent / "portal/static/portal/css/public.css"

    assert css.stat().st_size <= 16 * 1024


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1, "1 день"), (2, "2 дня"), (5, "5 дней"), (11, "11 дней"), (21, "21 день"), (112, "112 дней"), (104, "104 дня")],
)
def test_a_number_takes_its_noun_in_the_right_form(value: int, shown: str) -> None:
    assert ui.counted(value, "день, дня, дней").replace("\N{NO-BREAK SPACE}", " ") == shown


def test_english_has_one_and_many() -> None:
    assert [ui.counted(value, "day, days").split("\N{NO-BREAK SPACE}")[1] for value in (1, 2, 21)] == [
        "day",
        "days",
        "days",
    ]
