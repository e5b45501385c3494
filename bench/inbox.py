"""How fast the inbox answers with 200 000 dialogues: whole pages through all of the site, as an operator asks for them.

Half of the dialogues are with customers, a tenth wait for an answer, one has 2 000 messages. Every request is made by
one operator whose session, journal and navigation cost what they cost.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any, Final

from bench._ledger import say, scratch

# The scratch module has set Django up.
from django.db import connection  # isort: skip
from django.test import Client  # isort: skip

# isort: skip
from notify.models import Dialogue, Message  # isort: skip
from portal.models.user import Role  # isort: skip
from tests.factories.staff import client_of, user_make  # isort: skip

DIALOGUES: Final = int(os.environ.get("BENCH_DIALOGUES", "200000"))
ROUNDS: Final = int(os.environ.get("BENCH_ROUNDS", "100"))
LONG_THREAD: Final = 2000
LIMIT_MS: Final = 200
NEWS_LIMIT_MS: Final = 50
WORDS: Final = (
    "карта счёт перевод отделение приложение вход пароль справка договор кредит вклад процент доставка курьер адрес "
    "телефон письмо платёж комиссия баланс заявка ответ вопрос срок документ паспорт перевыпуск лимит банкомат выписка"
)
RARE: Final = "переадресация"

_CUSTOMERS: Final = """
INSERT INTO consents_customer (subject, source, external_id, name, name_key, city, time_zone, segment, messenger,
    is_active, created_at, updated_at)
SELECT gen_random_uuid(), 'bench', 'К-' || n, 'Петрова Анна ' || n, 'петрова анна ' || n, '', 'Europe/Moscow', '', '',
    true, now(), now()
FROM generate_series(1, %(half)s) n
"""
_DIALOGUES: Final = """
INSERT INTO notify_dialogue (customer_id, channel, account, chat, subject, state, unread, waiting_since, last_at,
    claimed_by_id, claimed_at, pending, created_at)
SELECT c.id, 'sms', '+79' || lpad(n::text, 9, '0'), '', '',
    CASE WHEN n %% 10 = 0 THEN 'waiting' WHEN n %% 100 = 1 THEN 'claimed' ELSE 'closed' END,
    CASE WHEN n %% 10 = 0 THEN 2 ELSE 0 END,
    CASE WHEN n %% 10 = 0 THEN now() - n * interval '1 second' END,
    now() - n * interval '1 second',
    CASE WHEN n %% 100 = 1 THEN %(user)s END, NULL, '{}', now()
FROM generate_series(1, %(count)s) n
LEFT JOIN (SELECT id, row_number() OVER (ORDER BY id) place FROM consents_customer) c ON c.place = n
"""
_TEXT: Final = (
    "(SELECT string_agg((%(words)s::text[])[1 + (hashint4extended(place, d.id * 31 + n) & 2147483647) %% 30], ' ')"
    " FROM generate_series(1, 12) place)"
)
_INBOUND: Final = f"""
INSERT INTO notify_inboundmessage (dialogue_id, provider, event_key, channel, account, text, subject, attachments,
    occurred_at, received_at, outcome, handled_by)
SELECT d.id, 'bench', d.id || '-' || n, d.channel, d.account, {_TEXT}, '', '[]',
    d.last_at - n * interval '1 hour', d.last_at - n * interval '1 hour',
    CASE WHEN d.waiting_since IS NOT NULL AND n < 2 THEN 'open' ELSE 'answered' END, ''
FROM notify_dialogue d, generate_series(0, %(each)s - 1) n
WHERE d.id = ANY(%(ids)s) OR %(ids)s IS NULL
ORDER BY n DESC, d.id
ON CONFLICT DO NOTHING
"""
_MESSAGES: Final = """
INSERT INTO notify_message (kind, channel, customer_id, address, reference, context, priority, state, not_before,
    attempt, skip_reason, error_code, provider_id, created_at, sending_at)
SELECT k, d.channel, d.customer_id, CASE WHEN k = 'reply' THEN d.account ELSE '' END, gen_random_uuid(),
    json_build_object('dialogue', d.id), 0, 'delivered', d.last_at, 1, '', '', '', d.last_at,
    d.last_at - interval '90 minutes'
FROM notify_dialogue d, unnest(ARRAY['reply', 'notice', 'notice']) k
"""
_REPLIES: Final = f"""
INSERT INTO notify_reply (dialogue_id, author_id, scenario, channel, account, subject, text, buttons, message_id,
    created_at)
