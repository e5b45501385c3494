"""The company's mail server, as for the tests of sending."""

from tests.notify.conftest import sink

__all__ = ["sink"]
