"""The settings of a laptop, with one header more."""

from portal.settings.embedded import *  # noqa: F403 - the same mode
from portal.settings.embedded import MIDDLEWARE as THEIRS

MIDDLEWARE = ["tests.e2e.drawn.templates_named", *THEIRS]
