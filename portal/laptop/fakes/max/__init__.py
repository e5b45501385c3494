"""The messenger MAX with its people."""

from portal.laptop.fakes.max.api import FakeMax
from portal.laptop.fakes.max.people import Person, Shown

__all__ = ["FakeMax", "Person", "Shown"]
