"""VK: what each of its codes means, and what a call says."""

import json
from collections.abc import Iterator
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.channels.base import (
    Accepted,
    Button,
    ChannelAdapter,
    ChannelError,
    Misconfigured,
    OutboundMessage,
    OutcomeUnknown,
    Rejected,
    SentMessage,
    TemporarilyUnavailable,
)
from notify.channels.setup import SetupValues
from notify.channels.vk.adapter import VkChannel, VkConf, random_id
from notify.channels.vk.provider import VK
from notify.channels.vk.words import LATER, OURS, REFUSED, UNSURE
from portal.laptop.fakes.server import Call, HttpFake, Reply
from portal.laptop.fakes.vk import FakeVk, vk_error
from tests.notify.channels.cases import TEXTS, HttpAdapterCases

PERSON = "100200"
LOST = ("100301", "100302")
UNTOLD = 999
"""A code of no table."""


@pytest.fixture
def fake() -> Iterator[FakeVk]:
    with FakeVk() as running:
        running.allowed = {PERSON, *LOST}
        running.faults = {LOST[0]: "reset_took", LOST[1]: "reset"}
        yield running


@pytest.fixture
def adapter(fake: FakeVk) -> Iterator[VkChannel]:
    channel = VkChannel(conf(fake))
    yield channel
    channel.close()


def conf(fake: FakeVk, **changes: str) -> VkConf:
    return VkConf(**{"name": "vk-1", "url": fake.url, "group_id": fake.group_id, "token": fake.token, **changes})


def message_of(address: str = PERSON, reference: str = "r1", **more: object) -> OutboundMessage:
    return OutboundMessage(reference=reference, address=address, **{"text": "Текст", **more})  # type: ignore[arg-type]  # fields of it


def outcome_of(adapter: VkChannel, message: OutboundMessage) -> object:
    try:
        return adapter.send(message)
    except ChannelError as error:
        return error


