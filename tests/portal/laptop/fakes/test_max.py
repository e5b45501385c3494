"""The fake MAX keeps the rules of the real one, and tells the bot as unreliably as it is asked to."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from notify.channels.events import DialogueEvent, InboundText, PhoneProof
from notify.channels.http import Answer, Client
from notify.channels.max.webhook import SECRET_HEADER, MaxWebhook
from portal.laptop.fakes.max import FakeMax
from portal.laptop.fakes.max.delivery import FIRST_PAUSE, PATIENCE
from portal.laptop.fakes.server import Call, HttpFake, Reply
from tests.support.patience import PATIENCE_S, wait_until

SECRET = "Qm2v_8Zk-secret"
CALLBACK = {"type": "callback", "text": "Принять", "payload": "yes"}


class Site(HttpFake):
    """Our side: remembers what it is told, and answers with the next of ``statuses``, then with 200."""

    def __init__(self) -> None:
        super().__init__()
        self.statuses: list[int] = []
        self.is_down = False

    def answer(self, call: Call) -> Reply:  # noqa: ARG002 - the base's signature
        return Reply(body="", status=500 if self.is_down else self.statuses.pop(0) if self.statuses else 200)

    def addresses(self, call: Call) -> list[str]:  # noqa: ARG002 - the base's signature
        return []

    def told(self) -> list[str]:
        """Types of the updates, in the order in which they came."""
        return [call.json()["update_type"] for call in self.calls]


class Clock:
    """Time that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fake(clock: Clock) -> Iterator[FakeMax]:
    with FakeMax(factor=1e-4, clock=clock) as running:
        yield running


@pytest.fixture
def site(fake: FakeMax) -> Iterator[Site]:
    fake.delivery.takes_loopback = True
    with Site() as running:
        fake.delivery.subscribe(f"{running.url}/hook/", SECRET, None)
        yield running


@pytest.fixture
def client() -> Iterator[Client]:
    caller = Client()
    yield caller
    caller.close()


def asked(client: Client, fake: FakeMax, method: str, path: str, body: Any = None, **headers: str) -> Answer:
    """One call as the bot."""
    content = b"" if body is None else json.dumps(body).encode()
    return client.call(method, fake.url + path, headers={"Authorization": fake.token} | headers, content=content)


def code(answer: Answer) -> tuple[int, str]:
    """A refusal in short."""
    return answer.status, str(json.loads(answer.content).get("code", ""))


def keyboard(*rows: list[dict[str, str]]) -> dict[str, Any]:
    """A message with buttons."""
    return {"text": "Да?", "attachments": [{"type": "inline_keyboard", "payload": {"buttons": list(rows)}}]}


