"""The words of docstrings and comments: plain imperative English, as CONTRIBUTING.md asks."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
ROOMS: Final = ("portal", "notify", "consents", "bench")
MODULES: Final = [
    path for room in (*ROOMS, "tests") for path in sorted((ROOT / room).rglob("*.py")) if "migrations" not in path.parts
]

# Return is the word for what comes back, and Send, Print or Record for what goes elsewhere.
NOT_FIRST: Final = re.compile(r"(Gives?|Says?|Tells?|Whether)\b")
# Processes end, links expire and connections close. "Live", "lifetime" and "keep-alive" are words of the field.
IMAGES: Final = re.compile(
    r"\b(doors?|dead|die[sd]?|deaths?|born|births?|buri(?:ed|es|als?)|(?<!keep-)alive|lives|kindly|forgiv\w+|silence"
    r"|goodbye|hears?|heard|stands? before|lets? in)\b",
    re.IGNORECASE,
)
DOCUMENTED: Final = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def _docstrings(source: str) -> Iterator[tuple[ast.AST, int, str]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, DOCUMENTED) and (text := ast.get_docstring(node)):
            yield node, node.body[0].lineno, text


def _comments(source: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def first_words(source: str) -> Iterator[str]:
    """Yield the docstrings of functions that begin with a word of `NOT_FIRST`."""
    for node, line, text in _docstrings(source):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and NOT_FIRST.match(text):
            yield f"{line}: {text.splitlines()[0]}"


def images(source: str) -> Iterator[str]:
    """Yield the images in docstrings and comments, with their lines."""
    texts = [(line, text) for _node, line, text in _docstrings(source)]
    for line, text in [*texts, *_comments(source)]:
        yield from (f"{line}: {found[0]}" for found in IMAGES.finditer(text))


def test_docstrings_of_functions_begin_with_what_they_do() -> None:
    assert [f"{path.relative_to(ROOT)}:{found}" for path in MODULES for found in first_words(path.read_text())] == []


def test_docstrings_and_comments_hold_no_images() -> None:
    of_rooms = [path for path in MODULES if path.relative_to(ROOT).parts[0] in ROOMS]

    assert [f"{path.relative_to(ROOT)}:{found}" for path in of_rooms for found in images(path.read_text())] == []


@pytest.mark.parametrize("text", ["Give the id.", "Tell whether it is.", "Says so.", "Whether it is."])
def test_a_first_word_that_says_nothing_is_found(text: str) -> None:
    assert list(first_words(f'def read():\n    """{text}"""\n')) == [f"2: {text}"]


@pytest.mark.parametrize("text", ["Return the gift.", "Gives.", "Tells."])
def test_only_functions_begin_with_a_verb(text: str) -> None:
    assert list(first_words(f'class Reader:\n    """{text}"""\n')) == []


@pytest.mark.parametrize(
    ("text", "image"), [("the door of it", "door"), ("it is alive", "alive"), ("Stands before us", "Stands before")]
)
def test_an_image_is_found_in_docstrings_and_comments(text: str, image: str) -> None:
    assert list(images(f'"""{text}"""\n')) == [f"1: {image}"]
    assert list(images(f"x = 1\ny = 2  # {text}\n")) == [f"2: {image}"]


@pytest.mark.parametrize("text", ["a live link", "its lifetime", "HTTP keep-alive", "a deadline", "outdoors"])
def test_words_of_the_field_are_no_images(text: str) -> None:
    assert list(images(f"# {text}\n")) == []


def test_names_of_tests_are_sentences_of_at_most_80_characters() -> None:
    named = re.compile(r"def (test_\w+)")
    names = [name for path in (ROOT / "tests").rglob("test_*.py") for name in named.findall(path.read_text("utf-8"))]

    assert len(names) > 1000
    assert [name for name in names if len(name) > 80 or re.match(r"test_p\d+_", name)] == []
