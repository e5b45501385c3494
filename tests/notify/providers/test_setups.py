"""Set-ups of providers: fields, secrets, order, switch, removal."""

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.utils import timezone
from pytest_django.fixtures import Settings

from consents.errors import SecretUnreadable
from notify.conf import webhook_path
from notify.enums import MessageKind
from notify.errors import SecretShown, SetupInUse, SetupMissing, SetupRefused
from notify.inbound.handling import payload_handle
from notify.inbound.payloads import calls_counted, payload_store, webhook_of_call
from notify.kept_secrets.secrets import webhook_secret_rotate, webhook_secret_show
from notify.models import InboundPayload, Message, ProviderSetup, ProviderState
from notify.outbox.carriers import carriers_ready
from notify.provider_kinds import KINDS
from notify.provider_setups import (
    connected_channels,
    providers_set_up,
    secrets_kept,
    setup_change,
    setup_create,
    setup_values,
    setup_view,
    setups_listed,
)
from notify.providers.order import NAMED_BY, setup_move, setup_remove, setup_switch
from tests.fakes.loft_kind import KEY, SECRET_HEADER, LoftFake, loft_fields

URL = "http://127.0.0.1:9"
NEST = {"url": URL, "password": "nest-password"}

pytestmark = pytest.mark.django_db


def _two() -> tuple[str, str]:
    return tuple(setup_create(kind="loft", title="", fields=loft_fields(URL)) for _ in range(2))  # type: ignore[return-value]


def _order() -> list[str]:
    return [setup.name for setup in setups_listed()]


def _theirs(name: str, secret: str) -> bool:
    path = webhook_path(provider=name).rpartition("/")[2]
    call = webhook_of_call(provider=name, path_secret=path, headers={SECRET_HEADER: secret}, body=b"{}")
    return call is not None