SELECT d.id, %(user)s, '', d.channel, d.account, '', {_TEXT.replace("n)", "7)")}, '[]', m.id, m.sending_at
FROM notify_message m JOIN notify_dialogue d ON d.id = (m.context->>'dialogue')::bigint
WHERE m.kind = 'reply'
"""


def fill(user_id: int) -> int:
    """Make the dialogues with their messages, and return the long one."""
    values: dict[str, Any] = {"words": WORDS.split(), "user": user_id, "count": DIALOGUES, "half": DIALOGUES // 2}
    with connection.cursor() as cursor:
        cursor.execute(_CUSTOMERS, values)
        cursor.execute(_DIALOGUES, values)
        cursor.execute(_INBOUND, values | {"each": 4, "ids": None})
        long_id = Dialogue.objects.filter(customer__isnull=False).earliest("id").pk
        cursor.execute(_INBOUND, values | {"each": LONG_THREAD, "ids": [long_id]})
        cursor.execute(_MESSAGES)
        cursor.execute(_REPLIES, values)
        cursor.execute("UPDATE notify_message SET context = '{}'")
        cursor.execute(
            "UPDATE notify_inboundmessage SET text = text || ' ' || %s WHERE dialogue_id %% 20000 = 7", [RARE]
        )
        cursor.execute("VACUUM ANALYZE")
    return long_id


def measured(figure: str, ask: Callable[[], object], *, limit: int | None) -> bool:
    """Ask many times, print the slowest of twenty in milliseconds; return whether that is too slow.

    Beside it stands the time that this process has worked, which a busy machine changes little: the rest is waiting,
    for the database too.
    """
    for _ in range(5):
        ask()
    taken, worked = [], []
    for _ in range(ROUNDS):
        begun, at_work = time.perf_counter(), time.process_time()
        ask()
        taken.append((time.perf_counter() - begun) * 1000)
        worked.append((time.process_time() - at_work) * 1000)
    slow = statistics.quantiles(taken, n=20)[-1]
    say(
        job="inbox", figure=figure, value=round(slow, 1), unit="ms, p95", limit=limit,
        median=round(statistics.median(taken), 1), worked=round(statistics.median(worked), 1), dialogues=DIALOGUES,
    )  # fmt: skip
    return limit is not None and slow >= limit


def asks(client: Client, long_id: int) -> list[tuple[str, Callable[[], object], int | None]]:
    """Return what is asked: the figure, the request, its limit."""
    known = Dialogue.objects.select_related("customer").get(pk=long_id)
    usual = Dialogue.objects.filter(customer__isnull=False).latest("id").pk

    def get(path: str) -> Callable[[], object]:
        return lambda: _checked(client.get(f"/staff/inbox/{path}"))

    def find(text: str) -> Callable[[], object]:
        return lambda: _checked(client.post("/staff/inbox/", {"text": text}))

    assert known.customer is not None  # noqa: S101 - chosen so
    return [
        ("list, waiting", get(""), LIMIT_MS),
        ("list, mine", get("?list=mine"), LIMIT_MS),
        ("list, all", get("?list=all"), LIMIT_MS),
        ("list, all, deepest page", get("?list=all&page=200"), LIMIT_MS),
        ("thread", get(f"{usual}/"), LIMIT_MS),
        (f"thread of {LONG_THREAD} messages", get(f"{long_id}/"), LIMIT_MS),
        ("news", get("news/"), NEWS_LIMIT_MS),
        ("search, customer number", find(known.customer.external_id), LIMIT_MS),
        ("search, whole phone", find(known.account), LIMIT_MS),
        ("search, rare word", find(RARE), LIMIT_MS),
        ("search, three words of everybody", find("перевод счёт карта"), None),
        ("search, one word of everybody", find("карта"), None),
    ]


def _checked(answer: object) -> None:
    status = answer.status_code  # type: ignore[attr-defined]  # an answer of the test client
    if status != 200:
        raise SystemExit(f"answered {status}")


def main() -> int:
    """Measure on a fresh database and print a line a figure; return 1 when a limit is missed."""
    with scratch():
        user = user_make(Role.OPERATOR)
        long_id = fill(user.pk)
        say(job="inbox", figure="rows", dialogues=Dialogue.objects.count(), messages=Message.objects.count())
        missed = [measured(figure, ask, limit=limit) for figure, ask, limit in asks(client_of(user), long_id)]
    return int(any(missed))


if __name__ == "__main__":
    sys.exit(main())
