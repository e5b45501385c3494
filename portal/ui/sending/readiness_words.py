"""What a company lacks before a launch, in words that name it: on the campaign's page, in an error and in `doctor`."""

from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consents.documents.readiness import REQUISITES, Readiness
from consents.enums import DocumentKind
from notify.errors import LaunchNotReady
from portal.ui.sentence import Sentence
from portal.ui.staff_sentences import STAFF_SENTENCES

FIELDS: Final[Mapping[str, str | Promise]] = dict(
    zip(
        REQUISITES,
        (
            gettext_lazy("полное наименование"),
            gettext_lazy("краткое наименование"),
            gettext_lazy("ИНН"),
            gettext_lazy("адрес"),
            gettext_lazy("должность ответственного за персональные данные"),
            gettext_lazy("почта ответственного"),
        ),
        strict=True,
    )
)


def requisites_words(fields: Iterable[str]) -> str:
    """Return the names of fields of the company."""
    return ", ".join(str(FIELDS[name]) for name in fields)


def texts_words(kinds: Iterable[str]) -> str:
    """Return the names of texts."""
    return ", ".join(f"«{DocumentKind(kind).label}»" for kind in kinds)


def lacking(missing: Readiness) -> list[str]:
    """Return a sentence for each thing that keeps a campaign from being launched, with what to do."""
    said = []
    if missing.requisites:
        sentence = _("Данные компании не внесены: %(names)s. Их вносит администратор на странице «Компания».")
        said.append(sentence % {"names": requisites_words(missing.requisites)})
    if missing.texts:
        sentence = _(
            "Не опубликованы тексты: %(names)s. Без них по ссылке из сообщения нельзя спросить согласие. "
            "Их публикует ответственный за персональные данные на странице «Документы»."
        )
        said.append(sentence % {"names": texts_words(missing.texts)})
    return said


def launch_sentence(error: LaunchNotReady) -> Sentence:
    """Return the words about a launch that was refused, with what is missing."""
    missing = error.facts["missing"]
    lacks = lacking(missing) if isinstance(missing, Readiness) else []
    general = STAFF_SENTENCES[error.code]
    return Sentence(general.title, " ".join([*lacks, str(general.text)]), general.status)
