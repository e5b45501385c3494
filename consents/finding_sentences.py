"""What a check of the ledger found, as sentences for people."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from consents.enums import CheckOutcome
from consents.ledger_walk import Finding
from consents.services.checking import Findings

SENTENCES: dict[str, Promise] = {
    "event_missing": gettext_lazy("запись удалена из журнала"),
    "event_changed": gettext_lazy("запись изменена: её отпечаток не сходится"),
    "leaf_differs": gettext_lazy("запись не совпадает с тем, что было запечатано"),
    "evidence_missing": gettext_lazy("подробности записи удалены, а уничтожения данных не было"),
    "evidence_changed": gettext_lazy("подробности записи изменены"),
    "evidence_of_another": gettext_lazy("подробности записи приписаны другому клиенту"),
    "leaf_missing": gettext_lazy("из дерева пропал лист"),
    "leaf_out_of_place": gettext_lazy("лист стоит не на своём месте"),
    "node_differs": gettext_lazy("узел дерева не сходится со своими листами"),
    "node_missing": gettext_lazy("узел дерева пропал"),
    "node_out_of_place": gettext_lazy("лишний узел дерева"),
    "head_differs": gettext_lazy("печать не сходится с журналом"),
    "more_heads_differ": gettext_lazy("не сходятся и следующие печати"),
    "head_missing": gettext_lazy("часть листов не покрыта ни одной печатью"),
    "head_deleted": gettext_lazy("печать есть во внешнем файле, но пропала из базы"),
    "head_changed": gettext_lazy("печать в базе и во внешнем файле различаются"),
    "signature_bad": gettext_lazy("подпись печати неверна"),
    "event_not_waiting": gettext_lazy("запись не запечатана и не ждёт печати: она добавлена в обход журнала"),
    "waiting_event_missing": gettext_lazy("запись ждала печати, но удалена"),
    "evidence_without_event": gettext_lazy("подробности есть, а самой записи нет"),
    "state_differs": gettext_lazy("текущее состояние не следует из записей"),
}


def finding_line(finding: Finding) -> str:
    """Return one finding as a line: the event it names, the place, what is wrong."""
    sentence = SENTENCES[finding.code]
    if finding.event:
        return _("Запись %(event)s (%(place)s): %(sentence)s [%(code)s]") % {
            "event": finding.event, "place": finding.place, "sentence": sentence, "code": finding.code,
        }  # fmt: skip
    return f"{finding.place}: {sentence} [{finding.code}]"


def outcome_line(findings: Findings) -> str:
    """Return the result of a check as one sentence."""
    if findings.outcome == CheckOutcome.OK:
        return _("Журнал цел. Проверено записей: %(events)d, печатей: %(heads)d; ждут печати: %(waiting)d.") % {
            "events": findings.events, "heads": findings.heads, "waiting": findings.waiting,
        }  # fmt: skip
    if findings.outcome == CheckOutcome.MISMATCH:
        return ngettext("Найдено %(count)d расхождение.", "Найдено расхождений: %(count)d.", findings.count) % {
            "count": findings.count
        }
    return _("Проверить не удалось: %(reason)s.") % {"reason": findings.reason}
