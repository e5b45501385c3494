"""Names of the source systems of customer files: one spelled in two ways would make every customer twice."""

from typing import Final

from consents.models import Customer, ImportJob

_LOOK_ALIKE: Final = str.maketrans("асеорхукмтвн", "aceopxykmtbh")


def sources_known() -> list[str]:
    """Return the sources of past files, in the order of their names."""
    return sorted(ImportJob.objects.values_list("source", flat=True).distinct())


def source_is_new(*, source: str) -> bool:
    """Return whether no customer of this source is known, so that a file of it can only add."""
    return not Customer.objects.filter(source=source).exists()


def source_alike(*, source: str) -> str:
    """Return a known source that looks like this one but is spelled with other letters, empty without one.

    «CRM» and «crm», «1С» in Cyrillic and «1C» in Latin.
    """
    known = sources_known()
    if source in known:
        return ""
    return next((other for other in known if _key(other) == _key(source)), "")


def _key(source: str) -> str:
    return source.casefold().replace("ё", "е").translate(_LOOK_ALIKE)
