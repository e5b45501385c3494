"""What a check of the ledger found, and why sealing or checking stopped, as sentences for people."""

from collections.abc import Callable, Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from consents.enums import Channel, CheckOutcome, ContactKind, DocumentKind, Purpose
from consents.errors import ConsentsError, LedgerTampered
from consents.ledger.checking.checking import Findings
from consents.ledger.checking.findings import Finding
from consents.words import choice_words

SENTENCES: Final[dict[str, Promise]] = {
    "event_missing": gettext_lazy("запись удалена из журнала"),
    "event_changed": gettext_lazy("запись изменена: её контрольная сумма не совпадает"),
    "leaf_differs": gettext_lazy("запись не совпадает с тем, что было подписано"),
    "evidence_missing": gettext_lazy("подробности записи удалены, а уничтожения данных не было"),
    "evidence_changed": gettext_lazy("подробности записи изменены"),
    "evidence_of_another": gettext_lazy("подробности записи приписаны другому клиенту"),
    "leaf_missing": gettext_lazy("запись пропала"),
    "leaf_out_of_place": gettext_lazy("запись стоит не на своём месте"),
    "node_differs": gettext_lazy("узел не совпадает со своими записями"),
    "node_missing": gettext_lazy("узел пропал"),
    "node_out_of_place": gettext_lazy("лишний узел"),
    "head_differs": gettext_lazy("контрольная точка не совпадает с журналом"),
    "more_heads_differ": gettext_lazy("они тоже не совпадают с журналом"),
    "head_missing": gettext_lazy("для них нет контрольной точки"),
    "head_deleted": gettext_lazy("вне базы она есть, а в базе пропала"),
    "head_changed": gettext_lazy("в базе и вне её она разная"),
    "head_out_of_place": gettext_lazy("такой контрольной точки быть не может"),
    "signature_bad": gettext_lazy("подпись неверна"),
    "event_not_waiting": gettext_lazy("запись не подписана и не ожидает подписи: она добавлена в обход журнала"),
    "waiting_event_missing": gettext_lazy("запись ожидала подписи, но удалена"),
    "waiting_event_sealed": gettext_lazy("запись уже подписана, но снова ожидает подписи, и подписание остановится"),
    "evidence_without_event": gettext_lazy("подробности есть, а самой записи нет"),
    "edition_changed": gettext_lazy("опубликованный текст изменён"),
    "edition_differs": gettext_lazy("ответ дан на другой текст, чем хранится под этим номером редакции"),
    "state_differs": gettext_lazy("нынешний ответ не следует из записей"),
    "stop_differs": gettext_lazy("запрет не совпадает с записями о том, как его поставили и сняли"),
    "event_not_ours": gettext_lazy("запись добавлена в базу в обход программы"),
    "contact_differs": gettext_lazy("контакт не тот, что был подтверждён и для которого дано согласие"),
    "receipt_event_missing": gettext_lazy("квитанция называет запись, которой у этого клиента нет"),
    "row_changed": gettext_lazy("строка изменена: она не та, что учтена в журнале"),
    "row_missing": gettext_lazy("строка учтена в журнале, но удалена"),
    "row_not_recorded": gettext_lazy("строка добавлена в обход программы: в журнале она не учтена"),
    "row_doubled": gettext_lazy("такая строка в таблице не одна"),
    "record_differs": gettext_lazy("список учтённых строк изменён"),
    "edition_in_force_again": gettext_lazy("заменённый текст снова объявлен действующим"),
}

ROWS: Final[dict[str, Promise]] = {
    "company": gettext_lazy("реквизиты компании, № %(id)s"),
    "sender": gettext_lazy("отправитель от имени компании, № %(id)s"),
    "document": gettext_lazy("вид документа, № %(id)s"),
    "edition": gettext_lazy("редакция, № %(id)s в базе"),
    "receipt": gettext_lazy("квитанция, № %(id)s по порядку"),
    "stop": gettext_lazy("запрет № %(id)s"),
}

# Places in the tree are counted from nought in files and from one on screens.
PLACES: Final[dict[str, Callable[..., str]]] = {
    "leaf": lambda index: _("место %(place)d в журнале") % {"place": index + 1},
    "node": lambda height, position: (
        _("узел дерева, высота %(height)d, № %(place)d") % {"height": height, "place": position + 1}
    ),
    "span": lambda first, last: _("записи с %(first)d по %(last)d") % {"first": first + 1, "last": last + 1},
    "head": lambda size: _("контрольная точка на %(size)d записей") % {"size": size},
    "head_span": lambda size, first, last: (
        _("контрольная точка на %(size)d записей, записи с %(first)d по %(last)d")
        % {"size": size, "first": first + 1, "last": last + 1}
    ),
    "outside_head_span": lambda size, first, last: (
        _("контрольная точка вне базы на %(size)d записей, записи с %(first)d по %(last)d")
        % {"size": size, "first": first + 1, "last": last + 1}
    ),
    "head_beyond": lambda size, kept: (
        _("контрольная точка на %(size)d записей, а в журнале их %(kept)d") % {"size": size, "kept": kept}
    ),
    "outside_head_beyond": lambda size, kept: (
        _("контрольная точка вне базы на %(size)d записей, а в журнале их %(kept)d") % {"size": size, "kept": kept}
    ),
    "heads": lambda count: _("следующие контрольные точки, всего %(count)d") % {"count": count},
    "state": lambda purpose, channel: f"{choice_words(Purpose, purpose)}, {choice_words(Channel, channel)}",
    "edition": lambda kind, channel, number: ", ".join(
        filter(
            None,
            (
                choice_words(DocumentKind, kind),
                choice_words(Channel, channel),
                _("редакция № %(number)s") % {"number": number},
            ),
        )
    ),
    "stop": lambda number: _("запрет № %(number)s") % {"number": number} if number else _("запрета нет"),
    "contact": lambda kind: choice_words(ContactKind, kind),
    "receipt": lambda number: _("квитанция %(number)s") % {"number": number},
    "row": lambda table, row_id: str(ROWS.get(table, ROWS["stop"])) % {"id": row_id},
    "copy": lambda table, key: _("таблица %(table)s, строка %(key)s") % {"table": table, "key": key},
    "record": lambda: _("учёт строк"),
    "evidence": lambda: _("подробности"),
    "waiting": lambda: _("очередь на подпись"),
    "unsealed": lambda: _("ещё не подписана"),
}