class TestFields:
    """What is kept and what is refused."""

    def test_one_that_was_set_up_carries_what_its_fields_say(self) -> None:
        name = setup_create(kind="loft", title="", fields=loft_fields(URL, letters="on"))

        assert setup_view(name=name).channels == ("sms", "email")
        assert connected_channels() >= {"sms", "email"}
        assert [one.provider.name for one in carriers_ready("sms", providers_set_up())] == ["loft"]

    def test_one_that_sends_nothing_connects_no_channel(self) -> None:
        name = setup_create(kind="nest", title="", fields=NEST)

        assert setup_view(name=name).channels == ()
        assert connected_channels() == {"email"}

    def test_no_secret_stands_in_the_table(self) -> None:
        name = setup_create(kind="loft", title="", fields=loft_fields(URL))

        row = ProviderSetup.objects.values().get(name=name)

        assert KEY not in str(row)
        assert setup_values(name=name).values["key"] == KEY
        assert KEY not in repr(setup_values(name=name))
        assert secrets_kept(name=name) == {"key"}

    @pytest.mark.parametrize(
        ("changed", "wrong"),
        [({"login": "Кровля"}, "login"), ({"key": ""}, "key"), ({"grain": "corn"}, "grain"), ({"birds": "0"}, "birds")],
    )
    def test_a_value_that_does_not_fit_is_refused_by_name(self, changed: dict[str, str], wrong: str) -> None:
        with pytest.raises(SetupRefused) as refused:
            setup_create(kind="loft", title="", fields=loft_fields(URL, **changed))

        assert refused.value.facts == {"fields": (wrong,), "reason": ""}
        assert not ProviderSetup.objects.exists()

    def test_what_the_provider_itself_refuses_comes_with_its_reason(self) -> None:
        with pytest.raises(SetupRefused) as refused:
            setup_create(kind="loft", title="", fields=loft_fields(URL, login="no-roof"))

        assert refused.value.facts == {"fields": (), "reason": "no_roof"}

    def test_an_empty_secret_keeps_the_one_there_is(self, loft: str, fake: LoftFake) -> None:
        changed = setup_change(name=loft, title="Крыша", fields=loft_fields(fake.url, key="", birds="7"))

        assert changed == ("title", "birds")
        assert setup_values(name=loft).values["key"] == KEY

    def test_a_change_names_secrets_too_and_a_repeat_names_nothing(self, loft: str, fake: LoftFake) -> None:
        fields = loft_fields(fake.url, key="another-key")

        first = setup_change(name=loft, title="", fields=fields, balance_warn=Decimal(5))
        again = setup_change(name=loft, title="", fields=fields, balance_warn=Decimal(5))

        assert (first, again) == (("balance_warn", "key"), ())

    def test_a_new_address_gets_no_secret_that_was_entered_for_the_old_one(self, loft: str) -> None:
        with pytest.raises(SetupRefused) as refused:
            setup_change(name=loft, title="", fields=loft_fields("https://elsewhere.example", key=""))

        assert refused.value.facts == {"fields": ("key",), "reason": "address_changed"}
        assert setup_change(name=loft, title="", fields=loft_fields("https://elsewhere.example")) == ("url",)

    def test_after_a_lost_key_all_is_entered_anew(self, loft: str, fake: LoftFake, settings: Settings) -> None:
        settings.FIELD_KEY = b"another" * 6

        assert secrets_kept(name=loft) == frozenset()
        assert "loft" not in [provider.name for provider in providers_set_up()]
        with pytest.raises(SetupRefused) as refused:
            setup_change(name=loft, title="", fields=loft_fields(fake.url))
        assert refused.value.facts["reason"] == "webhook_secret_unreadable"

        webhook_secret_rotate(name=loft)
        setup_change(name=loft, title="", fields=loft_fields(fake.url))

        assert "loft" in [provider.name for provider in providers_set_up()]

    def test_one_of_an_unknown_kind_is_left_out(self, loft: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delitem(KINDS, "loft")

        assert setups_listed() == []
        with pytest.raises(SetupMissing):
            setup_view(name=loft)
        with pytest.raises(SetupMissing):
            setup_create(kind="loft", title="", fields={})


class TestWebhookSecrets:
    """Made by us, shown once, two in force."""

    def test_a_secret_is_shown_once(self, loft: str) -> None:
        secret = webhook_secret_show(name=loft)

        assert _theirs(loft, secret)
        with pytest.raises(SecretShown):
            webhook_secret_show(name=loft)

    def test_after_a_rotation_both_are_in_force_and_after_the_next_the_last_two(self, loft: str) -> None:
        shown = []
        for _ in range(3):
            shown.append(webhook_secret_show(name=loft))
            webhook_secret_rotate(name=loft)
            if len(shown) == 1:
                assert _theirs(loft, shown[0])

        assert [_theirs(loft, secret) for secret in (*shown, webhook_secret_show(name=loft))] == [
            False,
            False,
            True,
            True,
        ]

    def test_a_call_with_no_secret_of_ours_is_refused(self, loft: str) -> None:
        assert not _theirs(loft, "")
        assert not _theirs(loft, KEY)

    def test_a_secret_under_another_key_is_not_shown(self, loft: str, settings: Settings) -> None:
        settings.FIELD_KEY = b"another" * 6

        with pytest.raises(SecretUnreadable):
            webhook_secret_show(name=loft)


class TestOrder:
    """Who carries first."""

    def test_a_new_one_comes_last_and_moves_by_one(self) -> None:
        first, second = _two()

        assert (_order(), [one.name for one in providers_set_up()][:2]) == ([first, second], [first, second])
        assert setup_move(name=second, channel="sms", is_up=True)
        assert [one.provider.name for one in carriers_ready("sms", providers_set_up())] == [second, first]
        assert not setup_move(name=second, channel="sms", is_up=True)
        assert setup_move(name=second, channel="sms", is_up=False)
        assert _order() == [first, second]

    def test_one_moves_past_the_next_of_its_channel_over_all_between(self) -> None:
        first, second = _two()
        nest = setup_create(kind="nest", title="", fields=NEST)
        third = setup_create(kind="loft", title="", fields=loft_fields(URL))
        ProviderSetup.objects.filter(name=nest).update(place=2)
        ProviderSetup.objects.filter(name__in=[second, third]).update(place=3)

        setup_move(name=second, channel="sms", is_up=True)

        assert _order() == [second, first, nest, third]

    def test_one_that_is_off_carries_nothing_and_still_takes_reports(self, loft: str) -> None:
        secret = webhook_secret_show(name=loft)

        assert setup_switch(name=loft, is_on=False)
        assert not setup_switch(name=loft, is_on=False)

        assert connected_channels() == {"email"}
        assert carriers_ready("sms", providers_set_up()) == []
        assert _theirs(loft, secret)


class TestRemoval:
    """Only what is off and was never used."""

    def test_one_that_is_on_stays(self, loft: str) -> None:
        with pytest.raises(SetupInUse):
            setup_remove(name=loft)

    def test_one_that_was_never_used_goes_with_its_state(self, loft: str) -> None:
        ProviderState.objects.create(name=loft)
        setup_switch(name=loft, is_on=False)

        setup_remove(name=loft)

        assert not ProviderSetup.objects.exists()
        assert not ProviderState.objects.exists()

    def test_one_that_called_us_stays(self, loft: str) -> None:
        setup_switch(name=loft, is_on=False)
        payload_store(provider=loft, headers={}, body=b"{}")

        with pytest.raises(SetupInUse):
            setup_remove(name=loft)

    def test_one_that_was_given_a_message_stays(self, loft: str) -> None:
        setup_switch(name=loft, is_on=False)
        now = timezone.now()
        Message.objects.create(kind=MessageKind.CODE, channel="sms", not_before=now, created_at=now, provider=loft)

        with pytest.raises(SetupInUse):
            setup_remove(name=loft)

    def test_every_table_that_names_a_provider_is_asked(self) -> None:
        models = apps.get_app_config("notify").get_models()
        naming = {model for model in models if any(field.name == "provider" for field in model._meta.get_fields())}

        assert naming == set(NAMED_BY)

    @pytest.mark.parametrize("act", ["remove", "move", "switch", "rotate", "show"])
    def test_one_that_is_not_there_is_missing(self, act: str) -> None:
        acts: dict[str, Callable[[], object]] = {
            "remove": lambda: setup_remove(name="none"),
            "move": lambda: setup_move(name="none", channel="sms", is_up=True),
            "switch": lambda: setup_switch(name="none", is_on=True),
            "rotate": lambda: webhook_secret_rotate(name="none"),
            "show": lambda: webhook_secret_show(name="none"),
        }
        with pytest.raises(SetupMissing):
            acts[act]()


class TestCalls:
    """Calls of a webhook are counted, never read."""

    def test_calls_are_counted_by_day_and_error(self, loft: str) -> None:
        good = json.dumps({"at": "2026-11-30T12:00:00+03:00", "key": "k", "note": "n1"}).encode()
        for body in (good, b"one", b"two"):
            payload_id = payload_store(provider=loft, headers={}, body=body)
            payload_handle(payload_id=payload_id or 0)
        payload_store(provider=setup_create(kind="nest", title="", fields=NEST), headers={}, body=b"three")
        old = payload_store(provider=loft, headers={}, body=b"four")
        assert old is not None
        InboundPayload.objects.filter(pk=old).update(received_at=timezone.now() - timedelta(days=9))

        found = [(calls.error_code, calls.count) for calls in calls_counted(provider=loft)]

        assert found == [("", 1), ("unreadable", 2)]

    def test_nothing_came_is_an_empty_list(self, loft: str) -> None:
        assert calls_counted(provider=loft) == []
