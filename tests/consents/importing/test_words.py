"""Words in the column of refusals: whatever is not clearly none stops messages, and nothing is a consent."""

import pytest

from consents.importing.judging.mapping import heading_key
from consents.importing.words import OptOut, opt_out_read, question_of


@pytest.mark.parametrize(
    ("heading", "cell", "answer"),
    [
        ("Отказ", "да", OptOut.ALL),
        ("Отказ", "нет", OptOut.NO),
        ("Отказ", "не отказывался", OptOut.NO),
        ("Отказ", "реклама", OptOut.ADVERTISING),
        ("Отказ", "стоп", OptOut.ALL),
        ("Отказ", "12.05.2025", OptOut.UNCLEAR),
        ("Отказ от рекламы", "да", OptOut.ADVERTISING),
        ("Отказ от рекламы", "отказ", OptOut.ADVERTISING),
        ("Отказ от рекламы", "стоп", OptOut.ALL),
        ("Согласие на рассылку", "нет", OptOut.ALL),
        ("Согласие на рассылку", "да", OptOut.NO),
        ("Согласие на рассылку", "отказался", OptOut.ALL),
        ("Согласие на рассылку", "12.05.2025", OptOut.UNCLEAR),
        ("Согласие", "реклама", OptOut.UNCLEAR),
        ("Согласие", "", OptOut.NO),
        ("Отказ от рекламы и звонков", "да", OptOut.ALL),
        ("Отказ от рекламных и сервисных уведомлений", "да", OptOut.ALL),
        ("Отказ от рекламы / любых коммуникаций", "да", OptOut.ALL),
        ("Есть отказ от получения рекламы", "да", OptOut.ADVERTISING),
        ("Согласие на рекламу", "нет", OptOut.ADVERTISING),
        ("Подписан на рекламу", "нет", OptOut.ADVERTISING),
        ("Не отписан", "нет", OptOut.ALL),
        ("Не отписан", "да", OptOut.NO),
        ("Marketing consent", "0", OptOut.ADVERTISING),
        ("Opt-in", "no", OptOut.ALL),
        ("Opt-out", "no", OptOut.NO),
        ("unsubscribed", "1", OptOut.ALL),
    ],
)
def test_a_cell_answers_what_its_heading_asks(heading: str, cell: str, answer: OptOut) -> None:
    assert opt_out_read(cell, question_of(heading_key(heading))) == answer