class TestApi:
    @pytest.mark.parametrize("given", ["", "another", "Bearer {token}"])
    def test_only_the_raw_token_opens(self, fake: FakeMax, client: Client, given: str) -> None:
        answer = asked(client, fake, "GET", "/me", Authorization=given.format(token=fake.token))

        assert code(answer) == (401, "verify.token")

    def test_a_token_in_the_address_is_refused(self, fake: FakeMax, client: Client) -> None:
        assert code(asked(client, fake, "GET", f"/me?access_token={fake.token}")) == (401, "verify.token")

    def test_a_second_holds_thirty_calls(self, fake: FakeMax, client: Client, clock: Clock) -> None:
        statuses = [asked(client, fake, "GET", "/me").status for _ in range(31)]
        clock.now += 1

        assert statuses == [200] * 30 + [429]
        assert asked(client, fake, "GET", "/me").status == 200

    def test_a_second_holds_two_messages_to_a_dialogue(self, fake: FakeMax, client: Client, clock: Clock) -> None:
        for user_id in (7, 8):
            fake.person(user_id).start()
        paths = ["/messages?user_id=7"] * 3 + ["/messages?user_id=8"]
        statuses = [asked(client, fake, "POST", path, {"text": "Текст"}).status for path in paths]
        clock.now += 1

        assert statuses == [200, 200, 429, 200]
        assert asked(client, fake, "POST", paths[0], {"text": "Текст"}).status == 200

    def test_limits_can_be_switched_off(self, fake: FakeMax, client: Client) -> None:
        fake.has_rates = False

        assert {asked(client, fake, "GET", "/me").status for _ in range(40)} == {200}

    def test_whom_the_bot_may_write_to_follows_what_the_person_does(self, fake: FakeMax, client: Client) -> None:
        fake.has_rates = False
        person = fake.person(7)
        acts: tuple[Callable[[], object], ...] = (
            lambda: None,
            person.start,
            person.stop,
            person.start,
            person.remove,
            person.start,
        )
        answers = []
        for act in acts:
            act()
            answers.append(code(asked(client, fake, "POST", "/messages?user_id=7", {"text": "Текст"})))

        denied = [
            (404, "dialog.not.found"),
            (200, ""),
            (403, "chat.denied"),
            (200, ""),
            (404, "chat.not.found"),
            (200, ""),
        ]
        assert answers == denied
        assert len(person.screen) == 3

    def test_a_dialogue_is_found_by_its_own_id_too(self, fake: FakeMax, client: Client) -> None:
        person = fake.person(7)
        person.start()
        answer = asked(client, fake, "POST", f"/messages?chat_id={person.chat_id}", {"text": "Текст"})

        assert answer.json()["message"]["recipient"]["user_id"] == 7

    @pytest.mark.parametrize(
        "body",
        [
            {},
            [],
            None,
            {"text": "я" * 4001},
            {"text": "Текст", "format": "bbcode"},
            {"text": "Текст", "attachments": [{"type": "image", "payload": {"token": "unknown"}}]},
            keyboard([]),
            keyboard(*[[CALLBACK]] * 31),
            keyboard([CALLBACK] * 8),
            keyboard([{"type": "link", "text": "Да", "url": "https://x.ru"}] * 4),
            keyboard([CALLBACK | {"text": "я" * 129}]),
            keyboard([CALLBACK | {"payload": ""}]),
            keyboard([{"type": "link", "text": "Да", "url": "x.ru"}]),
            keyboard([{"type": "chat", "text": "Да"}]),
        ],
    )
    def test_a_message_beyond_the_limits_is_refused(self, fake: FakeMax, client: Client, body: Any) -> None:
        fake.person(7).start()

        assert code(asked(client, fake, "POST", "/messages?user_id=7", body)) == (400, "proto.payload")
        assert fake.taken == []

    def test_the_widest_and_the_longest_keyboards_are_taken(self, fake: FakeMax, client: Client) -> None:
        fake.person(7).start()
        bodies = (
            keyboard(*[[CALLBACK] * 7] * 30),
            keyboard([{"type": "link", "text": "Да", "url": "https://x.ru"}] * 3),
        )

        assert [asked(client, fake, "POST", "/messages?user_id=7", body).status for body in bodies] == [200, 200]

    def test_what_it_does_not_know_is_not_found(self, fake: FakeMax, client: Client) -> None:
        assert asked(client, fake, "GET", "/chats").status == 404

    def test_a_question_for_updates_waits_until_something_happens(self, fake: FakeMax, client: Client) -> None:
        first = asked(client, fake, "GET", "/updates?timeout=30").json()
        fake.person(7).write("Привет")
        second = asked(client, fake, "GET", f"/updates?marker={first['marker']}").json()

        assert first == {"updates": [], "marker": 0}
        assert [one["update_type"] for one in second["updates"]] == ["message_created"]

    def test_questions_for_updates_are_refused_while_an_address_is_told(
        self, fake: FakeMax, client: Client, site: Site
    ) -> None:
        path = f"/subscriptions?url={site.url}/hook/"
        statuses = [
            asked(client, fake, *call).status for call in (("GET", "/updates"), ("DELETE", path), ("GET", "/updates"))
        ]

        assert statuses == [405, 200, 200]

    @pytest.mark.parametrize(
        "url", ["http://example.org/", "https://example.org:8443/", "ftp://example.org/", "http://127.0.0.1:8000/"]
    )
    def test_an_address_that_is_not_public_https_is_not_taken(self, fake: FakeMax, client: Client, url: str) -> None:
        assert asked(client, fake, "POST", "/subscriptions", {"url": url}).json()["success"] is False
        assert fake.delivery.subscribed == []

    def test_an_upload_takes_one_file_of_the_right_field(self, fake: FakeMax, client: Client) -> None:
        url = str(asked(client, fake, "POST", "/uploads?type=image").json()["url"])
        body = b'--b\r\nContent-Disposition: form-data; name="%s"; filename="a.png"\r\n\r\n\x89PNG\r\n--b--\r\n'
        kind = {"Content-Type": "multipart/form-data; boundary=b"}
        taken = client.call("POST", url, headers=kind, content=body % b"data")
        again = client.call("POST", url, headers=kind, content=body % b"data")
        other = str(asked(client, fake, "POST", "/uploads?type=image").json()["url"])
        wrong = client.call("POST", other, headers=kind, content=body % b"file")

        assert [one.status for one in (taken, again, wrong)] == [200, 404, 415]
        assert next(iter(fake.uploads.uploads.values())).content == b"\x89PNG"
        assert asked(client, fake, "POST", "/uploads?type=photo").status == 400


