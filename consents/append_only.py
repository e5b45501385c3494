"""The tables whose rows are only added, and what guards each in the database.

Migrations make the guards in plain SQL; this list is what checks of grants and triggers, and tests, compare with. Each
table has a row trigger and a TRUNCATE trigger, both `ENABLE ALWAYS`, so that `session_replication_role` does not
switch them off. The owner of a table can still drop them: that is what heads outside the database are for.
"""

from dataclasses import dataclass
from enum import StrEnum

ROW_TRIGGER = "refuse_change"
TRUNCATE_TRIGGER = "refuse_truncate"


class Guard(StrEnum):
    """What the row trigger lets through."""

    FROZEN = "frozen"
    """Neither UPDATE nor DELETE."""

    ERASABLE = "erasable"
    """No UPDATE; DELETE once an `erased` event of the same subject stands later in the tree, or waits for its leaf."""

    PUBLISHED = "published"
    """A draft may change; a published row may only become retired, as it is."""


@dataclass(frozen=True, slots=True)
class AppendOnlyTable:
    """One guarded table. ``app_may`` are the table rights that the application's role needs and may have."""

    name: str
    guard: Guard = Guard.FROZEN
    app_may: tuple[str, ...] = ("SELECT", "INSERT")


TABLES = (
    AppendOnlyTable("consents_consentevent"),
    AppendOnlyTable("consents_evidence", Guard.ERASABLE, ("SELECT", "INSERT", "DELETE")),
    AppendOnlyTable("consents_leaf"),
    AppendOnlyTable("consents_treenode"),
    AppendOnlyTable("consents_seal"),
    AppendOnlyTable("consents_receipt"),
    AppendOnlyTable("consents_operatorprofile"),
    AppendOnlyTable("consents_documentversion", Guard.PUBLISHED, ("SELECT", "INSERT", "UPDATE", "DELETE")),
    AppendOnlyTable("portal_staffaction"),
)
