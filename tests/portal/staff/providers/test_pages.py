"""The list and the page of a set-up: who carries first, how each fares, what its buttons do."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from notify.channels.base import AccountState, Misconfigured, TemporarilyUnavailable
from notify.inbound.handling import payload_handle
from notify.inbound.payloads import payload_store
from notify.models import ProviderSetup, ProviderState
from notify.outbox.carriers import breaker_open
from notify.provider_kinds import KINDS
from notify.provider_setups import setup_create, setup_view, setups_listed
from notify.providers.checks import SetupCheck, check_store
from notify.providers.order import setup_switch
from portal.models import StaffAction
from portal.models.user import Role
from tests.factories.staff import client_of, user_make
from tests.fakes.loft_kind import LOFT, LoftFake, loft_fields, own_process
from tests.support.confirming import confirm

LIST = "/staff/providers/"
LIMIT = Decimal("1234.50")


def _read(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def _last() -> StaffAction:
    return StaffAction.objects.latest("id")


class TestTheList:
    """Providers by channel, in their order."""

    @pytest.mark.usefixtures("loft")
    def test_each_channel_names_those_who_carry_it_in_their_order(self, administrator: Client) -> None:
        second = setup_create(kind="loft", title="Труба", fields=loft_fields("http://127.0.0.1:9", letters="on"))

        groups = administrator.get(LIST).context["groups"]

        assert {group.channel: [placed.row.title for placed in group.rows] for group in groups} == {
            "sms": ["Крыша", "Труба"],
            "email": ["Труба", "Почтовый сервер"],
        }
        sms = next(group for group in groups if group.channel == "sms")
        assert [(placed.can_rise, placed.can_sink) for placed in sms.rows] == [(False, True), (True, False)]
        assert second == "loft-2"

    def test_those_who_send_nothing_stand_by_themselves(self, administrator: Client, fake: LoftFake) -> None:
        setup_create(kind="nest", title="", fields={"url": fake.url, "password": "nest-password"})

        assert "Ничего не отправляют" in _read(administrator, LIST)

    def test_one_of_a_channel_that_this_release_does_not_know_is_shown(self, administrator: Client, loft: str) -> None:
        ProviderSetup.objects.update(channels=["smoke"])

        assert "Крыша" in _read(administrator, LIST)
        assert administrator.get(f"{LIST}{loft}/").status_code == 200

    def test_a_move_changes_who_carries_first_and_is_written_down(self, administrator: Client, loft: str) -> None:
        second = setup_create(kind="loft", title="Труба", fields=loft_fields("http://127.0.0.1:9"))

        administrator.post(f"{LIST}{second}/move/", {"channel": "sms", "way": "up"})

        assert [setup.name for setup in setups_listed()] == [second, loft]
        assert (_last().action, _last().details) == ("provider.changed", {"channel": "sms", "place": 1})
        before = StaffAction.objects.count()
        administrator.post(f"{LIST}{second}/move/", {"channel": "sms", "way": "up"})
        administrator.post(f"{LIST}{second}/move/", {"channel": "smoke", "way": "down"})
        assert StaffAction.objects.count() == before

    def test_the_dpo_reads_and_has_no_buttons(self, loft: str) -> None:
        dpo = client_of(user_make(Role.DPO))
        setup_create(kind="loft", title="Труба", fields=loft_fields("http://127.0.0.1:9"))

        pages = _read(dpo, LIST) + _read(dpo, f"{LIST}{loft}/")

        assert "Крыша" in pages
        for button in ("Выше", "Ниже", "Подключить провайдера", "Изменить", "Выключить", "Проверить подключение"):
            assert button not in pages

    def test_kinds_are_offered_under_the_channels_that_they_carry(self, administrator: Client) -> None:
        answer = administrator.get(f"{LIST}new/")

        offered = {
            str(label): [(title, more) for _, title, more in kinds if title in ("Голубятня", "Гнездо")]
            for label, kinds in answer.context["groups"]
        }
        assert {label: rows for label, rows in offered.items() if rows} == {
            "СМС": [("Голубятня", "и ещё: почта")],
            "Электронная почта": [("Голубятня", "и ещё: СМС")],
            "Ничего не отправляют": [("Гнездо", "")],
        }
        assert "/staff/providers/new/loft/" in answer.content.decode()

    def test_a_secret_of_the_webhook_is_offered_where_the_provider_asks_for_it(
        self, administrator: Client, loft: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page = f"{LIST}{loft}/"
        assert "Показать секрет" in _read(administrator, page)

        monkeypatch.setitem(KINDS, "loft", replace(LOFT, needs_webhook_secret=False))

        shown = _read(administrator, page)
        assert "Скопировать адрес" in shown
        assert [words for words in ("Показать секрет", "Сменить секрет") if words in shown] == []

    def test_the_page_of_channels_names_who_carries_each(self, administrator: Client, loft: str) -> None:
        assert "Крыша" in _read(administrator, "/staff/channels/")

        setup_switch(name=loft, is_on=False)

        assert "Крыша" not in _read(administrator, "/staff/channels/")

    @pytest.mark.usefixtures("loft")
    def test_the_list_costs_the_same_for_one_and_for_five(self, administrator: Client) -> None:
        def cost() -> int:
            with CaptureQueriesContext(connection) as asked:
                _read(administrator, LIST)
            return len(asked)

        _read(administrator, LIST)

        first = cost()
        for _ in range(4):
            setup_create(kind="loft", title="", fields=loft_fields("http://127.0.0.1:9"))

        assert cost() == first


class TestStates:
    """How a provider fares, in words."""

    @pytest.mark.parametrize(
        ("reason", "words"),
        [
            ("http_401", "провайдер не принимает ключ"),
            ("no_money", "на счёте кончились деньги"),
            ("new_word", "new_word"),
        ],
    )
    def test_a_pause_says_until_when_and_why(self, administrator: Client, loft: str, reason: str, words: str) -> None:
        breaker_open(provider=loft, error=Misconfigured(reason))
        until = timezone.localtime(ProviderState.objects.get().breaker_open_until)

        assert f"Не обращаемся к нему до {until:%H:%M:%S}: {words}." in _read(administrator, LIST)

    def test_a_pause_that_is_over_is_a_trouble_until_something_leaves(self, administrator: Client, loft: str) -> None:
        breaker_open(provider=loft, error=TemporarilyUnavailable("no_connection"))
        ProviderState.objects.update(breaker_open_until=timezone.now() - timedelta(seconds=5))

        assert "Последнее обращение не удалось: нет связи с сервером провайдера." in _read(administrator, LIST)

    def test_one_whose_secrets_cannot_be_read_says_what_to_do(
        self, administrator: Client, loft: str, settings: Settings
    ) -> None:
        settings.FIELD_KEY = b"another" * 6

        assert "Введите секреты заново" in _read(administrator, f"{LIST}{loft}/")

    def test_a_low_balance_and_an_end_of_the_paid_time_are_said(self, administrator: Client, loft: str) -> None:
        account = AccountState(name="Голубятня", balance=LIMIT - 1, currency="RUB", paid_until="2020-02-01")
        check_store(name=loft, check=SetupCheck(account=account))
        ProviderSetup.objects.update(balance_warn=LIMIT)

        page = _read(administrator, LIST).replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")

        assert "На счёте 1 233,50 ₽, это меньше 1 234,50 ₽. Пополните счёт." in page
        assert "Оплачено до 01.02.2020. Продлите" in page

    def test_a_process_that_does_not_run_is_said(
        self, administrator: Client, loft: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        own_process(monkeypatch)

        assert f"manage.py provider_run {loft}" in _read(administrator, LIST)
        administrator.post(f"{LIST}{loft}/check/")
        assert _last().details == {"trouble": "no_process"}
        ProviderState.objects.update(alive_until=timezone.now() + timedelta(minutes=1))
        administrator.post(f"{LIST}{loft}/check/")
        assert _last().details == {"trouble": ""}
        assert "provider_run" not in _read(administrator, LIST)


class TestOne:
    """The page of a set-up."""

    def test_a_check_is_said_kept_and_written_down(self, administrator: Client, loft: str, fake: LoftFake) -> None:
        page = administrator.post(f"{LIST}{loft}/check/", follow=True).content.decode()

        assert "Проверка прошла" in page
        assert "Голубятня на крыше" in page
        assert "1\N{NARROW NO-BREAK SPACE}234,50\N{NO-BREAK SPACE}₽" in page
        assert (_last().action, _last().object_id, _last().details) == ("provider.checked", loft, {"trouble": ""})
        assert [call.path for call in fake.calls] == ["/account"]

    def test_a_check_that_fails_says_why(self, administrator: Client, loft: str, fake: LoftFake) -> None:
        fake.keys.clear()

        page = administrator.post(f"{LIST}{loft}/check/", follow=True).content.decode()

        assert "Проверка не прошла: провайдер не принимает ключ." in page
        assert _last().details == {"trouble": "http_401"}

    def test_fields_stand_in_words_and_secrets_only_as_kept(self, administrator: Client, loft: str) -> None:
        facts = dict(administrator.get(f"{LIST}{loft}/").context["facts"])

        assert facts["Зерно"] == "Просо"
        assert facts["Носить и письма"] == "нет"
        assert (facts["Ключ от голубятни"], facts["Ключ для записок"]) == ("сохранён", "—")

    def test_its_place_counts_those_who_are_on(self, administrator: Client, loft: str) -> None:
        second = setup_create(kind="loft", title="Труба", fields=loft_fields("http://127.0.0.1:9", letters="on"))

        assert "2-й по порядку" in _read(administrator, f"{LIST}{second}/")
        setup_switch(name=loft, is_on=False)
        assert "2-й по порядку" not in _read(administrator, f"{LIST}{second}/")
        assert "не отправляет" in _read(administrator, f"{LIST}{loft}/")

    def test_it_is_switched_off_and_on_and_a_repeat_leaves_no_row(self, administrator: Client, loft: str) -> None:
        for answer in ("no", "no", "yes"):
            administrator.post(f"{LIST}{loft}/switch/", {"is_on": answer})

        rows = StaffAction.objects.filter(action="provider.changed").order_by("id")
        assert [row.details for row in rows] == [{"is_on": False}, {"is_on": True}]
        assert setup_view(name=loft).is_on

    def test_it_is_removed_only_when_off_and_unused(self, administrator: Client, loft: str) -> None:
        assert confirm(administrator, f"{LIST}{loft}/remove/").status_code == 409
        setup_switch(name=loft, is_on=False)
        payload_id = payload_store(provider=loft, headers={}, body=b"{}")
        refused = confirm(administrator, f"{LIST}{loft}/remove/")
        assert (refused.status_code, "удалить нельзя" in refused.content.decode()) == (409, True)
        assert "через него уже проходили" in _read(administrator, f"{LIST}{loft}/")

        other = setup_create(kind="loft", title="Лишняя", fields=loft_fields("http://127.0.0.1:9"))
        setup_switch(name=other, is_on=False)
        assert "Удалить подключение «Лишняя»?" in _read(administrator, f"{LIST}{other}/remove/")
        confirm(administrator, f"{LIST}{other}/remove/")

        assert [setup.name for setup in setups_listed()] == [loft]
        assert (_last().action, _last().object_id) == ("provider.removed", other)
        assert payload_id is not None

    def test_calls_of_its_webhook_are_counted_without_a_body(self, administrator: Client, loft: str) -> None:
        for body in (b"feather-one", b"feather-two"):
            payload_handle(payload_id=payload_store(provider=loft, headers={}, body=body) or 0)

        page = administrator.get(f"{LIST}{loft}/")

        assert [(row.outcome, row.calls.count) for row in page.context["calls"]] == [("вызов не удалось разобрать", 2)]
        assert "feather" not in page.content.decode()

    def test_one_of_the_environment_has_no_page(self, administrator: Client) -> None:
        assert administrator.get(f"{LIST}smtp/").status_code == 404

    def test_a_new_one_is_written_down_with_its_title_alone(self, administrator: Client) -> None:
        data = {f"field_{name}": value for name, value in loft_fields("http://127.0.0.1:9").items()}

        administrator.post(f"{LIST}new/loft/", data)

        assert (_last().action, _last().object_id, _last().details) == (
            "provider.created",
            "loft",
            {"title": LOFT.label},
        )
