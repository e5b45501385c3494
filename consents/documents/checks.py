"""What a text must hold before it is published: the list of 152-FZ art. 9 part 4 as headings and names."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from consents.documents.fields import COMPANY_FIELDS, PERSON_FIELDS, SUBSCRIBER
from consents.documents.rendering import SUMMARY, has_broken_placeholder, paragraphs_of, placeholders
from consents.enums import DocumentKind

ANSWERED_KINDS = frozenset({DocumentKind.PD_SERVICE, DocumentKind.PD_PROMO, DocumentKind.ADS})
"""Read by one person with their own values, and answered yes or no."""
SIGNED_KINDS = ANSWERED_KINDS | {DocumentKind.PEP_RULES}
"""Stand beside a box."""

_PERSONAL_DATA_HEADINGS = (
    SUMMARY,
    "Кто соглашается",
    "Кому даётся согласие",
    "Зачем",
    "Куда писать",
    "Какие данные",
    "Что с ними делают",
    "Кто отправляет",
    "Сколько действует",
    "Как отозвать",
    "Если не соглашаться",
    "Чем подтверждается",
)
REQUIRED_HEADINGS: dict[DocumentKind, tuple[str, ...]] = {
    DocumentKind.PD_SERVICE: _PERSONAL_DATA_HEADINGS,
    DocumentKind.PD_PROMO: _PERSONAL_DATA_HEADINGS,
    DocumentKind.ADS: (
        SUMMARY,
        "Кто соглашается",
        "От кого реклама",
        "О чём",
        "Куда писать",
        "Когда присылать",
        "Кто отправляет",
        "Сколько действует",
        "Как отозвать",
        "Если не соглашаться",
        "Чем подтверждается",
    ),
    DocumentKind.PEP_RULES: (
        "Кто участвует",
        "Что служит ключом",
        "Как определяется, кто подписал",
        "Когда документ подписан",
        "Тайна ключа",
        "Как проверить и оспорить",
    ),
    DocumentKind.POLICY: (
        "Кто обрабатывает данные",
        "IP-адрес и браузер",
        "Как обрабатывают данные",
        "Кому поручена отправка",
        "Как уничтожают данные",
        "Как отозвать согласие",
        "Права клиента",
    ),
}
POLICY_PURPOSE = "Цель: "
"""How the heading of one purpose begins in a policy."""
POLICY_LINES = ("Чьи данные:", "Какие данные:", "Основание:", "Сколько хранят:")
"""What a policy says of each purpose, a line each (152-FZ art. 18.1 part 1 item 2)."""
_COMPANY_NAMED = ("оператор", "реквизиты", "адрес", "ответственный")
_CONSENT_NAMES = ("имя", "контакты", *_COMPANY_NAMED, "исполнитель", "срок", "личная страница", "почта ответственного")
REQUIRED_NAMES: dict[DocumentKind, tuple[str, ...]] = {
    # A yes to service messages or advertising lets SMS out as the subscriber's consent too (126-FZ art. 44.1 part 1).
    DocumentKind.PD_SERVICE: (*_CONSENT_NAMES, SUBSCRIBER),
    DocumentKind.PD_PROMO: _CONSENT_NAMES,
    DocumentKind.ADS: (*_CONSENT_NAMES, SUBSCRIBER),
    DocumentKind.PEP_RULES: _COMPANY_NAMED,
    DocumentKind.POLICY: (*_COMPANY_NAMED, "исполнитель"),
}

_SENTENCES = {
    "title_missing": _("У документа нет названия. Напишите его."),
    "body_missing": _("У документа нет текста. Напишите его."),
    "checkbox_missing": _("У отметки нет подписи. Напишите, что разрешает клиент, когда ставит отметку."),
    "checkbox_needless": _("На этот документ не отвечают, отметка не нужна. Уберите её подпись."),
    "placeholder_unknown": _("Неизвестное поле «{detail}». Исправьте имя поля или уберите двойные скобки."),
    "placeholder_broken": _("Двойные скобки открыты, но не закрыты, или наоборот. Поле пишется так: ((имя))."),
    "placeholder_personal": _("Поле «{detail}» здесь нельзя: этот документ читают все. Уберите его."),
    "placeholder_missing": _("В тексте нет поля «{detail}», а без него документ неполон. Добавьте его."),
    "heading_missing": _("В тексте нет раздела «{detail}». Добавьте его: строка «# {detail}», затем текст."),
    "purpose_missing": _("В политике не названа ни одна цель. Добавьте раздел: строка «# {detail}», затем текст."),
    "purpose_line_missing": _("Не хватает строки: {detail}. Политика говорит об этом для каждой цели."),
}

Problem = tuple[str, str]


def problem_sentence(problem: Problem) -> str:
    """Return a Russian sentence of what is wrong with a text and what to do."""
    code, detail = problem
    return str(_SENTENCES[code]).format(detail=detail)


def text_problems(*, kind: DocumentKind, title: str, body: str, checkbox: str) -> tuple[Problem, ...]:
    """Return everything that keeps a text from being published, not only the first."""
    if not body.strip():
        return (("body_missing", ""),)
    return (*_caption_problems(kind, title, checkbox), *_name_problems(kind, f"{title}\n{body}\n{checkbox}"),
            *_heading_problems(kind, body))  # fmt: skip


def _caption_problems(kind: DocumentKind, title: str, checkbox: str) -> Iterator[Problem]:
    if not title.strip():
        yield "title_missing", ""
    if kind in SIGNED_KINDS and not checkbox.strip():
        yield "checkbox_missing", ""
    if kind not in SIGNED_KINDS and checkbox.strip():
        yield "checkbox_needless", ""


def _name_problems(kind: DocumentKind, text: str) -> Iterator[Problem]:
    names = placeholders(text)
    if has_broken_placeholder(text):
        yield "placeholder_broken", ""
    for name in names:
        if name in PERSON_FIELDS and kind not in ANSWERED_KINDS:
            yield "placeholder_personal", name
        elif name not in PERSON_FIELDS and name not in COMPANY_FIELDS:
            yield "placeholder_unknown", name
    for name in REQUIRED_NAMES[kind]:
        if name not in names:
            yield "placeholder_missing", name


def _heading_problems(kind: DocumentKind, body: str) -> Iterator[Problem]:
    present = {heading.casefold() for heading, _ in paragraphs_of(body)}
    for heading in REQUIRED_HEADINGS[kind]:
        if heading.casefold() not in present:
            yield "heading_missing", heading
    if kind == DocumentKind.POLICY:
        yield from _purpose_problems(body)


def _purpose_problems(body: str) -> Iterator[Problem]:
    purposes = _purposes(body)
    if not purposes:
        yield "purpose_missing", f"{POLICY_PURPOSE}…"
    for heading, text in purposes:
        said = {line for line in POLICY_LINES for row in text if row.startswith(line) and row != line}
        yield from (("purpose_line_missing", f"«{line}», «{heading}»") for line in POLICY_LINES if line not in said)


def _purposes(body: str) -> list[tuple[str, list[str]]]:
    """Return each purpose with its lines."""
    found: list[tuple[str, list[str]]] = []
    is_purpose = False
    for heading, text in paragraphs_of(body):
        if heading:
            is_purpose = heading.casefold().startswith(POLICY_PURPOSE.casefold())
            if is_purpose:
                found.append((heading, []))
        if is_purpose:
            found[-1][1].extend(text.splitlines())
    return found
