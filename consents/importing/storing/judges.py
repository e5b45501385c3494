"""The blocks of a file: judged in this process, or those of a long file by several processes side by side."""

import os
import subprocess
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path
from typing import IO, Final

from consents.importing import conf
from consents.importing.files.records import CsvFile, filled_records
from consents.importing.judging.rows import RowReader, RowRules
from consents.importing.storing.blocks import Block, blocks_judge
from consents.importing.storing.judge_child import HEAD, task_text

_ROOT: Final = Path(__file__).parents[3]


class JudgeLost(Exception):
    """A process that judged rows broke off."""


def file_judge(file: CsvFile, rules: RowRules, *, rows: int) -> Generator[Block, None, None]:
    """Yield the blocks of a file in their order. ``rows``: about so many it has.

    Raises JudgeLost when a process broke off; all of them end with the iterator.
    """
    judges = min(conf.JUDGES, os.cpu_count() or 1) if rows >= conf.SIDE_BY_SIDE_FROM else 1
    if judges < 2:
        return blocks_judge(RowReader(rules), filled_records(file))
    return _side_by_side(file, rules, judges)


def _side_by_side(file: CsvFile, rules: RowRules, parts: int) -> Generator[Block, None, None]:
    with ExitStack() as stack:
        outputs = []
        for part in range(parts):
            child = stack.enter_context(_child())
            stack.callback(child.kill)
            outputs.append(_told(child, task_text(file, rules, part=part, parts=parts)))
        yield from _in_turn(outputs)


def _child() -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "consents.importing.storing.judge_child"]
    return subprocess.Popen(  # noqa: S603 - our own module, and no shell
        command, cwd=_ROOT, env={}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )


def _told(child: "subprocess.Popen[bytes]", task: bytes) -> IO[bytes]:
    if child.stdin is None or child.stdout is None:
        raise JudgeLost
    child.stdin.write(task)
    child.stdin.close()
    return child.stdout


def _in_turn(outputs: Sequence[IO[bytes]]) -> Iterator[Block]:
    """Yield one block of each process in turn until the first has no more."""
    for output in cycle(outputs):
        block = _block(output)
        if not block.last:
            return
        yield block


def _block(output: IO[bytes]) -> Block:
    head = output.read(HEAD.size)
    if len(head) < HEAD.size:
        raise JudgeLost
    last, rows, issues = HEAD.unpack(head)
    block = Block(last, output.read(rows), output.read(issues))
    if len(block.issues) < issues or len(block.rows) < rows:
        raise JudgeLost
    return block
