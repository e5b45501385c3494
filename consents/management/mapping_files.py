"""What an administrator says of a file to the command: its columns, what values mean, what parts columns."""

import json
from pathlib import Path
from typing import Final

from django.core.management.base import CommandError

from consents.importing.columns import RefusalQuestion
from consents.importing.judging.mapping import ImportField
from consents.importing.judging.refusals import value_key
from consents.importing.listing import ImportCard
from consents.importing.shape import is_delimiter
from consents.importing.words import heading_key

UNJUDGED: Final = (
    "В столбце «%(column)s» есть значения, похожие на отказ: %(values)s. Проверить догадку здесь некому, ничего не "
    "загружено. Скажите в файле --mapping, что они значат: назовите столбец в opt_out или в ignore."
)


def mapping_read(path: Path, card: ImportCard) -> tuple[dict[str, int], dict[str, dict[str, str]]]:
    """Read a mapping: fields by headings or numbers of columns, the first being 1, and what values of columns mean.

    Each column whose values may be refusals must be named in it, as one of refusals or as one to ignore.
    """
    try:
        wanted = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise CommandError(f"Файл {path} не читается как JSON.") from error
    if not isinstance(wanted, dict):
        raise CommandError("Соответствие столбцов: нужен объект JSON, назначение и столбец.")
    ignored = {_column(place, card.columns) for place in _listed(wanted.pop("ignore", []))}
    said = wanted.pop("opt_out", [])
    meanings = said if isinstance(said, dict) else {str(place): {} for place in _listed(said)}
    places = said if isinstance(said, dict) else _listed(said)
    refusals = {
        str(_column(place, card.columns)): _meanings(values)
        for place, values in zip(places, meanings.values(), strict=True)
    }
    unsaid = [question for question in card.questions if question.column not in {*ignored, *map(int, refusals)}]
    if unsaid:
        raise CommandError(unjudged(unsaid[0]))
    mapping = {str(name): _column(place, card.columns) for name, place in wanted.items()}
    if len(refusals) == 1:
        mapping[ImportField.OPT_OUT.value] = int(next(iter(refusals)))
    return mapping, refusals


def _listed(place: object) -> list[object]:
    return place if isinstance(place, list) else [place]


def _meanings(values: object) -> dict[str, str]:
    if not isinstance(values, dict):
        raise CommandError("opt_out: нужен объект JSON, значение и что оно значит: all, advertising или no.")
    return {value_key(str(value)): str(meaning) for value, meaning in values.items()}


def unjudged(question: RefusalQuestion) -> str:
    """Return why a file with this column is not loaded before somebody says what its values mean."""
    values = ", ".join(f"«{value.value}» × {value.count}" for value in question.values[:5]) or "много разных"
    return UNJUDGED % {"column": question.name, "values": values}


def delimiter_read(said: str) -> str:
    """Return the delimiter that was named, in one sign or as that of a tab."""
    sign = {r"\t": "\t", "tab": "\t"}.get(said, said)
    if sign and not is_delimiter(sign):
        raise CommandError("Разделитель: один знак, не буква, не цифра и не кавычка.")
    return sign


def _column(place: object, columns: tuple[str, ...]) -> int:
    if isinstance(place, int) and not isinstance(place, bool):
        return place - 1
    keys = [heading_key(name) for name in columns]
    key = heading_key(str(place))
    if key not in keys:
        raise CommandError(f"Столбца «{place}» в файле нет. Есть: {', '.join(columns)}.")
    return keys.index(key)
