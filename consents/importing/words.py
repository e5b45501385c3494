"""Meanings of words in headings and cells that may be refusals."""

import re
from enum import StrEnum
from typing import Final, NamedTuple

from consents.normalise import EMPTY


class OptOut(StrEnum):
    """The meanings of a cell that may be a refusal."""

    ALL = "all"
    ADVERTISING = "advertising"
    NO = "no"
    UNCLEAR = "unclear"


class Question(NamedTuple):
    """The meaning of the heading of a column of refusals.

    What a refusal stops, whether «да» or «нет» is one, and whether the heading asks anything at all: under any other
    only words that speak of a refusal are one.
    """

    refuses: OptOut
    by_no: bool
    is_asked: bool = True


_YES: Final = frozenset(
    (
        "да", "yes", "y", "true", "t", "истина", "1", "+", "x", "х", "v", "✓", "✔", "☑", "д", "on", "вкл", "включено",
        "включена", "enabled",
    )
)  # fmt: skip
_NO: Final = frozenset(
    (
        "нет", "no", "n", "false", "f", "ложь", "0", "-", "—", "–", "none", "null", "н", "☐", "✗", "✘", "off", "выкл",
        "откл", "выключено", "выключена", "отключено", "отключена", "disabled", "inactive", "неактивна", "неактивен",
    )
)  # fmt: skip
_REFUSED: Final = frozenset(
    (
        "отказ", "отказался", "отказалась", "отписан", "отписана", "отписался", "отписалась", "opt-out", "optout",
        "unsubscribed",
    )
)  # fmt: skip
_REFUSED_ADVERTISING: Final = frozenset(
    ("реклама", "от рекламы", "отказ от рекламы", "только реклама", "рассылка", "ads", "advertising", "marketing")
)
_REFUSED_ALL: Final = frozenset(("все", "all", "полный"))
_NOT_REFUSED: Final = frozenset(
    (
        "не отказывался", "не отказывалась", "подписан", "подписана", "подписался", "подписалась", "активен", "активна",
        "активный", "активная", "разрешено", "разрешил", "разрешила", "согласен", "согласна", "согласие есть",
        "действует", "действующий", "можно", "subscribed", "active", "opt-in", "optin", "opted in", "opted-in",
        "allowed",
        "confirmed", "accepted", "delivered", "never subscribed", "pending",
    )
)  # fmt: skip

_ADVERTISING: Final = re.compile(r"реклам[аыуе]|рекламой|рекламн\w+|маркетинг\w*|advertising|adverts?|ads|marketing")
_ABOUT: Final = re.compile(
    r"отказ\w*|отпис\w*|запрет\w*|соглас\w*|разреш\w*|подписан\w*|есть|не|нет|без|от|на|получени[ея]"
    r"|opt|out|in|optout|unsubscribed?|subscribed|consent|permission|no|not|of|from|for|to"
)
"""Words beside advertising that widen a refusal to nothing else."""
_NEGATED: Final = re.compile(r"\b(?:не|нет|без|not|no)\b (?:отказ|отпис|запрет|opt|unsubscr)")
_REFUSING: Final = re.compile(
    r"отказ|отпис|запре[тщ]|стоп|\bчс\b|черн\w* спис|жалоб|спам|блокир|отозва|отзыв"
    r"|\bне (?:беспок|звон|пис|сла|шл|отправ|присыл|рассыл|контакт|тревож|получ)"
    r"|opt ?(?:ed )?out|unsub|do not|\bdon ?t\b|\bdnc\b|\bstop\b|bounce|complain|spam|black ?list|suppress|\bblock"
)
_CONSENT: Final = re.compile(r"соглас|разреш|consent|permission|\bподписан|\bopt ?in\b|\bsubscribed\b")
_TAKEN_BACK: Final = re.compile(r"отозв|отзыв|отмен|revoke|withdr")
_ASKING: Final = re.compile(
    r"соглас|разреш|подписан|подписк|подписч|рассыл|новост|уведомл|оповещ|получ(?:ать|ает|ени)|реклам|\bакции\b"
    r"|\bсмс\b|\bзвон(?:ки|ить)\b|consent|permission|\bopt(?:ed)? ?in\b|subscri|newsletter|mailing|allow|accepts?\b"
    r"|marketing|promo|\bsms\b|\bpush\b|advert|notif"
)
_UNSPOKEN: Final = re.compile(
    r"\b(?:не|без|нет|not|no|never) (?:было )?"
    r"(?:отказ|отпис|запрет|запрещ|жалоб|блокир|unsub|bounce|complain|opt out|block)\w*"
    r"|\b(?:отказов?|отказа|жалоб|запретов|запрета) (?:нет|не было)"
)
"""What denies a refusal."""
_SPOKEN: Final = re.compile(
    r"\bотказ\w*|\bотпис\w*|\bзапре[тщ]\w*|\bчерн\w* спис\w*|\bчс\b|\bстоп(?: ?лист\w*)?\b|\bжалоб\w*|\bжалуе\w*"
    r"|\bпожалова\w*|\bспам\w*|\bотозва\w*|\bблокир\w*|\bзаблок\w*|\bотклон\w*"
    r"|\b(?:не|нельзя|больше|перестаньте|прекратите|прекратить|хватит) (?:надо |нужно |хочет |просит |может )?"
    r"(?:сл[аи]ть|шлите|присыла\w*|отправля\w*|рассыла\w*|звони\w*|пис[ая]ть|пишите|беспокоить|тревожить|хочет|жела\w+"
    r"|соглас\w*|дава\w*|подписан\w*|контактир\w*|связыва\w*|получать|разреш\w*|интерес\w*)\b"
    r"|\bнет (?:соглас|разреш)\w*|\bбан\b|\bзабанен\w*|\bуберите\b"
    r"|\b(?:снят|убра|убер|исключ|удал|отключ)\w* (?:с |из |от )?(?:рассыл|баз|спис)\w*"
    r"|\bunsub\w*|\b\w*bounced?\b|\bopt(?:ed)? ?out\w*|\bdo not \w+|\bdon ?t \w+|\bdnc\b|\bstop(?:ped|list)?\b"
    r"|\bspam\w*|\bdenied\b|\bban(?:ned)?\b|\bremoved? from\b"
    r"|\bcomplain\w*|\bblack ?list\w*|\bblocked\b|\brefus\w*|\bdeclin\w*|\brevoked\b|\bwithdrawn\b|\bsuppress\w*"
    r"|\bcleaned\b|\bnot (?:subscribed|interested|allowed)\b"
    r"|\bno (?:mail|e ?mail|calls?|sms|marketing|contact|consent)\b"
)
_HUMP: Final = re.compile(r"(?<=[a-zа-яё])(?=[A-ZА-ЯЁ])")
_NOT_A_WORD: Final = re.compile(r"[^0-9a-zа-я]+")


