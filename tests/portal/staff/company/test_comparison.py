"""What differs between two editions: nothing is left out, and what is the same is not said to differ."""

import random

import pytest

from portal.staff.documents.comparison import LONGEST, Pieces, differences

OLD = ["Название", "1. Кто\nЯ, клиент банка.", "2. Зачем\nПисать о договоре.", "3. Как\nПо почте и в СМС."]


def said(found: tuple[Pieces, ...]) -> list[str]:
    marks = {"same": "{}", "del": "[-{}-]", "ins": "[+{}+]"}
    return ["".join(marks[piece.change].format(piece.text) for piece in pieces) for pieces in found]


def test_the_same_text_has_no_differences() -> None:
    assert differences(OLD, list(OLD)) == ()


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ([*OLD[:2], "2. Зачем\nПисать о счёте.", OLD[3]], ["2. Зачем\nПисать о [-договоре.-][+счёте.+]"]),
        ([*OLD, "4. Срок\nГод."], ["[+4. Срок\nГод.+]"]),
        (OLD[:3], ["[-3. Как\nПо почте и в СМС.-]"]),
        (["Совсем иное", *OLD[1:]], ["[+Совсем иное+]", "[-Название-]"]),
    ],
)
def test_what_was_rewritten_put_in_or_taken_out_stands_alone(new: list[str], expected: list[str]) -> None:
    assert said(differences(OLD, new)) == expected


def test_nothing_is_left_out_whatever_is_done_to_a_text() -> None:
    dice = random.Random(7)
    for _ in range(200):
        new = [line for line in OLD if dice.random() > 0.3]
        new = [line.replace("и", "или") if dice.random() > 0.5 else line for line in new]
        new.insert(dice.randrange(len(new) + 1), "Вставка")
        found = differences(OLD, new)
        kept = {piece.text for pieces in found for piece in pieces if len(pieces) == 1}
        before = {"".join(piece.text for piece in pieces if piece.change != "ins") for pieces in found} | kept
        after = {"".join(piece.text for piece in pieces if piece.change != "del") for pieces in found} | kept
        assert set(OLD) - set(new) <= before
        assert set(new) - set(OLD) <= after


def test_a_paragraph_without_an_end_is_shown_whole_twice() -> None:
    long = "слово " * LONGEST

    assert said(differences([long], [long + "ещё"])) == [f"[+{long}ещё+]", f"[-{long}-]"]
