"""The English of the interface: whole, sound, and as compiled as it is written."""

import ast
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from gettext import GNUTranslations
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation.template import templatize

from tests.factories.consents import CompanyFactory
from tests.portal.public.people import Walker, customer_make, link_for

ROOT = Path(__file__).parents[2]
ROOMS = ("portal", "consents", "notify")
CATALOGUE = ROOT / "portal" / "locale" / "en" / "LC_MESSAGES" / "django.po"
COMPILED = CATALOGUE.with_suffix(".mo")

CALLS = frozenset({"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"})
IN_TEMPLATES = re.compile(r"""\b(?:_|n?gettext)\(u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
PLACEHOLDERS = re.compile(r"%\(\w+\)[sd]|\{\w*\}|\(\([^()%]*\)\)|</?[a-z][^>]*>")
# The last column of docs/glossary.md: words that stood on pages beside the one that stays, or that mean another thing.
NOT_ON_PAGES = re.compile(
    r"посещени|отпечат(?!ок пальца)|завер(?:ен|ить|яет)|\bпут(?:ь|ём)\b|поставщик|второ[йго]+ шаг|запасн\w+ код|аккаунт"
    r"|учётн\w+ запис\w+ (?:в \w+ )?MAX|зарубежн\w+ мессенджер|оговорк|журнал\w* событий|связ(?:ать|ан[ао]?)\b.*MAX"
    r"|MAX связан|\bпроб[ауы]\b",
    re.IGNORECASE,
)
LINE = re.compile(r'(?:(msgctxt|msgid_plural|msgid|msgstr)(?:\[\d\])? )?(".*")')


@dataclass
class Entry:
    """One sentence of the catalogue."""

    msgid: str = ""
    plural: str = ""
    msgstr: list[str] = field(default_factory=list)
    flags: str = ""


def _entry(block: str) -> Entry:
    entry, part = Entry(), ""
    for line in block.splitlines():
        if line.startswith("#,"):
            entry.flags += line
        if not (found := LINE.fullmatch(line)):
            continue
        keyword, text = found[1], ast.literal_eval(found[2])
        part = keyword or part
        if part == "msgid":
            entry.msgid += text
        elif part == "msgid_plural":
            entry.plural += text
        elif keyword:
            entry.msgstr.append(text)
        else:
            entry.msgstr[-1] += text
    return entry


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    """All sentences of the catalogue; the heading is none."""
    blocks = CATALOGUE.read_text(encoding="utf-8").split("\n\n")
    return [entry for entry in map(_entry, blocks) if entry.msgid]


def _said_by_python(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in CALLS:
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def _said_by_template(path: Path) -> Iterator[str]:
    for literal in IN_TEMPLATES.findall(templatize(path.read_text(encoding="utf-8"), origin=str(path))):
        yield ast.literal_eval(literal)


def said() -> dict[str, str]:
    """Every sentence of the sources that asks to be translated, and a file that says it."""
    found = {}
    for path in (path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))):
        found.update(dict.fromkeys(_said_by_python(path), str(path.relative_to(ROOT))))
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in {".html", ".txt"}:
            found.update(dict.fromkeys(_said_by_template(path), str(path.relative_to(ROOT))))
    return found


def test_every_sentence_of_the_sources_is_in_the_catalogue(entries: list[Entry]) -> None:
    known = {entry.msgid for entry in entries}
    sentences = said()

    assert len(sentences) > 1000
    assert {text: place for text, place in sentences.items() if text and text not in known} == {}


def test_no_sentence_is_left_empty_or_uncertain(entries: list[Entry]) -> None:
    assert [entry.msgid for entry in entries if not entry.msgstr or not all(entry.msgstr)] == []
    assert [entry.msgid for entry in entries if "fuzzy" in entry.flags] == []


def test_no_sentence_is_there_twice(entries: list[Entry]) -> None:
    msgids = [entry.msgid for entry in entries]

    assert sorted(msgids) == sorted(set(msgids))


def test_placeholders_and_tags_survive_translation(entries: list[Entry]) -> None:
    broken = [
        (entry.msgid, text)
        for entry in entries
        for text in entry.msgstr
        if set(PLACEHOLDERS.findall(text))
        not in (set(PLACEHOLDERS.findall(entry.msgid)), set(PLACEHOLDERS.findall(entry.plural or entry.msgid)))
    ]

    assert broken == []


def test_pages_use_the_words_of_the_glossary(entries: list[Entry]) -> None:
    assert [entry.msgid for entry in entries if NOT_ON_PAGES.search(entry.msgid)] == []


@pytest.mark.parametrize("text", ["Посещение завершено", "Отпечаток записи", "MAX связан.", "Путь: СМС", "Второй шаг"])
def test_a_word_that_the_glossary_leaves_out_is_found(text: str) -> None:
    assert NOT_ON_PAGES.search(text)


def test_english_has_english_quotes(entries: list[Entry]) -> None:
    assert [text for entry in entries for text in entry.msgstr if re.search("[«»„]", text)] == []


def test_the_compiled_catalogue_says_what_the_written_one_says(entries: list[Entry]) -> None:
    with COMPILED.open("rb") as file:
        compiled = GNUTranslations(file)
    differ = [
        entry.msgid
        for entry in entries
        if entry.msgstr
        != (
            [compiled.ngettext(entry.msgid, entry.plural, count) for count in (1, 2)]
            if entry.plural
            else [compiled.gettext(entry.msgid)]
        )
    ]

    assert differ == []
    # The third word of the file is the number of its sentences; the heading counts as one.
    assert struct.unpack_from("<I", COMPILED.read_bytes(), 8)[0] == len(entries) + 1


@pytest.fixture
def walker(db: None) -> Walker:
    """Return a customer's browser, on the site of a company."""
    CompanyFactory()
    return Walker()


def test_the_landing_page_answers_in_english_to_who_chose_it(walker: Walker) -> None:
    walker.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    walker.open_link(link_for(customer_make()))

    assert '<html lang="en"' in walker.text
    assert "We are changing how we contact you" in walker.text
    assert "nothing will change" in walker.text


def test_the_landing_page_answers_in_russian_to_who_chose_nothing(walker: Walker) -> None:
    walker.open_link(link_for(customer_make()))

    assert '<html lang="ru"' in walker.text
    assert "Мы меняем каналы связи" in walker.text
