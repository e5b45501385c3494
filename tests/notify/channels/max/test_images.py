"""Pictures over MAX: uploaded once for all workers, uploaded anew when MAX has forgotten them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from notify.channels.base import Accepted, OutboundMessage, Outcome, Rejected, TemporarilyUnavailable, image_of
from notify.channels.max.adapter import MaxChannel
from notify.channels.max.image_tokens import MOST_KEPT, SharedTokens, Uploaded, with_token
from notify.channels.max.images import FRESH_SECONDS, NOT_UPLOADED
from portal.laptop.fakes.max import FakeMax, Person

CONTENT = b"\x89PNG\r\n\x1a\nbytes"
PICTURE = image_of("offer.png", CONTENT)
PERSON = 212_000_001

Make = Callable[..., MaxChannel]


class SharedMemory:
    """What all workers of a set-up share, in the memory of the test."""

    def __init__(self) -> None:
        self.text = ""
        self.is_held = False

    def load(self) -> str:
        return self.text

    def save(self, text: str) -> None:
        self.text = text

    @contextmanager
    def locked(self, seconds: float) -> Iterator[None]:  # noqa: ARG002 - it is held or it is not
        if self.is_held:
            raise TemporarilyUnavailable("busy")
        self.is_held = True
        try:
            yield
        finally:
            self.is_held = False


@pytest.fixture(autouse=True)
def person(fake: FakeMax) -> Person:
    """Somebody who has started the bot."""
    fake.person(PERSON).start()
    return fake.person(PERSON)


@pytest.fixture
def memory() -> SharedMemory:
    return SharedMemory()


@pytest.fixture
def workers(channel: Make, memory: SharedMemory) -> tuple[MaxChannel, MaxChannel]:
    """Two workers of one set-up."""
    return channel(SharedTokens(memory)), channel(SharedTokens(memory))


def send(adapter: MaxChannel) -> Outcome:
    return adapter.send(OutboundMessage(reference="r1", address=str(PERSON), text="Текст", image=PICTURE))


def uploads(fake: FakeMax) -> int:
    return len([call for call in fake.calls if call.path.startswith("/upload/")])


def test_a_picture_is_uploaded_once_for_all_workers(
    workers: tuple[MaxChannel, MaxChannel], fake: FakeMax, person: Person
) -> None:
    for worker in (*workers, *workers):
        assert isinstance(send(worker), Accepted)

    assert uploads(fake) == 1
    assert [shown.image for shown in person.screen] == [CONTENT] * 4


def test_its_content_is_read_only_to_be_uploaded(workers: tuple[MaxChannel, MaxChannel], person: Person) -> None:
    send(workers[0])

    def unread() -> bytes:
        raise AssertionError("nobody needs the content")

    message = OutboundMessage(reference="r2", address=str(PERSON), text="Текст", image=replace(PICTURE, read=unread))
    assert isinstance(workers[1].send(message), Accepted)
    assert person.screen[-1].image == CONTENT


def test_a_worker_of_later_finds_the_token_of_before(channel: Make, memory: SharedMemory, fake: FakeMax) -> None:
    send(channel(SharedTokens(memory)))
    fake.uploads.not_ready = 9

    assert isinstance(send(channel(SharedTokens(memory))), Accepted)
    assert uploads(fake) == 1


def test_a_token_that_max_has_forgotten_costs_no_message(
    adapter: MaxChannel, fake: FakeMax, person: Person, seconds: list[float]
) -> None:
    send(adapter)
    fake.uploads.uploads.clear()
    seconds.append(FRESH_SECONDS)

    assert isinstance(send(adapter), Accepted)

    assert uploads(fake) == 2
    assert [shown.image for shown in person.screen] == [CONTENT] * 2


def test_another_worker_uses_what_was_uploaded_anew(
    workers: tuple[MaxChannel, MaxChannel], fake: FakeMax, seconds: list[float]
) -> None:
    for worker in workers:
        send(worker)
    fake.uploads.uploads.clear()
    seconds.append(FRESH_SECONDS)

    assert [type(send(worker)) for worker in workers] == [Accepted, Accepted]
    assert uploads(fake) == 2


def test_a_refusal_right_after_the_upload_brings_no_other(
    adapter: MaxChannel, fake: FakeMax, seconds: list[float]
) -> None:
    send(adapter)
    fake.refusals[PERSON] = (400, "proto.payload", "attachment: something else")
    seconds.append(FRESH_SECONDS - 1)

    for _ in range(3):
        outcome = send(adapter)
        assert isinstance(outcome, Rejected)

    assert uploads(fake) == 1


def test_messages_that_max_refuses_for_good_bring_one_upload_a_minute(
    adapter: MaxChannel, fake: FakeMax, seconds: list[float]
) -> None:
    send(adapter)
    fake.refusals[PERSON] = (400, "proto.payload", "attachment: something else")
    seconds.append(FRESH_SECONDS)

    for _ in range(3):
        outcome = send(adapter)
        assert (type(outcome), getattr(outcome, "reason", "")) == (Rejected, "proto_payload")

    assert uploads(fake) == 2


def test_a_refusal_of_the_person_is_not_about_the_picture(
    adapter: MaxChannel, fake: FakeMax, person: Person, seconds: list[float]
) -> None:
    send(adapter)
    person.stop()
    seconds.append(FRESH_SECONDS)

    outcome = send(adapter)

    assert isinstance(outcome, Rejected)
    assert outcome.address_fault == "closed"
    assert uploads(fake) == 1


def test_while_another_worker_uploads_the_message_waits_and_spends_no_attempt(
    workers: tuple[MaxChannel, MaxChannel], memory: SharedMemory, fake: FakeMax
) -> None:
    memory.is_held = True

    outcome = send(workers[0])

    assert isinstance(outcome, TemporarilyUnavailable)
    assert (outcome.reason, outcome.was_asked) == (NOT_UPLOADED, False)
    assert fake.taken == []


def test_a_picture_that_cannot_be_read_now_leaves_the_message_for_later(adapter: MaxChannel, fake: FakeMax) -> None:
    def unread() -> bytes:
        raise TemporarilyUnavailable("no_database")

    outcome = adapter.send(
        OutboundMessage(reference="r1", address=str(PERSON), text="Текст", image=replace(PICTURE, read=unread))
    )

    assert isinstance(outcome, TemporarilyUnavailable)
    assert (outcome.reason, outcome.was_asked) == (NOT_UPLOADED, False)
    assert fake.taken == []


@pytest.mark.parametrize("text", ["no json", "[]", '{"key": 1}', '{"key": {"token": "t"}}', "null"])
def test_what_is_kept_and_cannot_be_read_is_nothing(memory: SharedMemory, text: str) -> None:
    memory.text = text

    assert SharedTokens(memory).load() == {}


def test_tokens_are_kept_as_they_are(memory: SharedMemory) -> None:
    tokens = {"key": Uploaded(token="t", at=7.5)}

    SharedTokens(memory).save(tokens)

    assert SharedTokens(memory).load() == tokens


def test_the_oldest_tokens_make_room() -> None:
    kept = {str(number): Uploaded(token="t", at=float(number)) for number in range(MOST_KEPT)}

    found = with_token(kept, "new", Uploaded(token="t", at=float(MOST_KEPT)))

    assert len(found) == MOST_KEPT
    assert "0" not in found
    assert "new" in found