REASONS: Final[dict[str, Promise]] = {
    "heads_file_missing": gettext_lazy("нет файла контрольных точек вне базы, сравнить не с чем"),
    "heads_file_empty": gettext_lazy("в файле вне базы нет ни одной контрольной точки, сравнить не с чем"),
    "heads_unreadable": gettext_lazy("файл контрольных точек вне базы повреждён, или это другой файл"),
    "seal_key_missing": gettext_lazy("нет ключа, которым проверяются подписи (SEAL_KEY_FILE)"),
    "key_unknown": gettext_lazy("нет открытого ключа %(key)s для контрольной точки на %(size)s записей"),
    "outside_unsigned": gettext_lazy("подпись точки вне базы на %(size)s записей неверна, файлу нельзя верить"),
    "since_unknown": gettext_lazy("контрольной точки на %(size)s записей в базе нет"),
    "since_unsigned": gettext_lazy("подпись точки на %(size)s записей не подтверждается, проверьте с начала"),
    "since_not_outside": gettext_lazy("такой контрольной точки на %(size)s записей нет вне базы, проверьте с начала"),
    "since_tree_differs": gettext_lazy("дерево не совпадает с точкой на %(size)s записей, проверьте с начала"),
    "broke_off": gettext_lazy("проверка прервалась из-за ошибки %(error)s"),
}

STOPS: Final[dict[str, Promise]] = {
    "ledger_tampered": gettext_lazy(
        "Подписание остановлено: сохранённое больше не совпадает с журналом. Выполните manage.py ledger_verify."
    ),
    "ledger_rolled_back": gettext_lazy(
        "Подписание остановлено: файл контрольных точек знает другую историю, чем база. "
        "Так бывает после восстановления из копии; что делать, сказано в docs/ledger.md."
    ),
    "heads_missing": gettext_lazy(
        "Подписание остановлено: файла контрольных точек нет, или он пуст. Верните его на место; "
        "что делать, если он потерян, сказано в docs/ledger.md."
    ),
    "heads_unwritable": gettext_lazy(
        "Подписание остановлено: файл контрольных точек нельзя дописать. "
        "Проверьте владельца, права и место на диске у папки heads в VAR_DIR."
    ),
    "heads_unreadable": gettext_lazy(
        "Подписание остановлено: файл контрольных точек повреждён. Что делать, сказано в docs/ledger.md."
    ),
    "seal_key_missing": gettext_lazy(
        "Подписание остановлено: ключ подписи не читается (SEAL_KEY_FILE). "
        "Первый ключ создаёт manage.py ledger_seal --create-key."
    ),
}


def finding_line(finding: Finding) -> str:
    """Return one finding as a line: the event it names, the place, what is wrong."""
    words = {"event": finding.event, "place": place_words(finding), "sentence": SENTENCES[finding.code]}
    if finding.event:
        return _("Запись %(event)s (%(place)s): %(sentence)s.") % words
    return capfirst(_("%(place)s: %(sentence)s.") % words)


def place_words(finding: Finding) -> str:
    """Return the place of a finding in words."""
    words = PLACES.get(finding.place)
    return words(*finding.at) if words else finding.place


def reason_line(reason: Mapping[str, int | str]) -> str:
    """Return why a check could not decide, as a sentence."""
    code = str(reason["code"])
    words = str(REASONS.get(code, REASONS["broke_off"])) % {"error": code, **reason}
    return _("Проверить не удалось: %(reason)s.") % {"reason": words}


def outcome_line(findings: Findings) -> str:
    """Return the result of a check, and what it left out."""
    if findings.outcome == CheckOutcome.OK:
        return " ".join(_whole(findings))
    lines = []
    if findings.count:
        words = ngettext("Найдено %(count)d расхождение.", "Найдено расхождений: %(count)d.", findings.count)
        lines.append(words % {"count": findings.count})
    if findings.reason:
        lines.append(reason_line(findings.reason))
    return " ".join(lines)


def stop_line(error: ConsentsError) -> str:
    """Return why sealing stopped, as a sentence, with the event that the error names."""
    sentence = str(STOPS.get(error.code, STOPS["ledger_tampered"]))
    if isinstance(error, LedgerTampered) and error.event:
        named = _("Запись: %(event)s.") % {"event": error.event}
        return f"{sentence} {named}"
    return sentence


def _whole(findings: Findings) -> list[str]:
    lines = [
        _("Журнал цел. Проверено записей: %(events)d, контрольных точек: %(heads)d; ожидают подписи: %(waiting)d.")
        % {"events": findings.events, "heads": findings.heads, "waiting": findings.waiting}
    ]
    if findings.since:
        lines.append(_("Первые записи, числом %(since)d, не проверялись.") % {"since": findings.since})
    if findings.tree_size:
        lines.append(
            _("Контрольные точки вне базы совпадают с журналом до записи № %(agreed)d из %(size)d.")
            % {"agreed": findings.agreed_size, "size": findings.tree_size}
        )
    return lines
