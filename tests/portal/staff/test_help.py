"""Help inside the console: by rights, in both languages, found by words, a click from the page that it is about."""

import re

import pytest
from django.urls import reverse

from portal.audit.permissions import RIGHTS
from portal.models.user import Role
from portal.staff import urls
from portal.staff.help.topics import FOLDER, PLACES, TOPICS, topic
from tests.factories.staff import client_of, user_make

pytestmark = pytest.mark.django_db
NAMES = {pattern.name for pattern in urls.urlpatterns}


@pytest.mark.parametrize("role", Role)
def test_a_role_finds_the_help_that_its_rights_call_for_and_no_other(role: Role) -> None:
    client = client_of(user_make(role))

    page = client.get("/staff/help/").content.decode()

    shown = set(re.findall(r'href="/staff/help/(\w+)/#part-\d+"', page))
    assert shown == {name for name, right in TOPICS.items() if right in RIGHTS[role]}
    for name in TOPICS:
        assert client.get(f"/staff/help/{name}/").status_code == (200 if name in shown else 404)


@pytest.mark.parametrize("name", TOPICS)
def test_a_topic_says_the_same_in_both_languages(name: str) -> None:
    russian, english = topic(name, "ru"), topic(name, "en")

    assert len(russian.sections) == len(english.sections) > 0
    for ours, theirs in zip(russian.sections, english.sections, strict=True):
        assert [block.kind for block in ours.blocks] == [block.kind for block in theirs.blocks]
        assert [len(block.lines) for block in ours.blocks if block.kind != "p"] == [
            len(block.lines) for block in theirs.blocks if block.kind != "p"
        ]
    assert not re.search("[А-Яа-я]", (FOLDER / "en" / f"{name}.md").read_text("utf-8"))


def test_every_file_is_a_topic() -> None:
    for language in ("ru", "en"):
        assert {path.stem for path in (FOLDER / language).iterdir()} == set(TOPICS)


def test_every_place_leads_from_a_page_to_a_section_that_there_is() -> None:
    for route, (name, place) in PLACES.items():
        assert route in NAMES
        assert place in {section.place for section in topic(name, "ru").sections}


def test_words_find_the_sections_that_hold_them() -> None:
    client = client_of(user_make(Role.DPO))

    found = client.get("/staff/help/?q=выбросить черновик").content.decode()
    nothing = client.get("/staff/help/?q=бетономешалка").content.decode()

    assert re.findall(r'href="/staff/help/(\w+)/#part-(\d+)"', found) == [("documents", "3")]
    assert "Ничего не нашлось" in nothing


def test_a_page_leads_to_what_is_said_of_it() -> None:
    dpo, operator = (client_of(user_make(role)) for role in (Role.DPO, Role.OPERATOR))

    assert 'href="/staff/help/documents/#part-1"' in dpo.get(reverse("staff:documents")).content.decode()
    assert "/staff/help/documents/" not in operator.get(reverse("staff:documents")).content.decode()
    assert 'href="/staff/help/"' in operator.get("/staff/").content.decode()


def test_english_readers_get_english_help() -> None:
    client = client_of(user_make(Role.DPO))
    client.cookies["django_language"] = "en"

    assert "Throw a draft away" in client.get("/staff/help/documents/").content.decode()
