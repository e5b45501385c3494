"""Forms of pages as a browser reads them, and names of parameters that the code reads without any form."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from django.urls import Resolver404, resolve

from portal import urls

Fields = list[tuple[str, str]]

_ROOT = Path(urls.__file__).parent
_ASKED = re.compile(r"""request\.(GET|POST|FILES)(?:\.get\(|\.getlist\(|\[)"(\w+)"|"(\w+)" in request\.(GET|POST)""")


@dataclass(slots=True)
class Form:
    """Where a form leads, and its fields with the values that they begin with."""

    action: str
    method: str
    fields: Fields = field(default_factory=list)


class PageReader(HTMLParser):
    """Collects the forms and the links of a page."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, a field or a link."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action") or self.address, given.get("method", "get")))
        elif tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif not self.forms:
            return
        elif tag in ("input", "textarea", "button") and given.get("name"):
            is_off = given.get("type") in ("checkbox", "radio") and "checked" not in given
            self.forms[-1].fields.append((given["name"], "" if is_off else given.get("value", "")))
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._select and ("selected" in given or given.get("value")):
            self.forms[-1].fields.append((self._select, given.get("value", "")))
            self._select = ""


def forms_of(address: str, page: str) -> Iterator[tuple[str, str, Fields]]:
    """Yield (name of an address, GET or POST, fields) of each form, and the queries of each link."""
    reader = PageReader(address)
    reader.feed(page)
    for form in reader.forms:
        if name := view_at(form.action):
            yield name, form.method.upper(), form.fields
    for link in reader.links:
        if "?" in link and (name := view_at(link if link[0] != "?" else address)):
            yield name, "GET", parse_qsl(urlsplit(link).query)


def view_at(address: str) -> str:
    """Return the name of the address; empty where it leads out."""
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""


def names_asked(method: str) -> list[str]:
    """Return every name that our code reads from a query, or from a form, by hand."""
    found = set[str]()
    for path in _ROOT.rglob("*.py"):
        for asked in _ASKED.finditer(path.read_text()):
            if (asked[1] or asked[4]) == method:
                found.add(asked[2] or asked[3])
    return sorted(found)
