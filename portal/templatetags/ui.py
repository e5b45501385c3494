"""Words of the interface for templates: icons, figures, phones, and the components that take a body.

A component without a body is included (`{% include "components/field.html" with field=form.phone %}`);
one with a body is a block tag from here (`{% card title="…" %}…{% endcard %}`). docs/interface.md lists both.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import template
from django.forms import BoundField
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

from consents.customers.messengers import messenger_names
from consents.enums import Channel
from consents.words import noun_of, offset_words
from portal.ui.browsers import browser_words
from portal.ui.drawing.charts import Bar, Part, bars_drawn, parts_drawn
from portal.ui.drawing.icons import ICONS
from portal.ui.tables import cells_labelled
from portal.ui.zones import in_zone, zone_words

register = template.Library()

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
THIN = "\N{NARROW NO-BREAK SPACE}"
NO_BREAK = "\N{NO-BREAK SPACE}"
DASH = "\N{EM DASH}"
HYPHEN = "\N{NON-BREAKING HYPHEN}"


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """Draw an icon. It is decoration: the word beside it carries the meaning. Unknown names are a KeyError."""
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        f" {css}" if css else "",
        mark_safe(ICONS[name]),  # noqa: S308 - our own constant drawings, never input
    )


@register.simple_tag
def swatch(colour: object) -> SafeString | str:
    """Draw a square of a colour; nothing for what is none."""
    if not COLOUR.fullmatch(str(colour or "")):
        return ""
    return format_html(
        '<svg class="swatch" viewBox="0 0 1 1" aria-hidden="true"><rect width="1" height="1" fill="{}"/></svg>', colour
    )


@register.filter
def number(value: float | None) -> str:
    """Write 184302 as `184 302` with narrow unbreakable spaces; None is a dash."""
    if value is None:
        return DASH
    sign = "\N{MINUS SIGN}" if value < 0 else ""
    return f"{sign}{abs(value):,.0f}".replace(",", THIN)


@register.filter
def counted(value: int, forms: str) -> str:
    """Return a number with its noun: `2 дня` of `день, дня, дней`; two forms are those of English, `day, days`."""
    return f"{number(value)}{NO_BREAK}{noun_of(value, forms)}"


@register.filter
def phone(value: str | None) -> str:
    """Write `+79161234512` as `+7 916 123-45-12`; any other number or a masked one stays as it is."""
    if not value:
        return DASH
    if len(value) != 12 or not value.startswith("+7") or not value[1:].isdecimal():
        return value
    line = HYPHEN.join((value[5:8], value[8:10], value[10:]))
    return NO_BREAK.join(("+7", value[2:5], line))


@register.filter
def initial(name: str | None) -> str:
    """Return the letter of a logo: of the word in quotes where there is one, so that «Банк „Береста“» gives Б."""
    words = (name or "").replace("„", "«").replace('"', "«").split("«")
    for word in reversed(words):
        for letter in word:
            if letter.isalnum():
                return letter.upper()
    return "М"


@register.filter
def day(moment: datetime) -> str:
    """Write an aware moment as `25.11.2026`, by the clock that it carries: the `date` filter would use the server's."""
    return f"{moment:%d.%m.%Y}"


@register.filter
def clock(moment: datetime) -> str:
    """Write an aware moment as `14:06:12 МСК`, or `16:06:12 UTC+5`, by the clock that it carries."""
    return f"{moment:%H:%M:%S}{NO_BREAK}{offset_words(moment)}"


register.filter("in_zone", in_zone)
register.filter("here", localtime)
register.filter("browser", browser_words)
register.filter("zone", zone_words)


@register.filter
def messengers(codes: Sequence[str]) -> str:
    """Name messengers by their codes: `WhatsApp, Microsoft Teams`."""
    return ", ".join(messenger_names(codes))


@register.filter
def widget_kind(field: BoundField) -> str:
    """Return how components/field.html lays a form field out: `tick`, `options`, `file` or `input`."""
    kind = getattr(field.field.widget, "input_type", "")
    if kind == "checkbox" and not field.use_fieldset:
        return "tick"
    if field.use_fieldset:
        return "options"
    return "file" if kind == "file" else "input"


@register.filter
def control(field: BoundField) -> SafeString:
    """Draw the control of a field without a length: a browser would cut what is pasted without a word."""
    return field.as_widget(attrs={"maxlength": False, "minlength": False})


@register.filter
def label_strong(line: str) -> SafeString | str:
    """Set the words before the first colon of a line in bold."""
    label, colon, rest = line.partition(":")
    return format_html("<strong>{}:</strong>{}", label, rest) if colon else line


@register.inclusion_tag("components/steps.html")
def steps(current: int, total: int) -> dict[str, object]:
    """Draw the steps of the customer; the words «Шаг 2 из 4» are for screen readers."""
    return {"current": current, "total": total, "marks": [number <= current for number in range(1, total + 1)]}


@register.inclusion_tag("components/bars.html")
def bars(rows: Sequence[Bar], label: str = "") -> dict[str, object]:
    """Draw a funnel: each row against the first."""
    return {"rows": bars_drawn(rows), "label": label}


@register.inclusion_tag("components/stacked.html")
def stacked(parts: Sequence[Part], label: str = "") -> dict[str, object]:
    """Draw one bar cut into parts, with a legend in words under it."""
    return {"parts": parts_drawn(parts), "label": label}


@register.simple_block_tag
def card(content: str, *, title: str = "", tag: str = "", tone: str = "neutral", css: str = "") -> SafeString:
    """Wrap a body in a card with an optional heading and one state word beside it."""
    values = {"content": content, "title": title, "tag": tag, "tone": tone, "css": css}
    return render_to_string("components/card.html", values)


@register.simple_block_tag
def notice(content: str, tone: str = "info", title: str = "") -> SafeString:
    """Wrap a body in a notice; `tone` is info, ok, warn or danger."""
    return render_to_string("components/notice.html", {"content": content, "tone": tone, "title": title})


@register.simple_block_tag
def table(content: str, caption: str) -> SafeString:
    """Wrap `<thead>` and `<tbody>` in a table that scrolls by keyboard too; on a phone its rows are cards."""
    rows = mark_safe(cells_labelled(content))  # noqa: S308 - what the template has escaped already
    return render_to_string("components/table.html", {"content": rows, "caption": caption})


@register.simple_tag(takes_context=True)
def sort_head(context: Context, sorting: Any, column: str, label: str, css: str = "") -> SafeString:
    """Draw the head of a column that sorts its list (`portal.staff.lists.sorting`), with all but the page kept."""
    query = context["request"].GET.copy()
    query["sort"] = sorting.pressed(column)
    query.pop("page", None)
    direction = sorting.direction(column)
    css_class = format_html(' class="{}"', css) if css else ""
    aria = format_html(' aria-sort="{}"', direction) if direction else ""
    link = format_html('<a href="?{}">{}</a>', query.urlencode(), label)
    return format_html('<th scope="col"{}{}>{}</th>', css_class, aria, link)


@register.simple_block_tag
def preview(content: str, kind: str, sender: str, subject: str = "") -> SafeString:
    """Show a message the way the recipient sees it; `kind` is the code of a channel."""
    channel = Channel(kind).spec
    values = {
        "icon": channel.icon,
        "is_letter": channel.is_letter,
        "content": content,
        "kind": kind,
        "sender": sender,
        "subject": subject,
    }
    return render_to_string("components/preview.html", values)
