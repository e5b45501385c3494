"""What the factories of rows have in common."""

from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Model
from factory.django import DjangoModelFactory

Row = TypeVar("Row", bound=Model)


class RowFactory(DjangoModelFactory[Row]):
    """A factory whose call gives a stored row."""

    class Meta:
        abstract = True

    if TYPE_CHECKING:
        # The library's metaclass makes the call give a row; it says so to nobody who reads types.
        def __new__(cls, **values: Any) -> Row: ...  # type: ignore[misc]  # as above
