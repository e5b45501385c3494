"""Sentences about a file as a whole: why it was refused or failed, what was kept, what to do."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

FILE_ADVICE: Final[Mapping[str, str | Promise]] = {
    "file_empty": _("Файл пуст. Выгрузите его заново."),
    "file_no_rows": _("В файле только заголовок, клиентов в нём нет. Выгрузите его заново."),
    "file_too_big": _(
        "Файл слишком большой: до 500 МБ для CSV и до 100 МБ для книги Excel или ODS. Разделите его на части."
    ),
    "file_binary": _("Это не таблица. Загрузите файл CSV, XLSX, XLSB, XLS или ODS."),
    "file_markup": _("Внутри файла страница, а не таблица. Откройте его в Excel и сохраните как XLSX или CSV UTF-8."),
    "file_old_excel": _(
        "Это файл с паролем или книга, которую не прочитать. Сохраните его как XLSX без пароля или CSV UTF-8."
    ),
    "file_heavy": _(
        "Книга слишком тяжела: на неё не хватило отведённых памяти или времени. Выгрузите её в CSV UTF-8 или разделите."
    ),
    "file_macros": _("В файле есть макросы. Сохраните его как обычную книгу XLSX без макросов."),
    "file_broken": _("Файл повреждён и не читается. Сохраните его заново или выгрузите в CSV UTF-8."),
    "file_bomb": _(
        "Файл устроен так, что распаковать его небезопасно. Сохраните его заново или выгрузите в CSV UTF-8."
    ),
    "file_xml_entities": _("В файле есть определения, которые читать небезопасно. Сохраните его заново в Excel."),
    "file_no_sheet": _("В книге нет видимого листа с таблицей. Загрузите файл CSV или XLSX."),
    "sheet_missing": _("Листа с таким названием в книге нет. Проверьте название: важны пробелы и прописные буквы."),
    "rows_too_many": _("В листе больше строк, чем допускает Excel. Выгрузите файл в CSV UTF-8."),
    "columns_too_many": _("В таблице больше 200 столбцов. Оставьте только нужные."),
    "cell_too_long": _("В одной из ячеек слишком длинный текст. Оставьте только нужные столбцы."),
    "line_too_long": _("Строка %(detail)s слишком длинная: это не строка таблицы. Проверьте, как файл был выгружен."),
    "encoding_unknown": _("Кодировка файла не поддерживается. Сохраните его как CSV UTF-8."),
    "encoding_damaged": _(
        "В строке %(detail)s есть байты, которые нельзя прочитать без потерь. Выгрузите файл заново в UTF-8."
    ),
    "mapping_unknown": _("Выбрано назначение столбца, которого нет. Выберите его из списка."),
    "mapping_outside": _("Выбран столбец, которого нет в файле. Проверьте соответствие столбцов."),
    "mapping_twice": _("Один столбец выбран дважды. У каждого столбца может быть одно назначение."),
    "mapping_no_id": _("Не выбран столбец с номером клиента. Без него повторная загрузка создала бы двойников."),
    "mapping_no_contact": _("Не выбран столбец с телефоном или электронной почтой. Нужен хотя бы один."),
    "meaning_unknown": _("Неизвестно, что значит одно из значений. Есть «all», «advertising» и «no»."),
    "refusals_unconfirmed": _(
        "В столбцах есть значения, похожие на отказ: %(detail)s. Проверьте, что они значат, и подтвердите это."
    ),
    "delimiter_unknown": _("Разделитель столбцов не распознан: в каждой строке один столбец. Выберите разделитель."),
    "file_unread": _("Файл не удалось разобрать. Сохраните его как CSV UTF-8 и загрузите ещё раз."),
    "file_missing": _("Файл не найден на диске. Загруженные строки сохранены; загрузите файл ещё раз."),
    "file_changed": _("Файл на диске изменился. Загруженные строки сохранены; загрузите файл ещё раз."),
    "broken_off": _(
        "Загрузка прервалась из-за ошибки. Загруженные строки сохранены; нажмите «Продолжить», и она пойдёт "
        "с того же места."
    ),
}
_BEFORE_THE_FIRST_ROW: Final[Mapping[str, str | Promise]] = {
    "file_missing": _("Файл не найден на диске. Клиенты не изменились; загрузите файл ещё раз."),
    "file_changed": _("Файл на диске изменился. Клиенты не изменились; загрузите файл ещё раз."),
    "broken_off": _("Загрузка прервалась из-за ошибки. Клиенты не изменились; нажмите «Загрузить клиентов» ещё раз."),
}


def file_words(code: str, detail: str = "", *, stored: int = 0) -> str:
    """Return the sentence for a refused file, a mapping or a failed run, in the active language.

    ``stored`` is how many rows a run had stored before it failed.
    """
    sentence = FILE_ADVICE[code] if stored else _BEFORE_THE_FIRST_ROW.get(code, FILE_ADVICE[code])
    return str(sentence) % {"detail": detail}


def column_unread(column: str, *, by_no: bool) -> str:
    """Return the warning about a column that is not read although it may hold refusals."""
    words = gettext(
        "Столбец «%(column)s» не загружается, хотя похож на согласие, запрет или отказ. Если в нём есть отказы, "
        "назначьте ему «Отказ от сообщений» или перенесите их в столбец с отказами."
    ) % {"column": column}
    if by_no:
        words += " " + gettext("Отказом в нём станет «нет»; «да» согласием не станет: согласие даёт только сам клиент.")
    return words
