"""Templates can be read: lines end where they may."""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "templates"
PAGES = sorted(path for path in FOLDER.rglob("*.html") if "messages" not in path.relative_to(FOLDER).parts[:1])
LONGEST = 140
ATOM = re.compile(r"{% blocktranslate.*?{% endblocktranslate %}|{%.*?%}|{{.*?}}")
"""What cannot be broken: a tag ends on its line, and the words of a translation are a key."""
GLUED = {
    "account/base_reauthenticate.html": "a link whose words are chosen by a chain of conditions",
    "allauth/elements/badge.html": "one inline element",
    "allauth/elements/button.html": "an element whose name is a variable",
    "allauth/layouts/manage.html": "links side by side",
    "components/bars.html": "a figure and its share side by side",
    "components/code_input.html": "one attribute",
    "components/confirm.html": "buttons side by side",
    "components/stacked.html": "one drawing",
    "components/timeline_item.html": "a time and its zone side by side",
    "mfa/authenticate.html": "JSON for a script",
    "mfa/webauthn/add_form.html": "JSON for a script",
    "mfa/webauthn/reauthenticate.html": "JSON for a script",
    "mfa/recovery_codes/index.html": "buttons side by side",
    "public/contacts.html": "words and tags side by side",
    "sandbox/letter.html": "the body of a preview",
    "sandbox/fake_lines.html": "a bubble shows every space",
    "sandbox/max_lines.html": "a bubble shows every space",
    "staff/campaigns/frame.html": "the body of a preview",
    "staff/documents/changes.html": "words of a paragraph side by side",
    "staff/journal/list.html": "a name and its link side by side",
    "staff/register/health_tag.html": "one inline element",
    "staff/scenarios/phone.html": "a bubble shows every space",
}
"""Templates with a line that is longer, and what in it may not be broken."""


FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
FIELD = re.compile(r'components/(?:fields?|code_input|file)\.html|<textarea|<select|<input(?![^>]*type="hidden")')
OF_STAFF = ("staff", "account", "mfa", "usersessions", "sandbox")


def _longest(path: Path) -> int:
    """Return the longest line, the longest thing in it that cannot be broken left out where it is too long."""
    return max(
        len(line) - (max(map(len, ATOM.findall(line)), default=0) if len(line) > LONGEST else 0)
        for line in path.read_text().splitlines()
    )


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_a_line_of_a_template_is_as_long_as_one_can_read(path: Path) -> None:
    assert (_longest(path) > LONGEST) == (str(path.relative_to(FOLDER)) in GLUED)


@pytest.mark.parametrize("folder", OF_STAFF)
def test_what_is_wrong_with_a_field_is_said_by_the_page_and_not_by_the_browser(folder: str) -> None:
    """A browser says it in its own language."""
    forms = [
        (path.name, attributes)
        for path in (FOLDER / folder).rglob("*.html")
        for attributes, body in FORM.findall(path.read_text())
        if FIELD.search(body)
    ]

    assert [name for name, attributes in forms if "novalidate" not in attributes] == []
