"""The texts that a new company begins with: one file of `texts/` each, `<kind>.<channel>.md` or `<kind>.md`.

A file begins with lines `title:`, `checkbox:` and `valid_days:`, the last two where the text has them; the body follows
an empty line.
"""

from dataclasses import dataclass
from pathlib import Path

from consents.enums import Channel, DocumentKind

_FOLDER = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultText:
    """A text that a new company begins with. ``valid_days``: how long a yes to it holds, None without an end."""

    kind: DocumentKind
    channel: Channel | str
    title: str
    body: str
    checkbox: str = ""
    valid_days: int | None = None


def _read(path: Path) -> DefaultText:
    kind, _, channel = path.stem.partition(".")
    head, body = path.read_text("utf-8").split("\n\n", 1)
    fields = dict(line.split(": ", 1) for line in head.split("\n"))
    return DefaultText(
        kind=DocumentKind(kind),
        channel=Channel(channel) if channel else "",
        title=fields["title"],
        body=body,
        checkbox=fields.get("checkbox", ""),
        valid_days=int(fields["valid_days"]) if "valid_days" in fields else None,
    )


def _place(text: DefaultText) -> tuple[int, int]:
    return DocumentKind.values.index(text.kind), ["", *Channel.values].index(text.channel)


DEFAULT_TEXTS = tuple(sorted(map(_read, _FOLDER.glob("*.md")), key=_place))
