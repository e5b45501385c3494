"""The first page of a personal link against a bare view behind the same server, and one answer pressed many times."""

import os
import random
import re
import shutil
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape
from itertools import repeat
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.utils import timezone

from bench._ledger import say, scratch
from bench._load import Outcome, load
from consents.documents.fields import CompanyDetails
from consents.documents.publishing import company_save, documents_install_defaults
from consents.enums import EventKind, ProofLevel, ProofMethod
from notify.links import tokens
from notify.links.issuing import link_hash
from portal.flows.change_preferences import choose_channels
from portal.laptop.embedded.installation import free_port
from portal.visits import cookie, session
from portal.visits.session import VisitorSession
from tests.factories.notify import CampaignFactory, touchpoint_make

TOKENS = int(os.environ.get("BENCH_TOKENS", "100000"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "15"))
PEOPLE = int(os.environ.get("BENCH_PEOPLE", "100"))
PRESSES = 100
CONNECTIONS = 10
WORKERS = 2
PARTS = 5
"""Site and bare view take turns, so that a busy moment of the machine hits both."""

RATIO_LIMIT = 0.70
PAGE_P99_LIMIT = 100
ANSWER_P99_LIMIT = 500
BYTES_LIMIT = 60_000
CONTACTS = (("phone", "'+79' || lpad(id::text, 9, '0')", "mobile"), ("email", "id || '@ya.ru'", ""))
AGENT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"


def main() -> int:
    """Measure and print; return 1 when a limit is missed."""
    with scratch() as folder:
        company_make()
        sample = links_make(TOKENS)
        with server(folder) as port:
            missed = page_measure(port, sample)
            missed |= answers_measure(port)
            missed |= bytes_measure(port, sample[0][0])
    return int(missed)


def page_measure(port: int, sample: list[tuple[int, str]]) -> bool:
    """Compare the page with the bare view; return whether a limit is missed."""
    site = [request("/me/", cookie=cookie) for cookie in (link_cookie(link_id) for link_id, _ in sample)]
    bare = [request(f"/bare/{token}") for _, token in sample]
    for requests in (site, bare):
        timed(port, requests, 1.0)
    outcomes = {"site": Outcome(), "bare": Outcome()}
    for _ in range(PARTS):
        for name, requests in (("site", site), ("bare", bare)):
            joined(outcomes[name], timed(port, requests, SECONDS / PARTS))
    page, peer = outcomes["site"], outcomes["bare"]
    ratio = page.per_second / peer.per_second
    told("rate", round(page.per_second), "requests/s", None, f"bare view {round(peer.per_second)}/s")
    told("rate against a bare view", round(ratio, 3), "", RATIO_LIMIT, "bare view behind the same server")
    told("p99", round(page.quantile(0.99), 1), "ms", PAGE_P99_LIMIT, f"bare view {peer.quantile(0.99):.1f} ms")
    told("requests without an answer", page.unanswered + peer.unanswered, "", 0, "")
    clean = set(page.statuses) | set(peer.statuses) == {200} and not page.unanswered + peer.unanswered
    return ratio < RATIO_LIMIT or page.quantile(0.99) >= PAGE_P99_LIMIT or not clean


def answers_measure(port: int) -> bool:
    """Press «Разрешаю» of each of many people a hundred times at once; return whether a limit is missed."""
    whole = Outcome()
    for number in range(PEOPLE):
        address, cookie, body = consent_page(port, person_make(number))
        post = request(address, cookie=cookie, body=body)
        joined(whole, load(port, PRESSES, lambda _, post=post: repeat(post, 1)))  # type: ignore[misc]  # bound at once
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM consents_consentevent WHERE kind = %s", [EventKind.GRANTED])
        (events,) = cursor.fetchone()
    told("events of identical requests", events, f"of {PEOPLE * PRESSES} requests", PEOPLE, "")
    told("answers to identical requests", len(whole.latencies), "", PEOPLE * PRESSES, "")
    told("different answers to them", len(whole.heads), "", 1, "")
    told("answer p99", round(whole.quantile(0.99), 1), "ms", ANSWER_P99_LIMIT, f"{PRESSES} at once")
    all_answered = len(whole.latencies) == PEOPLE * PRESSES and not whole.unanswered
    return events != PEOPLE or not all_answered or len(whole.heads) != 1 or whole.quantile(0.99) >= ANSWER_P99_LIMIT