class TestVk(HttpAdapterCases):
    good_address: ClassVar[str] = PERSON
    texts = (*TEXTS, "ё" * 4096)

    BEHAVIOURS: ClassVar[dict[str, str]] = {
        "accept": PERSON,
        "reject": vk_error(901),
        "later": vk_error(6),
        "took_and_cut": LOST[0],
        "cut": LOST[1],
    }

    def taken_texts(self, fake: FakeVk) -> list[str]:
        return [one.text for one in fake.taken]

    def message(self, behaviour: str, reference: str = "r1") -> OutboundMessage:
        return message_of(self.BEHAVIOURS[behaviour], reference)

    @pytest.mark.parametrize("code", LATER)
    def test_vk_that_takes_nothing_now_is_temporary_for_all(self, adapter: VkChannel, code: int) -> None:
        with pytest.raises(TemporarilyUnavailable) as caught:
            adapter.send(message_of(vk_error(code)))

        assert (caught.value.reason, caught.value.retry_after) == LATER[code]

    @pytest.mark.parametrize("code", OURS)
    def test_a_fault_of_the_set_up_spends_no_message(self, adapter: VkChannel, code: int) -> None:
        with pytest.raises(Misconfigured) as caught:
            adapter.send(message_of(vk_error(code)))

        assert caught.value.reason == OURS[code]

    @pytest.mark.parametrize("code", UNSURE)
    def test_an_error_inside_vk_is_unknown(self, adapter: VkChannel, code: int) -> None:
        outcome = adapter.send(message_of(vk_error(code)))

        assert isinstance(outcome, OutcomeUnknown)
        assert outcome.reason == UNSURE[code]

    @pytest.mark.parametrize("code", REFUSED)
    def test_a_refusal_says_what_it_means_for_the_profile(self, adapter: VkChannel, code: int) -> None:
        outcome = adapter.send(message_of(vk_error(code)))

        assert isinstance(outcome, Rejected)
        assert (outcome.reason, outcome.address_fault) == REFUSED[code]

    def test_a_code_of_no_table_refuses_under_its_number(self, adapter: VkChannel) -> None:
        outcome = adapter.send(message_of(vk_error(UNTOLD)))

        assert isinstance(outcome, Rejected)
        assert (outcome.reason, outcome.address_fault) == ("code_999", "")

    def test_a_code_stands_in_one_table_only(self) -> None:
        assert len({*LATER, *OURS, *UNSURE, *REFUSED}) == len(LATER) + len(OURS) + len(UNSURE) + len(REFUSED)

    def test_somebody_who_has_not_allowed_messages_is_closed(self, adapter: VkChannel) -> None:
        outcome = adapter.send(message_of("100999"))

        assert isinstance(outcome, Rejected)
        assert (outcome.reason, outcome.address_fault) == ("no_permission", "closed")

    def test_a_repeat_of_the_same_reference_is_one_message(self, adapter: VkChannel, fake: FakeVk) -> None:
        outcomes = [adapter.send(message_of()) for _ in range(2)]

        assert outcomes == [Accepted("r1", "1"), Accepted("r1", "1")]
        assert len(fake.taken) == 1

    def test_a_repeat_after_a_lost_answer_is_no_second_message(self, adapter: VkChannel, fake: FakeVk) -> None:
        fake.fault = "reset_took"
        adapter.send(message_of())
        fake.fault = ""

        outcome = adapter.send(message_of())

        assert outcome == Accepted("r1", "1")
        assert len(fake.taken) == 1

    def test_two_references_are_two_messages(self, adapter: VkChannel, fake: FakeVk) -> None:
        for reference in ("r1", "r2"):
            adapter.send(message_of(reference=reference))

        assert [one.id for one in fake.taken] == [1, 2]

    def test_the_token_goes_in_a_header_and_never_in_the_address(self, adapter: VkChannel, fake: FakeVk) -> None:
        adapter.send(message_of())

        (call,) = fake.calls
        assert call.headers["authorization"] == f"Bearer {fake.token}"
        assert fake.token.encode() not in call.body
        assert call.query == {}

    def test_links_are_not_turned_into_snippets(self, adapter: VkChannel, fake: FakeVk) -> None:
        adapter.send(message_of())

        assert fake.calls[0].form()["dont_parse_links"] == "1"

    def test_a_wrong_token_is_our_fault(self, fake: FakeVk) -> None:
        channel = VkChannel(conf(fake, token="old"))

        with pytest.raises(Misconfigured):
            channel.send(message_of())
        channel.close()

    def test_buttons_open_links_or_say_their_words(self, adapter: VkChannel, fake: FakeVk) -> None:
        adapter.send(message_of(buttons=(Button("Открыть", "https://x.example/k/1"), Button("Да"))))

        assert fake.taken[0].keyboard == {
            "inline": True,
            "buttons": [
                [{"action": {"type": "open_link", "link": "https://x.example/k/1", "label": "Открыть"}}],
                [{"action": {"type": "text", "label": "Да"}}],
            ],
        }

    def test_the_words_of_a_button_are_cut_to_what_vk_shows(self, adapter: VkChannel, fake: FakeVk) -> None:
        outcome = adapter.send(message_of(buttons=(Button("ж" * 41, "https://x.example/"),)))

        assert isinstance(outcome, Accepted)
        assert fake.taken[0].keyboard is not None
        assert fake.taken[0].keyboard["buttons"][0][0]["action"]["label"] == "ж" * 40

    def test_more_buttons_than_rows_are_refused_before_the_call(self, adapter: VkChannel, fake: FakeVk) -> None:
        outcome = adapter.send(message_of(buttons=tuple(Button(str(n)) for n in range(7))))

        assert isinstance(outcome, Rejected)
        assert fake.calls == []

    @pytest.mark.parametrize("address", ["", "-5", "2000000001x", "durov", "١٢"])
    def test_an_address_that_is_no_profile_is_refused_before_the_call(
        self, adapter: VkChannel, fake: FakeVk, address: str
    ) -> None:
        outcome = adapter.send(message_of(address))

        assert isinstance(outcome, Rejected)
        assert outcome.address_fault == "dead"
        assert fake.calls == []

    def test_more_than_the_limit_of_a_second_is_later(self, adapter: VkChannel, fake: FakeVk) -> None:
        fake.per_second = 1
        adapter.send(message_of())

        with pytest.raises(TemporarilyUnavailable):
            adapter.send(message_of(reference="r2"))

    @pytest.mark.parametrize("status", ["busy", "unavailable"])
    def test_a_busy_server_is_later(self, adapter: VkChannel, fake: FakeVk, status: str) -> None:
        fake.fault = status  # type: ignore[assignment]  # a word of Fault

        with pytest.raises(TemporarilyUnavailable) as caught:
            adapter.send(message_of())

        assert caught.value.retry_after == 7.0


class Odd(HttpFake):
    """Answers with ``body``, whatever is asked."""

    body: object = None

    def addresses(self, _call: Call) -> list[str]:
        return []

    def answer(self, _call: Call) -> Reply:
        return Reply(body=self.body)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"response": None},
        {"response": True},
        {"response": -1},
        {"response": "5"},
        {"response": []},
        {"error": {}},
        {"error": None},
        {"error": {"error_code": "6"}},
        {"error": {"error_code": True}},
        [1],
        "ok",
    ],
)
def test_an_answer_that_says_nothing_clear_is_unknown(body: object) -> None:
    with Odd() as odd:
        odd.body = body
        channel = VkChannel(VkConf(name="vk-1", url=odd.url, group_id="1", token="t"))

        outcome = channel.send(message_of())
        channel.close()

    assert isinstance(outcome, OutcomeUnknown)