def heading_key(heading: str) -> str:
    """Return a heading in the form of the tables: lower case, ё as е, single spaces."""
    return _NOT_A_WORD.sub(" ", _HUMP.sub(" ", heading).lower().replace("ё", "е")).strip()


def question_of(key: str) -> Question:
    """Return what a heading asks, given in the form of `heading_key`.

    «Отказ от рекламы» leaves service messages alone, «Отказ от рекламы и звонков» does not: only a heading that names
    nothing but advertising stops no more than that. «Согласие на рассылку» and «Не отписан» are refused with «нет».
    """
    others = [word for word in key.split() if not _ADVERTISING.fullmatch(word)]
    is_narrow = len(others) < len(key.split()) and all(_ABOUT.fullmatch(word) for word in others)
    refuses = OptOut.ADVERTISING if is_narrow else OptOut.ALL
    is_refusing = _REFUSING.search(key) is not None
    is_asking = _ASKING.search(key) is not None
    is_consent = _CONSENT.search(key) is not None and not _TAKEN_BACK.search(key)
    by_no = _NEGATED.search(key) is not None or is_consent or (is_asking and not is_refusing)
    return Question(refuses, by_no=by_no, is_asked=is_refusing or is_asking or by_no)


def opt_out_read(cell: str, question: Question) -> OptOut:
    """Return the refusal in a cell. A date, a name or a note stops messages too. Nothing is read as a consent."""
    word = cell.strip().lower().rstrip(".!")
    refusing, sparing = (_NO, _YES) if question.by_no else (_YES, _NO)
    if word in EMPTY:
        return OptOut.NO
    if word in refusing or word in _REFUSED:
        return question.refuses
    if word in sparing or word in _NOT_REFUSED:
        return OptOut.NO
    if question.by_no:
        # «Реклама» under «Согласие» names what was allowed.
        return question.refuses if speaks_of_refusal(cell) else OptOut.UNCLEAR
    if word in _REFUSED_ADVERTISING:
        return OptOut.ADVERTISING
    return OptOut.ALL if word in _REFUSED_ALL or speaks_of_refusal(cell) else OptOut.UNCLEAR


def speaks_of_refusal(cell: str) -> bool:
    """Return whether the words of a cell are a refusal, whatever its column is called."""
    key = heading_key(cell)
    return _SPOKEN.search(_UNSPOKEN.sub(" ", key)) is not None
