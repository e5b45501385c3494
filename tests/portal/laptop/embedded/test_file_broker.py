"""The broker in a folder: nothing lost, nothing twice, nothing half-read, whoever is quick."""

import multiprocessing
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection, Exchange, Queue

PRODUCERS = CONSUMERS = 3
EACH = 100


def _connection(folder: Path) -> Connection:
    options = {
        "data_folder_in": str(folder),
        "data_folder_out": str(folder),
        "control_folder": str(folder / "control"),
        "polling_interval": 0.001,
    }
    return Connection(
        "filesystem://localhost//", transport="portal.laptop.embedded.file_broker:Transport", transport_options=options
    )


def _produce(folder: Path, first: int) -> None:
    with _connection(folder) as connection, connection.SimpleQueue("work") as queue:
        for number in range(first, first + EACH):
            queue.put({"number": number})


def _consume(folder: Path, found: "multiprocessing.Queue[list[int]]") -> None:
    numbers = []
    with _connection(folder) as connection, connection.SimpleQueue("work") as queue:
        while True:
            try:
                message = queue.get(timeout=2)
            except Empty:
                break
            numbers.append(message.payload["number"])
            message.ack()
    found.put(numbers)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "control").mkdir()
    return tmp_path


def test_messages_of_many_reach_many_once_and_whole(folder: Path) -> None:
    context = multiprocessing.get_context("spawn")
    found: multiprocessing.Queue[list[int]] = context.Queue()
    workers = [context.Process(target=_consume, args=(folder, found)) for _ in range(CONSUMERS)]
    workers += [context.Process(target=_produce, args=(folder, turn * EACH)) for turn in range(PRODUCERS)]
    for worker in workers:
        worker.start()

    numbers = sorted(number for _ in range(CONSUMERS) for number in found.get(timeout=60))
    for worker in workers:
        worker.join(timeout=30)

    assert [worker.exitcode for worker in workers] == [0] * len(workers)
    assert numbers == list(range(PRODUCERS * EACH))
    assert [path.name for path in folder.iterdir() if path.is_file()] == []


def test_a_message_that_is_still_being_written_is_not_seen(folder: Path) -> None:
    (folder / ".00000000000000000001_a.work.msg").write_text("")

    with _connection(folder) as connection, connection.SimpleQueue("work") as queue, pytest.raises(Empty):
        queue.get(block=False)


def test_queues_are_kept_apart_and_first_come_is_first_served(folder: Path) -> None:
    with _connection(folder) as connection:
        for name, number in (("one", 1), ("two", 2), ("one", 3)):
            connection.SimpleQueue(name).put({"number": number})

        one = connection.SimpleQueue("one")
        assert [one.get(block=False).payload["number"] for _ in range(2)] == [1, 3]
        assert connection.SimpleQueue("two").qsize() == 1


def test_binding_twice_changes_nothing(folder: Path) -> None:
    with _connection(folder) as connection:
        for _ in range(2):
            Queue("work", Exchange("tasks"), routing_key="work")(connection.default_channel).declare()

        channel: Any = connection.default_channel
        table = channel.get_table("tasks")

    assert [tuple(row) for row in table] == [("work", "", "work")]