def bytes_measure(port: int, link_id: int) -> bool:
    """Add up the bytes of the first page and its files; return whether a limit is missed."""
    page = fetched(port, "/me/", link_cookie(link_id))
    parts = re.findall(rb'(?:href|src)="(/(?:static|brand)[^"]*)"', page)
    whole = len(page) + sum(len(fetched(port, part.decode())) for part in dict.fromkeys(parts))
    told(
        "first page with all its parts", whole, "bytes", BYTES_LIMIT, f"{1 + len(set(parts))} requests, not compressed"
    )
    return whole >= BYTES_LIMIT


def timed(port: int, requests: list[bytes], seconds: float) -> Outcome:
    """Send requests over ten connections until the time is over."""
    until = time.perf_counter() + seconds

    def one(number: int) -> Iterator[bytes]:
        order = random.Random(number)
        while time.perf_counter() < until:
            yield order.choice(requests)

    return load(port, CONNECTIONS, one)


def joined(whole: Outcome, part: Outcome) -> None:
    """Add one part to the whole."""
    whole.seconds += part.seconds
    whole.latencies += part.latencies
    whole.unanswered += part.unanswered
    for name in ("statuses", "heads"):
        for key, count in getattr(part, name).items():
            getattr(whole, name)[key] = getattr(whole, name).get(key, 0) + count


def request(path: str, *, cookie: str = "", body: str = "") -> bytes:
    """Return the bytes of one request."""
    head = f"{'POST' if body else 'GET'} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {AGENT}\r\n"
    if cookie:
        head += f"Cookie: {cookie}\r\n"
    if body:
        head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
    return f"{head}\r\n{body}".encode()


def fetched(port: int, path: str, cookie: str = "") -> bytes:
    """Return the body of a page."""
    wanted = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Cookie": cookie, "User-Agent": AGENT})
    with urllib.request.urlopen(wanted, timeout=20) as answer:  # noqa: S310 - our own server
        content: bytes = answer.read()
        return content


def link_cookie(link_id: int) -> str:
    """Open a link and return the cookie that it sets."""
    response = HttpResponse()
    cookie.link_cookie_set(response, link_id=link_id)
    return f"mostik={response.cookies['mostik'].value}"


def consent_page(port: int, made: tuple[VisitorSession, str]) -> tuple[str, str, str]:
    """Open the first text of a visit; return its address, the cookies, and what «Разрешаю» sends."""
    response = HttpResponse()
    cookie.session_cookie_set(response, key=made[1])
    held = f"mostik={response.cookies['mostik'].value}"
    wanted = urllib.request.Request(f"http://127.0.0.1:{port}/me/next/", headers={"Cookie": held, "User-Agent": AGENT})
    with urllib.request.urlopen(wanted, timeout=20) as answer:  # noqa: S310 - our own server
        page, address = answer.read().decode(), urllib.parse.urlparse(answer.url).path
        csrf = answer.headers["Set-Cookie"].split(";")[0]
    shown = unescape(re.findall(r'name="shown" value="([^"]+)"', page)[0])
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[0]
    body = urllib.parse.urlencode({"csrfmiddlewaretoken": token, "shown": shown, "read": "on", "decision": "grant"})
    return address, f"{held}; {csrf}", body


