"""Write docs/settings.md from the table of variables: ``python -m portal.settings.table > docs/settings.md``."""

import sys
from typing import Final

from portal.settings.env import TABLE, Variable

HEAD: Final = """# Settings

Every variable that Mostik reads, from `portal/settings/env.py`; a test compares this page with it (`make settings`
writes it anew). Values come from the environment and nowhere else.

- `manage.py` runs in the **embedded** mode unless `DJANGO_SETTINGS_MODULE=portal.settings.production` is set. The
  embedded mode brings a value for everything: secrets are made once into `VAR_DIR/secrets/` with mode 0600, the
  database is its own, the broker is a folder, mail lands in the sandbox.
- In **production** a variable marked *must be set* stops the start with a sentence that names it. A key of 64 hex
  digits is made by `openssl rand -hex 32`, the seal key by `openssl genpkey -algorithm ed25519`.
- A secret is never logged and never printed, not by `manage.py doctor` either.

| variable | meaning | without it | secret |
|---|---|---|---|
"""


def document() -> str:
    """Return the whole page."""
    return HEAD + "".join(_row(variable) for variable in TABLE)


def _row(variable: Variable) -> str:
    without = "*must be set*" if variable.default is None else f"`{variable.default}`" if variable.default else "empty"
    return f"| `{variable.name}` | {variable.meaning} | {without} | {'yes' if variable.secret else ''} |\n"


if __name__ == "__main__":
    sys.stdout.write(document())