class TestPeople:
    def events(self, fake: FakeMax) -> list[DialogueEvent | InboundText | PhoneProof]:
        """What our webhook reads of all that has happened."""
        webhook = MaxWebhook((), token=fake.token)
        return [event for body in fake.delivery.happened for event in webhook.read(json.dumps(body).encode())]

    def test_starts_and_ends_are_read_by_the_webhook(self, fake: FakeMax) -> None:
        person = fake.person(7)
        person.start("payload")
        person.mute()
        person.stop()
        person.start()
        person.remove()
        turns = [(one.kind, one.payload) for one in self.events(fake) if isinstance(one, DialogueEvent)]

        assert turns == [("started", "payload"), ("stopped", ""), ("started", ""), ("stopped", ""), ("stopped", "")]
        assert {one.chat for one in self.events(fake)} == {str(person.chat_id)}

    def test_a_payload_that_is_too_long_is_dropped_silently(self, fake: FakeMax) -> None:
        fake.person(7).start("a" * 129)
        (event,) = self.events(fake)

        assert isinstance(event, DialogueEvent)
        assert event.payload == ""

    def test_times_never_stand_still(self, fake: FakeMax) -> None:
        for _ in range(20):
            fake.person(7).write("Привет")
        times = [one["timestamp"] for one in fake.delivery.happened]

        assert sorted(set(times)) == times

    def test_words_things_and_answers_are_read_by_the_webhook(self, fake: FakeMax) -> None:
        person = fake.person(7)
        mid = person.write("Привет")
        person.send("image")
        person.write("Да", reply_to=mid)
        texts = [one for one in self.events(fake) if isinstance(one, InboundText)]

        assert [(one.text, one.attachments, one.in_reply_to) for one in texts] == [
            ("Привет", (), ""),
            ("", ("image",), ""),
            ("Да", (), mid),
        ]
        assert len({one.event_key for one in texts}) == 3

    def test_only_a_number_that_was_shared_by_the_button_is_proved(self, fake: FakeMax) -> None:
        person = fake.person(7)
        person.share_contact("+79160000001")
        person.share_contact("+79160000002", forged=True)
        person.share_contact("+79160000003", is_signed=False)

        assert [getattr(one, "phone", "") for one in self.events(fake)] == ["+79160000001", "", ""]

    def test_a_pressed_button_does_what_its_type_says(self, fake: FakeMax, client: Client) -> None:
        person = fake.person(7)
        person.start()
        link, word = {"type": "link", "text": "Открыть", "url": "https://x.ru/k"}, {"type": "message", "text": "Нет"}
        asked(client, fake, "POST", "/messages?user_id=7", keyboard([CALLBACK], [link], [word]))
        opened = [person.press(one["text"]) for one in (CALLBACK, link, word)]
        texts = [one.text for one in self.events(fake) if isinstance(one, InboundText)]

        assert (opened, texts) == (["", "https://x.ru/k", ""], ["yes", "Нет"])
        with pytest.raises(LookupError):
            person.press("Такой нет")

    def test_an_answer_to_a_press_is_shown_and_takes_the_messages_place(self, fake: FakeMax, client: Client) -> None:
        fake.has_rates = False
        person = fake.person(7)
        person.start()
        asked(client, fake, "POST", "/messages?user_id=7", keyboard([CALLBACK]))
        person.press("Принять")
        path = f"/answers?callback_id={fake.delivery.happened[-1]['callback']['callback_id']}"
        body = {"notification": "Принято", "message": {"text": "Спасибо", "attachments": []}}

        assert asked(client, fake, "POST", path, {}).status == 400
        assert asked(client, fake, "POST", path, body).json() == {"success": True}
        assert person.toasts == ["Принято"]
        assert [(shown.text, shown.buttons) for shown in person.screen] == [("Спасибо", [])]


