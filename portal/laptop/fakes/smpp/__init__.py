"""An SMSC that speaks SMPP 3.4."""

from portal.laptop.fakes.smpp.pdus import Parts
from portal.laptop.fakes.smpp.smsc import SmppFake, Taken

__all__ = ["Parts", "SmppFake", "Taken"]