def person_make(number: int) -> tuple[VisitorSession, str]:
    """Make somebody who has proven a number and chosen SMS."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM consents_customer ORDER BY id LIMIT 1 OFFSET %s", [number])
        (customer_id,) = cursor.fetchone()
        cursor.execute(
            "UPDATE consents_contactpoint SET confirmed_at = now() WHERE customer_id = %s AND kind = 'phone'",
            [customer_id],
        )
    visitor, _ = session.session_start(customer_id=customer_id)
    visitor, key = session.session_rise(
        visitor=visitor, level=ProofLevel.KNOWN_CONTACT, method=ProofMethod.LINK_SMS_CODE
    )
    return choose_channels(visitor=visitor, channels=["sms"]), key


def company_make() -> None:
    """Publish the texts of a company."""
    details = CompanyDetails(
        name="Акционерное общество «Банк»",
        short_name="Банк",
        inn="7700000000",
        address="Москва",
        website="bank.example",
        dpo_title="Ответственный",
        dpo_email="dpo@bank.example",
        support_phone="8 800 000-00-00",
    )
    company_save(details=details)
    documents_install_defaults()


def links_make(count: int, *, shown: int = 5000) -> list[tuple[int, str]]:
    """Make `count` customers, each with two contacts and the live link of a campaign's letter; return some links."""
    drawn = [tokens.token_new() for _ in range(count)]
    touchpoint = touchpoint_make(CampaignFactory())
    until = timezone.now() + timedelta(days=30)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO consents_customer (subject, source, external_id, name, name_key, city, time_zone, segment, "
            "messenger, is_active, created_at, updated_at) SELECT gen_random_uuid(), 'bench', n::text, 'Имя', 'имя', "
            "'', 'Europe/Moscow', '', '', true, now(), now() FROM generate_series(1, %s) n",
            [count],
        )
        for kind, value, line in CONTACTS:
            cursor.execute(
                "INSERT INTO consents_contactpoint (uuid, kind, value, origin, line_type, country, is_current, "
                f"created_at, customer_id) SELECT gen_random_uuid(), %s, {value}, 'file', %s, '', true, now(), id "
                "FROM consents_customer",
                [kind, line],
            )
        cursor.execute(
            "INSERT INTO notify_message (campaign_id, step_id, kind, channel, customer_id, contact_point_id, address, "
            "reference, context, priority, state, not_before, attempt, skip_reason, error_code, provider_id, "
            "created_at) SELECT %s, %s, 'campaign', 'email', customer_id, id, '', gen_random_uuid(), '{}', 5, "
            "'accepted', now(), 1, '', '', '', now() FROM consents_contactpoint WHERE kind = 'email' "
            "RETURNING id, customer_id",
            [touchpoint.campaign_id, touchpoint.step_id],
        )
        letters = cursor.fetchall()
        with cursor.copy(
            "COPY notify_link (token_hash, message_id, customer_id, touchpoint_id, scope, created_at, expires_at) "
            "FROM STDIN"
        ) as copy:
            copy.set_types(["bytea", "int8", "int8", "int8", "text", "timestamptz", "timestamptz"])
            for token, letter in zip(drawn, letters, strict=True):
                copy.write_row((link_hash(token), *letter, touchpoint.pk, "personal", timezone.now(), until))
        cursor.execute("ANALYZE")
        cursor.execute("SELECT id FROM notify_link ORDER BY id")
        ids = [row[0] for row in cursor.fetchall()]
    return random.Random(1).sample(list(zip(ids, drawn, strict=True)), min(shown, count))


@contextmanager
def server(folder: Path) -> Iterator[int]:
    """Run the site as a laptop or a server runs it: granian, two processes; yield its port."""
    port = free_port()
    environ = os.environ | server_settings(folder, port)
    subprocess.run([sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"], env=environ, check=True)
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", str(WORKERS), "--blocking-threads", "4", "--no-ws", "--log-level", "warning"]
    running = subprocess.Popen([*command, "bench._personal_app:application"], env=environ)
    try:
        ready(port)
        yield port
    finally:
        running.terminate()
        running.wait(20)
        shutil.rmtree(folder / "static", ignore_errors=True)


def server_settings(folder: Path, port: int) -> dict[str, str]:
    """Return the environment of the server: the database and the keys of this bench."""
    database: dict[str, Any] = connection.settings_dict
    options = {"dbname": database["NAME"], "user": database["USER"], "host": database["HOST"], "port": database["PORT"]}
    return {
        "DJANGO_SETTINGS_MODULE": "portal.laptop.settings",
        "DATABASE_URL": " ".join(f"{name}='{value}'" for name, value in options.items() if value),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "VAR_DIR": str(folder),
        "SECRET_KEY": settings.SECRET_KEY,
        "LINK_KEY": settings.LINK_KEY.hex(),
        "FIELD_KEY": settings.FIELD_KEY.hex(),
        "LOG_LEVEL": "WARNING",
    }


def ready(port: int) -> None:
    """Wait until the server answers."""
    for _ in range(100):
        try:
            fetched(port, "/healthz")
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError("the server did not start")


def told(figure: str, value: float, unit: str, limit: float | None, peer: str) -> None:
    """Print one figure."""
    say(job="personal_page", figure=figure, value=value, unit=unit, limit=limit, peer=peer)


if __name__ == "__main__":
    sys.exit(main())
