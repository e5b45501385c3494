"""A process that judges every so many-th block of the rows of one file, beside others that judge the rest.

It is told what to do in one JSON document on its input, writes blocks to its output and nothing else, and sees neither
the database nor a secret. Of a block come the number of its last row, the lengths of its two texts, and these; three
zeros end the last block. Without them the process broke off.
"""

import json
import struct
import sys
from typing import Any, Final

from consents.importing.files.records import CsvFile, filled_records
from consents.importing.judging.refusals import RefusalColumn
from consents.importing.judging.rows import RowReader, RowRules
from consents.importing.storing.blocks import Block, blocks_judge
from consents.importing.words import OptOut, Question

HEAD: Final = struct.Struct("<QQQ")
END: Final = Block(0, b"", b"")


def task_text(file: CsvFile, rules: RowRules, *, part: int, parts: int) -> bytes:
    """Return what a process is told."""
    return json.dumps([file, rules, part, parts]).encode()


def main() -> None:
    """Write the blocks, then the end."""
    file, rules, part, parts = json.load(sys.stdin.buffer)
    records = filled_records(CsvFile(*file))
    for block in blocks_judge(RowReader(_rules(*rules)), records, part=part, parts=parts):
        _write(block)
    _write(END)


def _rules(names: list[str], mapping: Any, messengers: Any, refusals: list[Any], least_cells: int) -> RowRules:
    columns = [
        RefusalColumn(column, Question(OptOut(refuses), by_no=by_no, is_asked=is_asked), meanings)
        for column, (refuses, by_no, is_asked), meanings in refusals
    ]
    return RowRules(names, mapping, messengers, columns, least_cells)


def _write(block: Block) -> None:
    sys.stdout.buffer.write(HEAD.pack(block.last, len(block.rows), len(block.issues)))
    sys.stdout.buffer.write(block.rows)
    sys.stdout.buffer.write(block.issues)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
