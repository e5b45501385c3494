"""The texts that a new company begins with: one file `<kind>.md` of `texts/` each.

A file begins with lines `title:`, `checkbox:` and `valid_days:`, the last two where the text has them; the body follows
an empty line.
"""

from dataclasses import dataclass
from pathlib import Path

from consents.enums import DocumentKind

_FOLDER = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultText:
    """A text that a new company begins with. ``valid_days``: how long a yes to it holds, None without an end."""

    kind: DocumentKind
    title: str
    body: str
    checkbox: str = ""
    valid_days: int | None = None


def _read(path: Path) -> DefaultText:
    head, body = path.read_text("utf-8").split("\n\n", 1)
    fields = dict(line.split(": ", 1) for line in head.split("\n"))
    return DefaultText(
        kind=DocumentKind(path.stem),
        title=fields["title"],
        body=body,
        checkbox=fields.get("checkbox", ""),
        valid_days=int(fields["valid_days"]) if "valid_days" in fields else None,
    )


DEFAULT_TEXTS = tuple(_read(_FOLDER / f"{kind}.md") for kind in DocumentKind)
