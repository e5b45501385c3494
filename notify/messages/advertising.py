"""What every advertising text carries, whatever its author wrote: the word, whose it is, how to refuse (38-FZ). Pure.

It is added where texts are put together, so that previews, counts of SMS parts and what leaves are the same.
"""

import re
from collections.abc import Collection
from typing import Final

WORD: Final = "Реклама"
_WRITTEN: Final = re.compile(r"^реклама\b[\s.:,;!—–-]*", re.IGNORECASE)

REFUSE_BY_SAME_LINK: Final = "Отказаться от рекламы: по той же ссылке"
REFUSE_BY_LINK: Final = "Отказаться от рекламы: ((ссылка))"

ADDED: Final = len(f"{WORD}.\n\n\n\n{REFUSE_BY_LINK}")
"""Characters that are added at most, names and links not filled in."""


def advertising_text(text: str, *, company: str, fields: Collection[str], is_letter: bool, is_short: bool) -> str:
    """Return ``text`` with the word «Реклама» and the company before it, and the way to refuse after it.

    ``fields`` are those that the text prints: a company that is named is not named twice. A letter has its own link to
    unsubscribe in the footer. ``is_short``: each character is paid for, so no blank lines.
    """
    body = _WRITTEN.sub("", text.strip())
    is_named = "компания" in fields or not company or company.casefold() in body.casefold()
    head = f"{WORD}." if is_named else f"{WORD}. ((компания))."
    refuse = REFUSE_BY_SAME_LINK if "ссылка" in fields else REFUSE_BY_LINK
    if is_short:
        return f"{head} {body}\n{refuse}"
    return "\n\n".join([head, body] if is_letter else [head, body, refuse])