class TestRandomId:
    @given(st.text())
    def test_it_has_32_bits_and_is_never_zero(self, reference: str) -> None:
        number = random_id(reference)

        assert -(2**31) <= number < 2**31
        assert number != 0

    def test_it_does_not_change_between_processes(self) -> None:
        assert random_id("r1") == -2097944122

    def test_many_references_hardly_ever_meet(self) -> None:
        assert len({random_id(str(n)) for n in range(1000)}) == 1000


class TestStatuses:
    def test_a_message_of_a_lost_answer_is_found(self, adapter: VkChannel, fake: FakeVk) -> None:
        fake.faults = {PERSON: "reset_took"}
        adapter.send(message_of())
        fake.faults = {}

        (report,) = adapter.statuses([SentMessage(reference="r1", provider_id="", address=PERSON)])

        assert (report.state, report.reference, report.provider_id) == ("accepted", "r1", "1")

    def test_a_message_is_found_by_the_id_of_vk(self, adapter: VkChannel) -> None:
        adapter.send(message_of())

        (report,) = adapter.statuses([SentMessage(reference="other", provider_id="1", address=PERSON)])

        assert report.reference == "other"

    def test_what_is_not_found_is_left_open(self, adapter: VkChannel) -> None:
        assert adapter.statuses([SentMessage(reference="r1", provider_id="", address=PERSON)]) == []

    def test_a_dialogue_that_cannot_be_read_hides_no_other(self, adapter: VkChannel) -> None:
        adapter.send(message_of())
        sent = [
            SentMessage(reference="r0", provider_id="", address="not a number"),
            SentMessage(reference="r1", provider_id="1", address=PERSON),
        ]

        assert [report.reference for report in adapter.statuses(sent)] == ["r1"]

    def test_a_silent_vk_is_later(self, adapter: VkChannel, fake: FakeVk) -> None:
        fake.fault = "broke"

        with pytest.raises(TemporarilyUnavailable):
            adapter.statuses([SentMessage(reference="r1", provider_id="", address=PERSON)])


class TestAccount:
    def test_it_names_the_community_as_links_do(self, adapter: VkChannel) -> None:
        state = adapter.account()

        assert (state.name, state.notes) == ("mostik_fake", ())

    def test_a_blocked_community_is_told(self, adapter: VkChannel, fake: FakeVk) -> None:
        fake.is_blocked = True

        assert adapter.account().notes == ("group_blocked",)

    def test_a_wrong_group_is_our_fault(self, fake: FakeVk) -> None:
        channel = VkChannel(conf(fake, group_id="778"))

        with pytest.raises(Misconfigured):
            channel.account()
        channel.close()

    @pytest.mark.parametrize("code", [5, 27])
    def test_a_wrong_token_is_our_fault(self, adapter: VkChannel, fake: FakeVk, code: int) -> None:
        fake.error = code

        with pytest.raises(Misconfigured):
            adapter.account()

    @pytest.mark.parametrize("fault", ["broke", "not_json", "reset", "busy"])
    def test_no_clear_answer_is_later(self, adapter: VkChannel, fake: FakeVk, fault: str) -> None:
        fake.fault = fault  # type: ignore[assignment]  # a word of Fault

        with pytest.raises(TemporarilyUnavailable):
            adapter.account()


class TestSetUp:
    VALUES: ClassVar[dict[str, str]] = {"token": "vk1.a.x", "group_id": "777", "confirmation": "c0de", "url": ""}

    def test_it_makes_a_provider_with_the_name_of_the_set_up(self) -> None:
        provider = VK.make(SetupValues(name="vk-2", values=self.VALUES, webhook_secrets=("s",)))

        assert (provider.name, provider.channels, provider.per_second) == ("vk-2", ("vk",), 20)
        assert provider.adapter is not None
        adapter: ChannelAdapter = provider.adapter("vk")
        assert adapter.capabilities.provider == "vk-2"
        adapter.close()

    @pytest.mark.parametrize("changes", [{"token": ""}, {"group_id": ""}, {"group_id": "club5"}, {"group_id": "-5"}])
    def test_values_that_cannot_work_are_refused(self, changes: dict[str, str]) -> None:
        with pytest.raises(Misconfigured):
            VK.make(SetupValues(name="vk-2", values={**self.VALUES, **changes}))

    def test_its_fields_take_what_it_needs(self) -> None:
        fields = {field.name: field for field in VK.fields}

        assert fields["token"].kind == "secret"
        assert all(field.fits(field.default or self.VALUES[field.name]) for field in VK.fields)
        assert not fields["group_id"].fits("-777")

    def test_the_token_is_in_no_representation(self, fake: FakeVk) -> None:
        values = SetupValues(name="vk-2", values=self.VALUES, webhook_secrets=("hush",))

        shown = repr((conf(fake), values, VK.make(values)))

        assert "vk1.a" not in shown
        assert json.dumps("hush") not in shown
