"""Names of messengers by the codes under which files and filters keep them."""

from collections.abc import Collection

from consents.models import Messenger


def messenger_words() -> list[tuple[str, str]]:
    """Return the messengers as (code, name)."""
    return list(Messenger.objects.order_by("name").values_list("code", "name"))


def messenger_names(codes: Collection[str]) -> list[str]:
    """Return the names of messengers in the order of their codes; a code that is none of ours stays as it is."""
    names = dict(messenger_words()) if codes else {}
    return [names.get(code, code) for code in codes]
