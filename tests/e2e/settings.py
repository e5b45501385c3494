"""The settings of a laptop, with one header more."""

from portal.laptop.settings import *  # noqa: F403 - the same mode
from portal.laptop.settings import MIDDLEWARE as THEIRS

MIDDLEWARE = ["tests.e2e.drawn.templates_named", *THEIRS]