class TestDelivery:
    def test_the_address_is_told_with_the_secret(self, fake: FakeMax, site: Site) -> None:
        fake.person(7).start()
        fake.delivery.courier.wait(PATIENCE_S)

        (call,) = site.calls
        assert call.headers[SECRET_HEADER.lower()] == SECRET
        assert call.path == "/hook/"

    def test_only_the_types_that_were_asked_for_are_told(self, fake: FakeMax, site: Site) -> None:
        fake.delivery.subscribe(f"{site.url}/hook/", SECRET, ["bot_stopped"])
        fake.person(7).start()
        fake.person(7).stop()
        fake.delivery.courier.wait(PATIENCE_S)

        assert site.told() == ["bot_stopped"]

    def test_updates_can_come_twice_and_shuffled(self, fake: FakeMax, site: Site) -> None:
        fake.delivery.duplicates, fake.delivery.is_holding = 1, True
        for number in range(6):
            fake.person(7).write(f"Текст {number}")
        assert site.calls == []
        fake.delivery.release(seed=3)
        fake.delivery.courier.wait(PATIENCE_S)
        texts = [call.json()["message"]["body"]["text"] for call in site.calls]

        assert sorted(texts) == sorted([f"Текст {number}" for number in range(6)] * 2)

    @pytest.mark.parametrize("omits", [True, False])
    def test_nulls_are_left_out_or_not(self, fake: FakeMax, omits: bool) -> None:
        fake.delivery.omits_nulls = omits
        fake.person(7).write("Привет")

        assert ("attachments" in fake.delivery.happened[0]["message"]["body"]) is not omits

    def test_unknown_fields_and_types_are_nothing_to_the_webhook(self, fake: FakeMax, site: Site) -> None:
        fake.delivery.adds_fields = True
        fake.person(7).write("Привет")
        fake.tell({"update_type": "something_of_next_year", "timestamp": 1, "thing": {}})
        fake.delivery.courier.wait(PATIENCE_S)
        read = [event for call in site.calls for event in MaxWebhook(()).read(call.body)]

        assert all("experiment" in call.json() for call in site.calls)
        assert len(site.calls) == 2
        assert [getattr(one, "text", "") for one in read] == ["Привет"]

    def test_an_update_comes_again_until_the_answer_is_exactly_200(self, fake: FakeMax, site: Site) -> None:
        site.statuses = [500, 204, 403]
        fake.person(7).start()
        fake.delivery.courier.wait(PATIENCE_S)

        assert len(site.calls) == 4
        assert len({call.body for call in site.calls}) == 1
        assert fake.delivery.subscribed

    def test_a_retry_carries_the_secret_of_now(self, fake: FakeMax, site: Site) -> None:
        site.is_down = True
        fake.person(7).start()
        wait_until(lambda: bool(site.calls), "no call came")
        fake.delivery.subscribe(f"{site.url}/hook/", "the-new-one", None)
        site.is_down = False
        fake.delivery.courier.wait(PATIENCE_S)

        assert site.calls[-1].headers[SECRET_HEADER.lower()] == "the-new-one"

    def test_an_address_that_fails_for_eight_hours_is_dropped(self, fake: FakeMax, site: Site, clock: Clock) -> None:
        site.is_down = True
        fake.person(7).start()
        wait_until(lambda: len(site.calls) >= 2, "no retry came")
        assert fake.delivery.subscribed
        clock.now += PATIENCE * fake.delivery.factor + 1
        wait_until(lambda: not fake.delivery.subscribed, "the address is still subscribed")
        fake.delivery.courier.wait(PATIENCE_S)
        before = len(site.calls)
        fake.person(7).stop()

        assert fake.delivery.courier.wait(PATIENCE_S)
        assert len(site.calls) == before

    def test_the_pauses_are_those_of_max(self, fake: FakeMax) -> None:
        pauses = [round(pause / fake.delivery.factor) for pause in fake.delivery.courier.pauses]

        assert pauses[:4] == [round(FIRST_PAUSE), 150, 375, 938]
        assert len(pauses) == 10
