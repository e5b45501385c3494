"""What is sealed is what was shown: the words of the page against the evidence of the answer, byte by byte."""

import html
import re
from hashlib import sha256

import pytest

from consents.enums import Channel, EventKind
from consents.models import ConsentEvent, Customer
from tests.portal.public.people import Walker, code_now, walked_to_level_one

CAPTIONS = {
    "ru": {"grant": "Разрешаю", "refuse": "Не разрешаю", "later": "Решить позже"},
    "en": {"grant": "I permit", "refuse": "I do not permit", "later": "Decide later"},
}
KINDS = {"grant": EventKind.GRANTED, "refuse": EventKind.REFUSED, "later": EventKind.SHOWN}


def words(markup: str) -> str:
    """The text of a piece of a page as a reader sees it; a line break is a new line."""
    return html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"\s*<br>\s*", "\n", markup))).strip()


def text_of(page: str) -> str:
    """The document as the page shows it: title, edition, summary, paragraphs, the box with its caption."""
    document = page[page.index('<div lang="ru">') : page.index('id="answer"')]
    title = words(re.findall(r"<h1[^>]*>(.*?)</h1>", document, re.S)[0])
    edition = words(re.findall(r'<p class="muted small">(.*?)</p>', document, re.S)[0])
    summary = "\n".join(map(words, re.findall(r"<li>(.*?)</li>", document, re.S)))
    paper = document[document.index('class="paper"') :].split("</div>")[0]
    parts = [title, edition, summary]
    for heading, text in re.findall(r"(?:<h2>(.*?)</h2>)?\s*<p>(.*?)</p>", paper, re.S):
        parts.append(f"{words(heading)}\n{words(text)}" if heading else words(text))
    parts.append("☐ " + words(re.findall(r'<label class="tick".*?<span>(.*?)</span>', page, re.S)[0]))
    return "\n\n".join(parts) + "\n"


def asked_in(language: str, customer: Customer, purpose: str) -> Walker:
    """A browser in front of a text for two channels, in one of the languages of the site."""
    walker = walked_to_level_one(customer)
    walker.choose(Channel.SMS, Channel.EMAIL)
    walker.press("/me/code/enter/", code=code_now())
    if purpose != "service":
        walker.answer("grant")
        walker.press("/me/offers/")
    if purpose == "advertising":
        walker.answer("grant")
    here = walker.where
    walker.client.post("/i18n/setlang/", {"language": language})
    walker.get(here)
    return walker


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("purpose", ["service", "promotion", "advertising"])
@pytest.mark.parametrize("decision", ["grant", "refuse", "later"])
def test_the_page_and_the_evidence_are_the_same_words(
    customer: Customer, language: str, purpose: str, decision: str
) -> None:
    walker = asked_in(language, customer, purpose)
    page = walker.text
    caption = CAPTIONS[language][decision]
    assert re.search(rf'value="{decision}"[^>]*>\s*{caption}\s*</button>', page)
    assert "checked" not in page[page.index('id="answer"') :]

    walker.answer(decision)

    events = ConsentEvent.objects.filter(kind=KINDS[decision], purpose=purpose)
    assert sorted(event.channel for event in events) == ["email", "sms"]
    for event in events:
        kept = event.evidence.personal
        assert kept["text"] == text_of(page)
        assert kept["text_sha256"] == sha256(text_of(page).encode()).hexdigest()
        assert kept["title"] == kept["text"].split("\n")[0]
        assert (kept["button"], kept["page_language"], kept["language"]) == (caption, language, "ru")
        assert kept["box_default"] == "unticked"
        assert kept.get("box") == {"grant": "ticked", "refuse": "empty", "later": None}[decision]


def test_a_page_read_in_english_is_recorded_so_though_the_language_changes(customer: Customer) -> None:
    walker = asked_in("en", customer, "service")
    values = {"decision": "refuse", "shown": walker.hidden("shown")}
    walker.client.post("/i18n/setlang/", {"language": "ru"})

    walker.press(walker.where, **values)

    kept = ConsentEvent.objects.filter(kind=EventKind.REFUSED)[0].evidence.personal
    assert (kept["button"], kept["page_language"]) == ("I do not permit", "en")
