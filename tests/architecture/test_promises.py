"""No page, letter or text promises what neither code nor a setting keeps: words that did once, and may not return."""

from pathlib import Path

import pytest

from consents.channels.registry import CHANNELS

ROOT = Path(__file__).parents[2]
PLACES = [
    *(ROOT / "templates" / "public").glob("*.html"),
    *(ROOT / "templates" / "errors").glob("*.html"),
    *(ROOT / "templates" / "messages").rglob("*.*"),
    *(ROOT / "consents" / "documents" / "texts").glob("*.md"),
    *(ROOT / "consents" / "receipts").glob("*.py"),
    *(ROOT / "consents" / "channels").glob("*.py"),
    *(ROOT / "notify" / "messages").glob("*.py"),
    *(ROOT / "portal" / "public").rglob("*.py"),
    *(ROOT / "portal" / "ui").glob("*.py"),
]
NOBODY_KEEPS = (
    "запишем контакт", "пришлём новую ссылку", "в отделени", "в офисе", "кто угодно по файлу", "без участия компании",
    "незаметно нельзя", "за пределы России", "за её пределы", "на территории России", "в неделю", "в месяц",
    "указан в нём", "адрес указан в договоре", "один год", "по телефону с карты", "никогда не спрашива",
    "другим законным способом", "передадим иначе", "каналы связи зашифрованы", "у вас договор", "из договора",
    "откроем его", "один вопрос", "два согласия", "уничтожают за", "хранят три года", "до конца отношений",
)  # fmt: skip


@pytest.mark.parametrize("path", PLACES, ids=lambda path: path.name)
def test_a_place_promises_nothing_that_nobody_keeps(path: Path) -> None:
    words = " ".join(path.read_text("utf-8").split())

    assert [promise for promise in NOBODY_KEEPS if promise in words] == []


def test_no_channel_card_promises_a_frequency_by_itself() -> None:
    said = " ".join(f"{spec.card_text} {spec.card_text_closed}" for spec in CHANNELS.values())

    assert [promise for promise in NOBODY_KEEPS if promise in said] == []
