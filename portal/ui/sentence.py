"""The form of the words about an error."""

from dataclasses import dataclass

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Sentence:
    """The words of the page about one error, and the `status` of its answer."""

    title: Text
    text: Text
    status: int = 409
